package promptly

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWorkIsLeftBehindAsSoonAsItsContextEnds(t *testing.T) {
	value, err := Get(t.Context(), func() (int, error) { return 3, errors.New("its own") })
	assert.Equal(t, 3, value)
	assert.EqualError(t, err, "its own")
	assert.EqualError(t, Do(t.Context(), func() error { return errors.New("its own") }), "its own")

	ctx, cancel := context.WithCancel(t.Context())
	forever := make(chan struct{})
	defer close(forever)
	value, err = Get(ctx, func() (int, error) {
		cancel()
		<-forever
		return 4, nil
	})
	assert.Zero(t, value)
	assert.ErrorIs(t, err, context.Canceled)

	assert.ErrorIs(t, Do(ctx, func() error { panic("what has ended begins nothing") }), context.Canceled)
}
