package command

import (
	"os"
	"runtime/debug"
)

// collectEarly lets the heap grow by a quarter between collections, unless GOGC
// says otherwise: nearly all of it is large buffers that are kept, and cheap to
// pass over, and what images are decoded by, which is not.
func collectEarly() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(25)
	}
}
