package boosting_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/study"
	"detsample/bench/study/boosting"
)

// tiny returns the study's experiment that keeps states, of a few steps.
func tiny(t testing.TB) *config.Config {
	list, err := study.Experiments("boosting")
	require.NoError(t, err)
	c, err := list[0].Config()
	require.NoError(t, err)
	c.Scenes.Size, c.Scenes.Test, c.Scenes.Missing = 48, 2, 0.5
	c.Training.Images, c.Training.EvaluateAt = 16, []int{8}
	c.Detector.Channels, c.Detector.Depth = 8, 1
	return c
}

func of(t testing.TB, m *boosting.Moment, name string) *boosting.Weighting {
	for i := range m.Weightings {
		if m.Weightings[i].Name == name {
			return &m.Weightings[i]
		}
	}
	require.Fail(t, "no such weighting", name)
	return nil
}

func TestAnUntrainedNetworkIsWeighedAsTheFormulasSay(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	w, err := boosting.NewWatcher(tiny(t))
	require.NoError(t, err)
	var seen []int
	run, err := w.Train(t.Context(), 0, 1, func(images int) { seen = append(seen, images) })
	require.NoError(t, err)
	require.Len(t, run.Moments, 3, "before the first step, in the middle and at the end")
	for k, m := range run.Moments {
		assert.Equal(t, m.Images, seen[k], "and is told of as it passes")
	}
	m := &run.Moments[0]
	assert.Greater(t, m.Outliers, 0.0)
	assert.Greater(t, m.Positives, 1.0)

	// All scores are near the prior's: a positive has p_t = .01, a negative .99.
	positives := m.Positives
	negatives := m.Elements - positives
	shareOf := func(pos, neg float64) float64 { return positives * pos / (positives*pos + negatives*neg) }
	ce := of(t, m, "ce")
	assert.InDelta(t, shareOf(0.99, 0.01), ce.Weight.Positives, 0.02)
	assert.InDelta(t, shareOf(-math.Log(0.01), -math.Log(0.99)), ce.Loss.Positives, 0.05)
	assert.InDelta(t, shareOf(99, 1./99), of(t, m, boosting.AdaBoost).Weight.Positives, 0.05)
	assert.InDelta(t, shareOf(1, 1), of(t, m, boosting.LogitBoost).Weight.Positives, 0.02)
	alpha := of(t, m, "alpha-ce .75")
	assert.InDelta(t, shareOf(0.75*0.99, 0.25*0.01), alpha.Weight.Positives, 0.05)
	assert.Greater(t, of(t, m, "focal").Loss.Positives, 0.9)

	for _, weighted := range m.Weightings {
		sum := weighted.Weight.Positives + weighted.Weight.Easy + weighted.Weight.Hard
		assert.InDelta(t, 1, sum, 1e-9, weighted.Name)
		for _, a := range weighted.Alike {
			assert.GreaterOrEqual(t, a.KL, -1e-6, "%s to %s", weighted.Name, a.To)
			assert.NotEqual(t, weighted.Name, a.To)
		}
	}
	assert.Len(t, ce.Alike, 2)
	assert.Greater(t, ce.Alike[0].Rank, 0.99, "cross entropy orders by margin, as AdaBoost does")
	assert.Less(t, of(t, m, "ssd 3:1").Alike[0].Rank, 0.5, "a sampler makes most alike, with no weight")
}
