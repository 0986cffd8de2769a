package dump

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/panics"
)

// A panic of the work is the caller's, of several the first in their order, and
// keeps its stack.
func TestAPanicOfAWorkerIsTheCallers(t *testing.T) {
	merged := 0
	err := panics.Do(func() error {
		return ordered(7, 3, func(_, i int) error {
			if i >= 4 {
				panic(fmt.Sprintf("item %d", i))
			}
			return nil
		}, func(int, int) { merged++ })
	})
	assert.ErrorContains(t, err, "panicked: item 4 (dump/ordered_test.go:")
	assert.Equal(t, 3, merged)
	p, ok := errors.AsType[*panics.Panic](err)
	require.True(t, ok)
	assert.Contains(t, p.Stack(), "dump.ordered(", "for whom it worked")

	own := errors.New("its own")
	assert.ErrorIs(t, ordered(2, 2, func(_, i int) error { return own }, nil), own)
}
