package command

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWorkThatDoesNotLookIsLeftBehind(t *testing.T) {
	value, err := unlessInterrupted(t.Context(), func() (int, error) { return 3, errors.New("its own") })
	assert.Equal(t, 3, value)
	assert.EqualError(t, err, "its own")

	ctx, cancel := context.WithCancel(t.Context())
	forever := make(chan struct{})
	defer close(forever)
	value, err = unlessInterrupted(ctx, func() (int, error) {
		cancel()
		<-forever
		return 4, nil
	})
	assert.Zero(t, value)
	var f *failure
	require.ErrorAs(t, err, &f)
	assert.Equal(t, statusInterrupted, f.status)

	_, err = unlessInterrupted(ctx, func() (int, error) { panic("what has ended begins nothing") })
	assert.ErrorIs(t, err, errNothingWritten)
}
