package claims

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

func TestARankCorrelationIsOfSeedsThatHaveAll(t *testing.T) {
	s := Sweeps()[0]
	stored := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "alpha", Preset: "alpha"}}}
	for seed := range 3 {
		for i, name := range s.Strategies {
			ap := s.Published[i] / 100
			if seed == 2 && i == 0 {
				continue // a run is missing
			}
			stored.Runs = append(stored.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 8,
				Curve: []trainer.Point{{Images: 8, AP: ap}}, Figures: trainer.Figures{AP: ap}})
		}
	}
	e, err := s.Rank(&stored)
	require.NoError(t, err)
	assert.Equal(t, 2, e.Seeds)
	assert.InDelta(t, 1, e.Mean, 1e-9)
}

// A rank correlation is Spearman's of each seed, and of these the mean.
func TestARankCorrelationIsTheMeanOfThoseOfSeeds(t *testing.T) {
	s := Sweep{Experiment: "alpha", Of: "alphas", Strategies: []string{"a", "b", "c", "d"}, Published: []float64{1, 2, 3, 40}}
	stored := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "alpha", Preset: "alpha"}}}
	for seed, of := range [][]float64{{0.1, 0.2, 0.3, 0.4}, {0.1, 0.2, 0.4, 0.3}, {0.1, 0.2, 0.2, 0.3}} {
		for i, ap := range of {
			stored.Runs = append(stored.Runs, trainer.Run{Strategy: s.Strategies[i], Seed: uint64(seed + 1), Images: 8,
				Curve: []trainer.Point{{Images: 8, AP: ap}}, Figures: trainer.Figures{AP: ap}})
		}
	}
	e, err := s.Rank(&stored)
	require.NoError(t, err)
	// Pearson's of ranks, those of a tie at 2.5: 1, 0.8 and 4.5 / sqrt(5 * 4.5).
	assert.InDelta(t, (1+0.8+4.5/math.Sqrt(5*4.5))/3, e.Mean, 1e-9)
}

// What holds at once is of the settings of the paper's row alone.
func TestASweepIsComparedByItself(t *testing.T) {
	s := Sweep{Experiment: "alpha", Strategies: []string{"alpha .25", "alpha .5", "alpha .75"}}
	wide := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "alpha", Preset: "alpha"}}}
	for seed := range 4 {
		for name, ap := range map[string]float64{"alpha .25": 0.35, "alpha .5": 0.36, "alpha .75": 0.30, "alpha .9": 0.1, "alpha .99": 0.7} {
			ap += 0.001 * float64(seed*len(name)%3)
			wide.Runs = append(wide.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 8, Curve: []trainer.Point{{Images: 8, AP: ap}}, Figures: trainer.Figures{AP: ap}})
		}
	}
	others, err := s.Compare(&wide)
	require.NoError(t, err)
	whole, err := wide.Compare(evidence.AP, "", 8)
	require.NoError(t, err)
	for k, d := range others.Differences {
		at := slices.IndexFunc(whole.Differences, func(o stats.Difference) bool { return o.A == d.A && o.B == d.B })
		assert.Equal(t, whole.Differences[at], d, "a figure has one interval")
		row, all := others.Simultaneous(0.95)[k], whole.Simultaneous(0.95)[at]
		assert.Less(t, row.High-row.Low, all.High-all.Low, "settings that the paper's row lacks are no part of what holds at once")
	}
}
