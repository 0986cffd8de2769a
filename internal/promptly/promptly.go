// Package promptly answers an interrupt while work is done that does not look for
// one.
package promptly

import (
	"context"

	"detsample/internal/panics"
)

// Get returns what f returns or, as soon as ctx ends, a zero value and ctx's
// error: f then goes on for nobody, and must share nothing without a lock that is
// still used. It does not call f if ctx has ended. A panic of f is the caller's.
func Get[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	done := make(chan outcome, 1)
	go func() {
		v, err := panics.Get(f)
		done <- outcome{v, err}
	}()
	select {
	case o := <-done:
		return o.value, panics.Pass(o.err)
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// Do is [Get] for work without a value.
func Do(ctx context.Context, f func() error) error {
	_, err := Get(ctx, func() (struct{}, error) { return struct{}{}, f() })
	return err
}
