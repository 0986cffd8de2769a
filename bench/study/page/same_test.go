package page

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRunsThatArePartOfTwoExperimentsAreNamed(t *testing.T) {
	a := rivalry("imbalance-1000", 800, 1000, [4]float64{}, [4]float64{0.1, 0.2, 0.3, 0.4})
	b := rivalry("dense", 800, 1000, [4]float64{}, [4]float64{0.1, 0.2, 0.3, 0.4})
	for i := range b.Runs {
		switch r := &b.Runs[i]; {
		case r.Strategy == "ce":
			r.Strategy = "alpha .5" // of another name
		case r.Strategy == "focal":
			r.Seed += 10 // other seeds
		default: // far apart, so that what they have in common is another
			r.Curve[2].AP += 0.05 * float64(r.Seed)
			r.Figures.AP += 0.05 * float64(r.Seed)
		}
	}
	both, ok, err := sameRuns([]archived{a, b})
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, [2]string{"ce", "alpha .5"}, both.strategy)
	assert.Equal(t, both.ap[0].Mean, both.ap[1].Mean)
	assert.NotEqual(t, both.ap[0].Half(), both.ap[1].Half())
	text, err := sameRunsText([]archived{a, b})
	require.NoError(t, err)
	assert.Regexp(t, "ce of `imbalance-1000` and alpha \\.5 of `dense` are the same\\n  runs, with 10\\.1 ± 0\\.\\d in the one and 10\\.1 ± \\d+\\.\\d in the other", text)

	_, ok, err = sameRuns([]archived{a})
	require.NoError(t, err)
	assert.False(t, ok)
}
