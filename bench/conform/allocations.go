package conform

import (
	"errors"
	"fmt"
	"math"
	"runtime"
)

// ErrAllocates is within the error for a part of which this is all that was found: its
// results are right, and each step of a training pays for memory.
var ErrAllocates = errors.New("allocates memory in every call, once warm as well")

// warm returns an error that is [ErrAllocates] if each of several calls of f allocates.
func warm(kind, name, remedy string, f func()) error {
	least := uint64(math.MaxUint64)
	var before, after runtime.MemStats
	for i := range 7 {
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		if i >= 2 {
			least = min(least, after.Mallocs-before.Mallocs)
		}
	}
	if least == 0 {
		return nil
	}
	return fmt.Errorf("%s %s: it %w, %d times: %s", kind, name, ErrAllocates, least, remedy)
}
