package claims

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/boosting"
)

func TestEveryContrastIsOfStrategiesThatAreRun(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	trained := func(e study.Experiment) (names []string) {
		cfg, err := e.Config()
		require.NoError(t, err)
		for i := range cfg.Strategies {
			names = append(names, cfg.Strategies[i].Name)
		}
		return names
	}
	all := All()
	require.Len(t, all, 7)
	for _, c := range all {
		for _, x := range c.Contrasts {
			e := experiment(t, x.Experiment)
			assert.Contains(t, e.Claims, c.Number, x.Experiment)
			names := append(trained(e), boosting.AdaBoost, boosting.LogitBoost, "")
			if x.Measure == PaperOrder {
				k := slices.IndexFunc(Sweeps(), func(s Sweep) bool { return s.Experiment == x.Experiment })
				require.GreaterOrEqual(t, k, 0, x.Experiment)
				names = append(names, Sweeps()[k].Of)
			}
			assert.Contains(t, names, x.A)
			assert.Contains(t, names, x.B)
		}
	}
	list := kept(t)
	for _, c := range all {
		v, err := c.Judge(list)
		require.NoError(t, err)
		for _, j := range v.Judged {
			assert.True(t, !j.Ran() || j.Estimate.Seeds >= stats.MinSeeds, "%s: %s: the measure %q is of no run", j.Experiment, j.Says, j.By().Name)
		}
	}
	for _, s := range Sweeps() {
		assert.Subset(t, trained(experiment(t, s.Experiment)), s.Strategies)
		assert.Len(t, s.Published, len(s.Strategies))
		for _, c := range s.Causes {
			assert.ElementsMatch(t, s.Strategies, trained(experiment(t, c.Experiment)), c.Experiment)
		}
	}
}
