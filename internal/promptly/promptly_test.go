package promptly

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/panics"
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

func TestAPanicOfTheWorkIsTheCallers(t *testing.T) {
	err := panics.Do(func() error {
		return Do(t.Context(), func() error { panic("its own") })
	})
	require.ErrorContains(t, err, "panicked: its own (promptly/promptly_test.go:")
	p, ok := errors.AsType[*panics.Panic](err)
	require.True(t, ok)
	assert.Contains(t, p.Stack(), "promptly.Do(", "for whom it worked")
	assert.NoError(t, Do(t.Context(), func() error { return nil }))
}
