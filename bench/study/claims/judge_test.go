package claims

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// The order of a sweep is judged beside its differences, where training ends.
func TestAnOrderIsJudged(t *testing.T) {
	order := Contrast{Experiment: "alpha", A: "alphas", Measure: PaperOrder, Expect: Above, Says: "they come in order"}
	for _, c := range []struct {
		sign int
		word string
	}{{1, "supported"}, {-1, "refuted"}} {
		alphas := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "alpha", Preset: "alpha"}}}
		w := Sweeps()[0]
		for seed := range 4 {
			for k, name := range w.Strategies {
				ap := 0.4 + float64(c.sign)*w.Published[k]/1000 + 0.0001*float64(seed)
				alphas.Runs = append(alphas.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 800, Figures: trainer.Figures{AP: ap},
					Curve: []trainer.Point{{Images: 400, AP: 0.3}, {Images: 800, AP: ap}}})
			}
		}
		claim := claimOf(order)
		v, err := claim.Judge([]evidence.Experiment{alphas})
		require.NoError(t, err)
		require.Len(t, v.Judged, 1, "at the end")
		assert.Equal(t, c.word, v.Word)
		assert.InDelta(t, float64(c.sign), v.Judged[0].Estimate.Mean, 1e-6)
	}
}

// A claim's intervals hold at once for what it asks, and for no other pair of the experiment.
func TestAClaimIsJudgedBesideItsOwnContrasts(t *testing.T) {
	gain := Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: Above, Says: "it gains"}
	list := []evidence.Experiment{made(10, 6)}
	alone, err := new(claimOf(gain)).Judge(list)
	require.NoError(t, err)
	c, err := list[0].Compare(evidence.AP, "", 800)
	require.NoError(t, err)
	k := slices.IndexFunc(c.Differences, func(d stats.Difference) bool { return d.A == "512 + ce" && d.B == "512 + focal" })
	all := c.Simultaneous(1 - 0.05/3)[k]
	end := alone.Judged[2].All
	assert.Less(t, end.High-end.Low, all.High-all.Low, "of three budgets and one pair, not six")
	assert.Equal(t, c.SimultaneousOf([][2]int{{1, 0}}, 1-0.05/3)[0], end)
	back := gain
	back.A, back.B = gain.B, gain.A
	both, err := new(claimOf(gain, back)).Judge(list)
	require.NoError(t, err)
	assert.Equal(t, end, both.Judged[2].All, "the same pair the other way round is no other")
	assert.InDelta(t, -end.Low, both.Judged[5].All.High, 1e-9)
}
