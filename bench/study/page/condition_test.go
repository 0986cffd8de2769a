package page

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study/claims"
)

// A condition is of an experiment that the page speaks of.
func TestAConditionIsOfAnExperimentOfThePage(t *testing.T) {
	spoken := map[string]bool{}
	for _, q := range questions() {
		for _, name := range append(q.experiments, q.besides...) {
			spoken[name] = true
		}
	}
	for _, c := range claims.All() {
		for i := range c.Contrasts {
			spoken[c.Contrasts[i].Experiment] = true
		}
	}
	for name := range conditions {
		experiment(t, name)
		assert.True(t, spoken[name], name)
	}
}

// The page says how large the faint object is.
func TestTheFaintObjectIsNoSmallOne(t *testing.T) {
	faints := 0
	for name, c := range conditions {
		if c.with != faint {
			continue
		}
		faints++
		e := experiment(t, name)
		config, err := e.Config()
		require.NoError(t, err)
		assert.EqualValues(t, 12, config.Scenes.MinSize, name)
		assert.EqualValues(t, 12, config.Scenes.MaxSize, name)
		assert.Positive(t, config.Scenes.Noise, name)
		assert.LessOrEqual(t, config.Scenes.Size, 4*12, name)
		assert.Less(t, config.Areas.Small, 12.0, name)
	}
	assert.Equal(t, 7, faints)
}

func TestTheFaintObjectOfAnySizeIsSmallMiddlingAndLarge(t *testing.T) {
	found := 0
	for name, c := range conditions {
		if c.with != sizes {
			continue
		}
		found++
		e := experiment(t, name)
		config, err := e.Config()
		require.NoError(t, err)
		s := config.Scenes
		assert.Equal(t, []int{1, 1}, []int{s.MinObjects, s.MaxObjects}, name)
		assert.Less(t, s.MinSize, config.Areas.Small, name)
		assert.Greater(t, s.MaxSize, config.Areas.Large, name)
		assert.Positive(t, s.Noise, name)
	}
	assert.Equal(t, 6, found)
}

func TestAConditionIsSaidWithTheLengthOfATraining(t *testing.T) {
	for c, want := range map[condition][3]string{
		{}:                                   {"", "", "dense head"},
		{length: "in a long training"}:       {"in a long training", "in a long training", "dense head"},
		{with: "by descent"}:                 {"by descent", "by descent", "dense head"},
		{with: "with noise", label: "noise"}: {"with noise", "with noise", "dense head, noise"},
		{with: "with noise", length: "at length"}: {"with noise, at length", "with noise, at length,", "dense head"},
		{with: "with noise, repeated"}:            {"with noise, repeated", "with noise, repeated,", "dense head"},
	} {
		assert.Equal(t, want, [3]string{c.said(), c.before(), c.of("dense head")})
	}
}
