package page

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study/evidence"
)

func TestRunsThatArePartOfTwoExperimentsAreSaid(t *testing.T) {
	a := rivalry("imbalance-1000", 800, 1000, [4]float64{}, [4]float64{0.1, 0.2, 0.3, 0.4})
	b := rivalry("dense", 800, 1000, [4]float64{}, [4]float64{0.1, 0.2, 0.3, 0.4})
	for i := range b.Runs {
		switch r := &b.Runs[i]; {
		case r.Strategy == "ce":
			r.Strategy = "alpha .5" // of another name
		default: // far apart, so that what they have in common is another
			r.Curve[2].AP += 0.05 * float64(r.Seed)
			r.Figures.AP += 0.05 * float64(r.Seed)
		}
	}
	text, err := sameRunsText([]evidence.Experiment{a, b})
	require.NoError(t, err)
	assert.Regexp(t, "ce of `imbalance-1000` and alpha \\.5 of `dense` are the same\\n  runs, with 10\\.1 ± 0\\.\\d in the one and 10\\.1 ± \\d+\\.\\d in the other", text)
	text, err = sameRunsText([]evidence.Experiment{a})
	require.NoError(t, err)
	assert.Empty(t, text)
}
