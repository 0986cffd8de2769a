package page

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
	all := claims()
	require.Len(t, all, 7)
	for _, c := range all {
		for _, x := range c.Contrasts {
			e := experiment(t, x.Experiment)
			assert.Contains(t, e.Claims, c.Number, x.Experiment)
			names := append(trained(e), boosting.AdaBoost, boosting.LogitBoost, "")
			if x.Measure == paperOrder {
				k := slices.IndexFunc(sweeps(), func(s sweep) bool { return s.experiment == x.Experiment })
				require.GreaterOrEqual(t, k, 0, x.Experiment)
				names = append(names, sweeps()[k].of)
			}
			assert.Contains(t, names, x.A)
			assert.Contains(t, names, x.B)
		}
	}
	list := keptOf(t, keptIn)
	for _, c := range all {
		v, err := c.judge(list)
		require.NoError(t, err)
		for _, j := range v.Judged {
			assert.True(t, !j.ran() || j.Estimate.Seeds >= stats.MinSeeds, "%s: %s: the measure %q is of no run", j.Experiment, j.Says, j.by().Name)
		}
	}
	for _, s := range sweeps() {
		assert.Subset(t, trained(experiment(t, s.experiment)), s.strategies)
		assert.Len(t, s.published, len(s.strategies))
		for _, c := range s.causes {
			assert.ElementsMatch(t, s.strategies, trained(experiment(t, c.experiment)), c.experiment)
		}
	}
}
