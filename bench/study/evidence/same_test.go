package evidence

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
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
	both, ok, err := SameRuns([]Experiment{a, b})
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, [2]string{"ce", "alpha .5"}, both.Strategy)
	assert.Equal(t, both.AP[0].Mean, both.AP[1].Mean)
	assert.NotEqual(t, both.AP[0].Half(), both.AP[1].Half())

	_, ok, err = SameRuns([]Experiment{a})
	require.NoError(t, err)
	assert.False(t, ok)
}

// Runs none of which got to the end are the same by nothing.
func TestRunsThatStoppedAreNotTheSame(t *testing.T) {
	s := made(3, 3)
	for i := range s.Runs {
		r := &s.Runs[i]
		*r = trainer.Run{Strategy: r.Strategy, Seed: r.Seed, Failed: "the loss is not finite", Diverged: true, Curve: r.Curve[:1]}
	}
	_, ok, err := SameRuns([]Experiment{s, s})
	require.NoError(t, err)
	assert.False(t, ok)
}
