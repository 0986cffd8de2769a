package parallel

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
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
