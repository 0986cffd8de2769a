package page

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

func TestAnOrderThatIsNotThePapersIsNamed(t *testing.T) {
	s := claims.Sweep{Experiment: "alpha", Of: "alphas", Title: "Alpha", Source: "Lin 2017", Strategies: []string{"alpha .25", "alpha .5", "alpha .75"}, Published: []float64{10.8, 30.2, 31.1},
		Causes: []claims.Cause{{Experiment: "alpha-scale", Setting: "losses as written", Ours: "matched scale"}, {Experiment: "alpha-descent", Setting: "gradient descent besides", Ours: "Adam"}}}
	experiment := func(name string, means map[string]float64) evidence.Experiment {
		kept := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: name, Preset: "alpha"}}}
		for seed := range 4 {
			for name, ap := range means {
				ap += 0.001 * float64(seed*len(name)%3)
				kept.Runs = append(kept.Runs, trainer.Run{Strategy: name, Seed: uint64(seed + 1), Images: 8, LR: 0.004,
					Curve: []trainer.Point{{Images: 8, AP: ap}}, Figures: trainer.Figures{AP: ap},
					Stages: []trainer.StageFigures{{Stage: "dense", Positives: 1, UsedPositives: 1, NegativeLoss: 0.25, NegativeGrad: 0.5}}})
			}
		}
		return kept
	}
	kept := experiment("alpha", map[string]float64{"alpha .25": 0.35, "alpha .5": 0.36, "alpha .75": 0.30})
	comparison, err := s.Compare(&kept)
	require.NoError(t, err)
	list := disagreements(&s, &kept, comparison, nil)
	require.Len(t, list, 2, ".25 is below .5 here too: %v", list)
	assert.Regexp(t, `^alpha \.75 is 0\.9 better than alpha \.5 in the paper, and 6\.\d worse here `, list[0], "little in the paper, and turned here")
	assert.Regexp(t, `^alpha \.75 is 20\.3 better than alpha \.25 in the paper, and 5\.\d worse here \(4\.\d to 5\.\d\): `+
		`alpha \.75 trained at a rate of 0\.004, with 25% of its loss and 50% of its gradient from negatives; alpha \.25 .* negatives\.$`, list[1])

	against := map[string]float64{"alpha .25": 0.35, "alpha .5": 0.36, "alpha .75": 0.30}
	like := map[string]float64{"alpha .25": 0.30, "alpha .5": 0.34, "alpha .75": 0.36}
	even := map[string]float64{"alpha .25": 0.30, "alpha .5": 0.30, "alpha .75": 0.30}
	for _, c := range []struct {
		scale, descent map[string]float64
		want           string
	}{
		{like, against, `With losses as written the difference is \+6\.\d \(\+5\.\d to \+6\.\d\), the paper's order: here it was turned by matched scale\.$`},
		{against, like, `With losses as written the difference is -5\.\d \(-5\.\d to -4\.\d\): that is not what turned it\. ` +
			`With gradient descent besides the difference is \+6\.\d .*, the paper's order: here it was turned by Adam\.$`},
		{even, like, `which does not decide\. With gradient descent besides the difference is \+6\.\d .*, the paper's order: here it was turned by matched scale or Adam\.$`},
		{even, nil, `With losses as written the difference is \+?-?0\.\d \(-\d\.\d to \+\d\.\d\), which does not decide\.$`},
	} {
		tried, err := tryCauses(&s, []evidence.Experiment{experiment("alpha-scale", c.scale), experiment("alpha-descent", c.descent)})
		require.NoError(t, err)
		text := disagreements(&s, &kept, comparison, tried)[1]
		assert.Regexp(t, c.want, text)
	}

	for i := range kept.Runs {
		if r := &kept.Runs[i]; r.Strategy == "alpha .5" {
			r.Diverged, r.Failed = true, "a loss of NaN"
		}
	}
	var b strings.Builder
	diverged := axesOf(t)
	*evidence.Find(diverged, "alpha") = kept
	require.NoError(t, writeSweep(&b, &s, diverged))
	assert.Contains(t, b.String(), "| alpha .25 | 10.8 | 35.")
	assert.Regexp(t, `\| alpha \.25 \|.*\| yes \|`, b.String())
	assert.NotRegexp(t, `\| alpha \.5 \|.*\| yes \|`, b.String(), "what diverged in every run is not the best")
}
