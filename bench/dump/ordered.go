package dump

import (
	"errors"
	"sync"

	"detsample/internal/panics"
)

// ordered has work done on n items by so many workers, and merges the results
// in the order of the items: sums have the same bits for any number of workers.
// work i of worker w is merged before w works again, so that a worker's result
// may be memory of its own. A panic of work is the caller's, once all have ended.
func ordered(n, workers int, work func(w, i int) error, merge func(w, i int)) error {
	workers = max(1, min(workers, n))
	errs := make([]error, workers)
	for start := 0; start < n; start += workers {
		now := min(workers, n-start)
		var wait sync.WaitGroup
		for w := range now {
			wait.Go(func() { errs[w] = panics.Do(func() error { return work(w, start+w) }) })
		}
		wait.Wait()
		for _, err := range errs[:now] {
			_ = panics.Pass(err) // of the first, in their order
		}
		if err := errors.Join(errs[:now]...); err != nil {
			return err
		}
		for w := range now {
			merge(w, start+w)
		}
	}
	return nil
}
