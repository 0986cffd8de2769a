package command

import (
	"context"
	"errors"

	"detsample/internal/promptly"
)

// errNothingWritten is that of a command that an interrupt ended before it wrote
// anything.
var errNothingWritten = &failure{statusInterrupted, errors.New("interrupted; nothing was written")}

// unlessInterrupted returns what f returns or, as soon as ctx ends,
// errNothingWritten; see [promptly.Get].
func unlessInterrupted[T any](ctx context.Context, f func() (T, error)) (T, error) {
	value, err := promptly.Get(ctx, f)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return value, errNothingWritten
	}
	return value, err
}
