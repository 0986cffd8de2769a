package small

import (
	"time"

	"golang.org/x/sys/unix"
)

// processorTime returns the processor's time that the thread has had, which other
// work on the machine does not lengthen as it does the clock's.
func processorTime() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
