package study

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/store"
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

func TestStatesAreKeptAndTakenOver(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	dir := t.TempDir()
	e := tiny(t)
	e.Config.Training.EvaluateAt, e.Config.Training.Checkpoints = nil, 1
	e.Config.Strategies = e.Config.Strategies[:TrainedStates]
	list := []Planned{e}
	trained := 0
	o := Options{Out: dir, Jobs: 2, Command: "a test", Progress: func(e Event) {
		if e.Done != nil && !e.Resumed {
			trained++
		}
	}}
	_, err := Run(t.Context(), list, o)
	require.NoError(t, err)
	assert.Equal(t, TrainedStates, trained)
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
	kept, err := Open(dir)
	require.NoError(t, err)
	assert.Len(t, kept[0].StateRuns, TrainedStates)
	assert.Equal(t, "a test", kept[0].Origin.Command)
	assert.False(t, kept[1].HasRuns())

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	list[0].FirstSeed = 7
	_, err = Run(ctx, list, o)
	assert.ErrorIs(t, err, context.Canceled)
}

// Who trained seeds that come after those of today is not forgotten.
func TestStatesOfLaterSeedsKeepTheirOrigin(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	e := tiny(t)
	e.Config.Training.EvaluateAt, e.Config.Training.Checkpoints = nil, 1
	e.Config.Strategies = e.Config.Strategies[:1]
	out := t.TempDir()
	train := func(first, seeds int, command string) {
		e.FirstSeed, e.Seeds = first, seeds
		_, err := Run(t.Context(), []Planned{e}, Options{Out: out, Jobs: 1, Command: command})
		require.NoError(t, err)
	}
	train(3, 1, "later")
	train(1, 3, "both") // of which the first ends before the second begins
	assert.Equal(t, "later; both", originOf(t, filepath.Join(out, "boosting")).Command)
}
