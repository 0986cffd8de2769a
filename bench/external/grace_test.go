package external

import "time"

func init() { timeoutGrace, followEvery = 300*time.Millisecond, 50*time.Millisecond }

// Patient gives programs a long time to end, until it is undone.
func Patient() (undo func()) {
	timeout, interrupt := timeoutGrace, interruptGrace
	timeoutGrace, interruptGrace = patience, patience
	return func() { timeoutGrace, interruptGrace = timeout, interrupt }
}

const patience = 30 * time.Second
