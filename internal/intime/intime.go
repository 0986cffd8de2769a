// Package intime tells, in tests, a program that is slow from one that a busy machine
// kept waiting.
package intime

import (
	"testing"
	"time"
)

// attempts is how many there are: a machine that trains beside delays one now and then.
const attempts = 4

// Within fails the test unless one of a few attempts takes less than limit; each
// returns how long it took. What waits for something that it should not wait for is
// late every time, and what had to wait for a processor is not.
func Within(t testing.TB, limit time.Duration, attempt func() time.Duration) {
	t.Helper()
	var took []time.Duration
	for range attempts {
		took = append(took, attempt())
		if took[len(took)-1] < limit || t.Failed() {
			return
		}
	}
	t.Errorf("it took %v in %d attempts: expected less than %v in one of them", took, attempts, limit)
}
