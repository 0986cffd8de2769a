// Package parallel divides independent pieces of work among goroutines.
package parallel

import (
	"sync"
	"sync/atomic"
)

// For calls do for every piece from 0 to n-1, in any order, on so many
// goroutines, of which the caller's is one, and returns when all are done.
// worker tells the goroutines apart, from 0 to threads-1, so that each can have
// memory of its own. A panic in a piece is the caller's, once all have ended.
//
// Each further goroutine costs an allocation or two, so a caller that must not
// allocate with one thread has a loop of its own for that.
func For(threads, n int, do func(worker, piece int)) {
	var next atomic.Int64
	var failure atomic.Pointer[any]
	work := func(worker int) {
		defer func() {
			if r := recover(); r != nil {
				failure.CompareAndSwap(nil, &r)
			}
		}()
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
		group.Go(func() { work(worker) })
	}
	work(0)
	group.Wait()
	if r := failure.Load(); r != nil {
		panic(*r)
	}
}
