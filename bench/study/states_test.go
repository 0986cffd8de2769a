package study

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/curves"
	"detsample/bench/store"
	"detsample/losses"
)

// tiny returns an experiment that keeps states, of a few steps.
func tiny(t testing.TB) Planned {
	e := experiment(t, "boosting")
	e.Seeds = 1
	c, err := e.Config()
	require.NoError(t, err)
	c.Scenes.Size, c.Scenes.Test, c.Scenes.Missing = 48, 2, 0.5
	c.Training.Images, c.Training.EvaluateAt = 16, []int{8}
	c.Detector.Channels, c.Detector.Depth = 8, 1
	p := Planned{Experiment: e, Config: c}
	p.Seconds = p.estimate()
	return p
}

func of(t testing.TB, m *moment, name string) *weighed {
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
	w, err := newWatcher(tiny(t).Config)
	require.NoError(t, err)
	var seen []int
	run, err := w.train(t.Context(), 0, 1, func(images int) { seen = append(seen, images) })
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
	assert.InDelta(t, shareOf(99, 1./99), of(t, m, adaBoost).Weight.Positives, 0.05)
	assert.InDelta(t, shareOf(1, 1), of(t, m, logitBoost).Weight.Positives, 0.02)
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

// The loss that belongs to a weight is that of the formulas, which package
// curves draws.
func TestLossFollowsFromTheWeight(t *testing.T) {
	for text, cls := range map[string]losses.Cls{
		"ce": losses.CE{}, "focal,alpha=0.25,gamma=2": losses.Focal{Alpha: 0.25, Gamma: 2}, "focal,alpha=0.5,gamma=0.5": losses.Focal{Alpha: 0.5, Gamma: 0.5},
		"alpha_ce,alpha=0.75": losses.AlphaCE{Alpha: 0.75},
	} {
		c, err := curves.Loss(text)
		require.NoError(t, err)
		for _, margin := range []float64{-4, -1, 0, 0.5, 3} {
			p := c.At(true, margin)
			assert.InEpsilon(t, p.Loss, p.Gradient*lossPerGradient(cls, margin), 1e-3, "%s at %v", text, margin)
		}
	}
}

func TestDivergence(t *testing.T) {
	p, q := []float32{1, 1, 2}, []float32{2, 2, 4}
	assert.InDelta(t, 0, divergence(p, q), 1e-12, "equal but for scale")
	assert.InDelta(t, 0.5*math.Log(2), divergence([]float32{0, 1, 1}, []float32{2, 1, 1}), math.Log(2))
	assert.InDelta(t, math.Log(2), divergence([]float32{0, 1}, []float32{3, 3}), 1e-12)
}

func TestStatesAreKeptAndTakenOver(t *testing.T) {
	dir := t.TempDir()
	e := tiny(t)
	e.Config.Training.EvaluateAt, e.Config.Training.Checkpoints = nil, 1
	e.Config.Strategies = e.Config.Strategies[:trainedStates]
	list := []Planned{e}
	trained := 0
	o := Options{Out: dir, Jobs: 2, Command: "a test", Progress: func(e Event) {
		if e.Done != nil && !e.Resumed {
			trained++
		}
	}}
	_, err := Run(t.Context(), list, o)
	require.NoError(t, err)
	assert.Equal(t, trainedStates, trained)
	name := filepath.Join(dir, "boosting", "results.jsonl")
	before, err := os.ReadFile(name)
	require.NoError(t, err)
	trained = 0
	_, err = Run(t.Context(), list, o)
	require.NoError(t, err)
	assert.Zero(t, trained, "everything was there")
	after, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))

	require.NoError(t, os.Remove(filepath.Join(dir, "boosting", store.Config)), "whose scenes are smaller than the experiment's")
	kept, err := open(dir)
	require.NoError(t, err)
	assert.Len(t, kept[0].StateRuns, trainedStates)
	assert.Equal(t, "a test", kept[0].Origin.Command)
	assert.False(t, kept[1].hasRuns())

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	list[0].FirstSeed = 7
	_, err = Run(ctx, list, o)
	assert.ErrorIs(t, err, context.Canceled)
}
