package command

import (
	"context"
	"errors"
)

// errNothingWritten is that of a command that an interrupt ended before it wrote
// anything.
var errNothingWritten = &failure{statusInterrupted, errors.New("interrupted; nothing was written")}

// promptly returns what f returns or, as soon as ctx ends, errNothingWritten: f
// then goes on for nobody. It must not write to what others write to.
func promptly[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	var none T
	if ctx.Err() != nil {
		return none, errNothingWritten
	}
	done := make(chan outcome, 1)
	go func() {
		v, err := f()
		done <- outcome{v, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		return none, errNothingWritten
	}
}
