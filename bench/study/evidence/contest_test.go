package evidence

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
)

// Differences are close that are told to be less than is worth speaking of.
func TestDifferencesAreCloseWithinALeastOne(t *testing.T) {
	two, err := stats.Compare([]string{"a", "b"}, []stats.Run{{Strategy: "a", Seed: 1, Value: 30}, {Strategy: "b", Seed: 1, Value: 30}})
	require.NoError(t, err)
	assert.False(t, closer(two, 1, stats.Confidence), "one seed")
	assert.False(t, closer(two.Among("a"), 1, stats.Confidence), "alone")
	var pair []stats.Run
	for seed := range uint64(2) {
		pair = append(pair, stats.Run{Strategy: "a", Seed: seed, Value: 30 + 1e-6*float64(seed)}, stats.Run{Strategy: "b", Seed: seed, Value: 30})
	}
	two, err = stats.Compare([]string{"a", "b"}, pair)
	require.NoError(t, err)
	require.Less(t, two.Simultaneous(stats.Confidence)[0].High, 1.0)
	assert.False(t, closer(two, 1, stats.Confidence), "two seeds decide nothing, however narrow")
	var runs []stats.Run
	for seed := range uint64(12) {
		runs = append(runs, stats.Run{Strategy: "a", Seed: seed, Value: 30 + 0.01*float64(seed%3)}, stats.Run{Strategy: "b", Seed: seed, Value: 30.8})
	}
	two, err = stats.Compare([]string{"a", "b"}, runs)
	require.NoError(t, err)
	assert.True(t, closer(two, 1, stats.Confidence))
	assert.False(t, closer(two, 0.7, stats.Confidence), "the second is .8 ahead")
	assert.False(t, closer(two.Among("b", "a"), 0.7, stats.Confidence), "on either side")
}

func TestAStrategyThatBrokeDoesNotLead(t *testing.T) {
	s := rivalry("imbalance-10", 800, 12, [4]float64{}, [4]float64{0.2, 0.3, 0.2, 0.2})
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == "focal" {
			r.Failed, r.Diverged = "the loss is NaN", true
		}
	}
	contests, err := s.Contests(rivals, stats.Confidence)
	require.NoError(t, err)
	last := contests[len(contests)-1]
	assert.NotContains(t, last.May, "focal")
	assert.NotEqual(t, "focal", last.Next)
}

func TestAFewLeadOfMore(t *testing.T) {
	names := []string{"ce", "focal"}
	ran := make([]stats.Estimate, 4)
	for i := range ran {
		ran[i].Seeds = 3
	}
	few := Contest{Names: append(names, "ghm", "ohem"), May: names, Means: ran}
	assert.True(t, few.Few())
	few.Means[3].Seeds = 0
	assert.False(t, few.Few(), "ohem has no runs: the two are most of the three")
}

// What is gained is of the last half, of those who got to the end.
func TestAPAndAP50AreGainedSinceHalf(t *testing.T) {
	s := rivalry("dense", 800, 12, [4]float64{0.2, 0.3, 0.2, 0.1}, [4]float64{0.25, 0.3, 0.4, 0.05})
	for i := range s.Runs {
		r := &s.Runs[i]
		for k := range r.Curve {
			r.Curve[k].AP50 = 0.5 + 0.01*float64(r.Seed)
		}
		r.Figures.AP50 = r.Curve[1].AP50
		if r.Strategy == "focal" {
			r.Figures.AP50 += 0.125
		}
	}
	contests, err := s.Contests(rivals, stats.Confidence)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{5, 0, 20, -5}, Gained(contests), 1e-9)
	found, err := s.Found(contests)
	require.NoError(t, err)
	want := []float64{0, 0, 0, 0}
	want[slices.Index(rivals, "focal")] = 12.5
	assert.InDeltaSlice(t, want, found, 1e-9)

	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == rivals[3] {
			r.Failed, r.Diverged = "the loss is NaN", true
		}
	}
	contests, err = s.Contests(rivals, stats.Confidence)
	require.NoError(t, err)
	found, err = s.Found(contests)
	require.NoError(t, err)
	assert.Len(t, found, 3, "who got to the end")
	found, err = s.Found(contests[:len(contests)-1])
	require.NoError(t, err)
	assert.Empty(t, found, "without a look at half there is nothing to say")
}
