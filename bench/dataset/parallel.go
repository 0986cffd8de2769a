package dataset

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// each calls f for 0 to n-1, on as many goroutines as there are processors,
// until a call returns false. Numbers are taken in order, so every number
// below one that was called is called too.
func each(n int, f func(i int) bool) {
	var next atomic.Int64
	var stop atomic.Bool
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for !stop.Load() {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if !f(i) {
					stop.Store(true)
				}
			}
		})
	}
	workers.Wait()
}
