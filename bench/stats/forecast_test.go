package stats

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The deviation of a difference is 1.512 with 21 degrees: 8 seeds give 1.112,
// and Student's quantile with 3(n-1) degrees times 1.512/√n is 0.761 with
// 16 and 0.737 with 17.
func TestSeedsForAHalfWidth(t *testing.T) {
	c := orthogonal(t)
	f := c.SeedsFor(0.75, []string{"a", "b", "c", "d"})
	require.NotNil(t, f)
	assert.Equal(t, 17, f.Seeds)
	assert.Less(t, f.Low, f.Seeds)
	assert.Greater(t, f.High, f.Seeds)
	assert.Equal(t, 8, c.SeedsFor(c.Differences[0].Half()+1e-9, []string{"a", "b"}).Seeds, "as many as there are")
}

func TestSeedsToTellTheLeaderFromTheOthers(t *testing.T) {
	c := orthogonal(t, 0, 5, 4, 1)
	f := c.SeedsToTell(Certainty)
	require.NotNil(t, f)
	assert.InDelta(t, 19, f.Seeds, 2, "about (2.8·1.512/1)²")
	assert.Nil(t, orthogonal(t, 0, 5, 1, 1).SeedsToTell(Certainty), "told already")
	assert.Zero(t, orthogonal(t, 0, 5, 5, 1).SeedsToTell(Certainty).Seeds, "nothing to tell")
}
