package scene

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestACountReadsBackAsItIsWritten(t *testing.T) {
	for text, want := range map[string]Count{"fresh": Fresh, "1": 1, "1200": 1200, "100000": 100000} {
		var c Count
		require.NoError(t, c.UnmarshalText([]byte(text)))
		assert.Equal(t, want, c)
		back, err := c.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, text, string(back))
	}
	for _, text := range []string{"0", "-1", "100001", "1.5", "Fresh", "", "all"} {
		c := Count(7)
		assert.EqualError(t, c.UnmarshalText([]byte(text)), "expected a whole number from 1 to 100000, or fresh", text)
		assert.Equal(t, Count(7), c)
	}
}

func TestACountOutOfRangeIsAnError(t *testing.T) {
	for _, train := range []Count{-1, 100001} {
		c := DefaultConfig()
		c.Train = train
		assert.ErrorContains(t, c.Validate(), "want 1 to 100000, or Fresh")
	}
}
