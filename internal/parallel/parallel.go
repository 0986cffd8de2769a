// Package parallel divides independent pieces of work among goroutines.
package parallel

import (
	"sync"
	"sync/atomic"

	"detsample/internal/panics"
)

// For calls do for every piece from 0 to n-1, in any order, on so many
// goroutines, of which the caller's is one, and returns when all are done.
// worker tells the goroutines apart, from 0 to threads-1, so that each can have
// memory of its own. A panic in a piece is the caller's, once all have ended; of
// another goroutine's, one that is no text has that one's stack (see
// [panics.Panic.Raise]).
//
// Each further goroutine costs an allocation or two, so a caller that must not
// allocate with one thread has a loop of its own for that.
func For(threads, n int, do func(worker, piece int)) {
	var next atomic.Int64
	var failure atomic.Pointer[panics.Panic]
	work := func(worker int) {
		for failure.Load() == nil {
			piece := int(next.Add(1)) - 1
			if piece >= n {
				return
			}
			do(worker, piece)
		}
	}
	var group sync.WaitGroup
	for worker := 1; worker < min(threads, n); worker++ {
		group.Go(func() {
			defer func() {
				if p := panics.Of(recover()); p != nil {
					failure.CompareAndSwap(nil, p)
				}
			}()
			work(worker)
		})
	}
	func() {
		defer func() { // a panic of the caller's own goes on from where it was
			next.Store(int64(n))
			group.Wait()
		}()
		work(0)
	}()
	p := failure.Load()
	if p == nil {
		return
	}
	if text, ok := p.Value().(string); ok { // which says itself what is wrong
		panic(text)
	}
	p.Raise()
}
