package study

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/internal/registry"
)

func all(t testing.TB) []Experiment {
	list, err := Experiments()
	require.NoError(t, err)
	return list
}

func experiment(t testing.TB, name string) Experiment {
	for _, e := range all(t) {
		if e.Name == name {
			return e
		}
	}
	require.Fail(t, "no such experiment", name)
	return Experiment{}
}

func TestEveryExperimentIsAComparison(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	seen := map[string]bool{}
	for _, e := range all(t) {
		assert.False(t, seen[e.Name], "two experiments are called %s", e.Name)
		seen[e.Name] = true
		c, err := e.Config()
		require.NoError(t, err, e.Name)
		assert.NoError(t, registry.Check(c), e.Name)
		text, err := c.YAML()
		require.NoError(t, err)
		again, err := config.Parse(e.Name, text)
		require.NoError(t, err, "what check is given")
		assert.Equal(t, c, again)
		assert.NotEmpty(t, e.Claims, e.Name)
		assert.NotZero(t, e.Seeds, e.Name)
	}
	for _, name := range Names() {
		s, err := Load(name)
		require.NoError(t, err)
		assert.NotEmpty(t, s.Title)
	}
}

func TestEveryRateSaysWhereItComesFrom(t *testing.T) {
	defaults, err := config.Preset("default")
	require.NoError(t, err)
	rates := map[string]float64{}
	for _, s := range defaults.Strategies {
		rates[s.Name] = s.LR
	}
	borrowed := regexp.MustCompile("that of (.+) in the default comparison$")
	for _, e := range all(t) {
		assert.Equal(t, e.Rate > 0, e.RateFrom != "", e.Name)
		c, err := e.Config()
		require.NoError(t, err)
		for _, s := range c.Strategies {
			require.NotEmpty(t, s.LRReason, "%s: %s", e.Name, s.Name)
			switch of := borrowed.FindStringSubmatch(s.LRReason); {
			case of != nil:
				assert.Equal(t, rates[of[1]], s.LR, "%s: %s has not the rate of %s", e.Name, s.Name, of[1])
			case e.Rate > 0:
				assert.Equal(t, "one for all strategies: "+e.RateFrom, s.LRReason, e.Name)
			default:
				assert.Regexp(t, "^tuned on ", s.LRReason, "%s: %s", e.Name, s.Name)
			}
		}
	}
}

func TestExperimentsChangeWhatTheySay(t *testing.T) {
	e := experiment(t, "missing-20")
	c, err := e.Config()
	require.NoError(t, err)
	assert.Equal(t, 0.2, c.Scenes.Missing)
	assert.Equal(t, 9600, c.Training.Images)
	assert.Equal(t, 0.25, c.Scenes.Contrast, "and nothing else")
	assert.Len(t, c.Strategies, len(e.Only))

	e.Only = []string{"cee"}
	_, err = e.Config()
	assert.ErrorContains(t, err, `no strategy "cee"`)
}

// Whatever is chosen by trainings has no seed of the comparison.
func TestSeedsAreNotThoseThatSettingsAreChosenBy(t *testing.T) {
	for _, e := range all(t) {
		assert.Greater(t, uint64(e.FirstSeed), plan.SettingSeed, e.Name)
	}
}

func TestAnUnknownStudyNamesTheNearest(t *testing.T) {
	_, err := Experiments("axis")
	assert.ErrorContains(t, err, `unknown study "axis": expected one of boosting, dense`)
	assert.ErrorContains(t, err, "did you mean axes?")
}
