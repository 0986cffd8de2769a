package external

import (
	"testing"
	"time"
)

func init() { timeoutGrace, followEvery = 300*time.Millisecond, 50*time.Millisecond }

// Patient gives programs a long time to end, until it is undone.
func Patient() (undo func()) {
	timeout, interrupt := timeoutGrace, interruptGrace
	timeoutGrace, interruptGrace = 30*time.Second, 30*time.Second
	return func() { timeoutGrace, interruptGrace = timeout, interrupt }
}

// Patience is patience.
var Patience = patience

// SetTimeoutGrace gives programs that took too long another time, for a test.
func SetTimeoutGrace(t *testing.T, grace time.Duration) {
	was := timeoutGrace
	timeoutGrace = grace
	t.Cleanup(func() { timeoutGrace = was })
}
