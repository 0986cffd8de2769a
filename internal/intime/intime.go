// Package intime tells, in tests, a program that is slow from one that a busy machine
// kept waiting.
package intime

import (
	"testing"
	"time"
)

// attempts is how many there are: other work delays one now and then.
const attempts = 4

// Within fails the test unless one of a few attempts takes less than limit; each
// returns how long it took. What waits for something that it should not wait for is
// late every time, and what had to wait for a processor is not. Where sleeps meanwhile
// last longer than they should, the machine is slower by that factor, and so much is
// allowed.
func Within(t testing.TB, limit time.Duration, attempt func() time.Duration) {
	t.Helper()
	var took []time.Duration
	for range attempts {
		own := ownTime(attempt)
		if took = append(took, own); own < limit || t.Failed() {
			return
		}
	}
	t.Errorf("it took %v in %d attempts, but for what the machine kept it waiting: expected less than %v in one of them", took, attempts, limit)
}

// tick is how long a sleep is by which the machine's pace is taken.
const tick = 20 * time.Millisecond

// ownTime returns how long an attempt took, as if sleeps beside it had been on time.
func ownTime(attempt func() time.Duration) time.Duration {
	stop, slept := make(chan struct{}), make(chan int)
	go func() {
		for n := 1; ; n++ {
			time.Sleep(tick)
			select {
			case <-stop:
				slept <- n
				return
			default:
			}
		}
	}()
	start := time.Now()
	took := attempt()
	whole := time.Since(start)
	close(stop)
	late := max(1, float64(whole)/float64(time.Duration(<-slept)*tick))
	return time.Duration(float64(took) / late)
}
