package parallel

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/panics"
)

func TestEveryPieceIsDoneOnce(t *testing.T) {
	for _, threads := range []int{0, 1, 2, 7} {
		for _, n := range []int{0, 1, 3, 1000} {
			done := make([]atomic.Int32, n)
			For(threads, n, func(worker, piece int) {
				assert.Less(t, worker, max(threads, 1))
				done[piece].Add(1)
			})
			for i := range done {
				assert.EqualValues(t, 1, done[i].Load())
			}
		}
	}
}

func TestWorkersDoNotShareTheirNumber(t *testing.T) {
	var busy [4]atomic.Bool
	For(4, 1000, func(worker, _ int) {
		assert.True(t, busy[worker].CompareAndSwap(false, true))
		busy[worker].Store(false)
	})
}

func TestAPanicReachesTheCaller(t *testing.T) {
	for _, threads := range []int{1, 4} {
		assert.PanicsWithValue(t, "piece 17", func() {
			For(threads, 100, func(_, piece int) {
				if piece == 17 {
					panic("piece 17")
				}
			})
		})
	}
}

// beyond reads beyond the end of a list.
func beyond(list []int) int { return list[len(list)] }

// on does a piece on each of so many goroutines, of which one panics.
func on(threads, of int, fail func()) {
	var begun atomic.Int32
	For(threads, max(threads, 1), func(worker, _ int) {
		for begun.Add(1); int(begun.Load()) < threads; { // each has its piece
			runtime.Gosched()
		}
		if worker == of {
			fail()
		}
	})
}

// Whichever goroutine a piece is on, what catches its panic sees where it was, and
// a text as it is.
func TestAPanicKeepsItsStack(t *testing.T) {
	for _, c := range [][2]int{{0, 0}, {1, 0}, {2, 0}, {2, 1}} {
		err := panics.Do(func() error { on(c[0], c[1], func() { beyond(nil) }); return nil })
		var p *panics.Panic
		require.ErrorAs(t, err, &p)
		assert.ErrorContains(t, err, "panicked: runtime error: index out of range [0] with length 0 (parallel/parallel_test.go:")
		assert.Contains(t, p.Stack(), "parallel.beyond(")
		assert.Contains(t, p.Stack(), "TestAPanicKeepsItsStack(", "for whom it worked")
		assert.ErrorAs(t, err, new(runtime.Error))
		assert.PanicsWithValue(t, "a text", func() { on(c[0], c[1], func() { panic("a text") }) })
	}
}
