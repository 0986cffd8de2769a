//go:build !linux

package small

import "time"

// processorTime returns 0: what a thread has had is not known here.
func processorTime() time.Duration { return 0 }
