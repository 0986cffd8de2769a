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
	level := orthogonal(t, 0, 5, 5, 4)
	assert.Zero(t, level.SeedsToTell(Certainty).Seeds)
	assert.InDelta(t, 19, level.SeedsToTell(Certainty, "c").Seeds, 4, "of those that are 1 behind")
}

// Differences that did not vary forecast nothing, and seeds that did not tell
// will not.
func TestNoForecastContradictsTheSeedsThatWereRun(t *testing.T) {
	for name, rows := range map[string][][]float64{
		"identical":          {{.31, .29, .3}, {.31, .29, .3}},
		"constantly apart":   {{.31, .29, .3}, {.31 + 1e-3, .29 + 1e-3, .3 + 1e-3}},
		"a pair within more": {{.31, .29, .3}, {.31, .29, .3}, {.305, .28, .31}},
	} {
		c := compared(t, []string{"a", "b", "c"}[:len(rows)], rows)
		assert.Nil(t, c.SeedsToTell(Certainty), name)
	}
	c := compared(t, []string{"a", "b"}, [][]float64{{.2, .3, .4}, {.23, .31, .42}})
	require.Len(t, Decide(Evidence{Final: c}).MayBe, 2)
	f := c.SeedsToTell(Certainty)
	require.NotNil(t, f)
	for _, seeds := range []int{f.Seeds, f.Low, f.High} {
		assert.Greater(t, seeds, 3)
	}
}
