package small

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/small/nn"
	"detsample/bench/small/scene"
	"detsample/bench/trainer"
)

// tiny is a training that takes a moment.
const tiny = `
scenes:
  {size: 48, train: 64, test: 24, classes: 1, max_objects: 2, min_size: 12, max_size: 24,
   distractors: 0, contrast: 0.5, occlusion: 0, noise: 0.01, texture: 0.1}
detector:
  channels: 8
  depth: 1
  head_depth: 1
  pyramid: {ratios: [1], levels: [{stride: 4, sizes: [12]}, {stride: 8, sizes: [20]}]}
training: {images: 24, batch: 4, warmup: 2, average: 0.5, checkpoints: 2}
strategies:
  - {name: focal, dense: {}}
`

func newTiny(t *testing.T, text string) *training {
	t.Helper()
	c, err := config.Parse("tiny.yaml", []byte(text))
	require.NoError(t, err)
	set, err := scene.Generate(c.Scenes, c.SceneSeed)
	require.NoError(t, err)
	of := Trainer{Network: c.Detector, Training: c.Training, Areas: c.Areas}
	return newTraining(of, trainer.Job{Strategy: &c.Strategies[0], Seed: 1, Data: set, Images: c.Training.Images})
}

func values(params []*nn.Param) (all []float32) {
	for _, p := range params {
		all = append(all, p.Value...)
	}
	return all
}

func TestTheAverageIsEvaluatedAndTheWeightsTrained(t *testing.T) {
	run := newTiny(t, tiny)
	require.NoError(t, run.until(t.Context(), 24, func(int) {}))
	weights := values(run.detector.Params())
	run.withAverage(func() {
		assert.False(t, slices.Equal(weights, values(run.detector.Params())))
	})
	require.NoError(t, run.checkpoint(t.Context()))
	found := run.eval.detections()
	run.withAverage(func() { assert.NoError(t, run.eval.detect(t.Context(), run.detector)) })
	assert.Equal(t, run.eval.detections(), found, "a checkpoint is of the average")
	require.NoError(t, run.eval.detect(t.Context(), run.detector))
	assert.NotEqual(t, run.eval.detections(), found)
	assert.True(t, slices.Equal(weights, values(run.detector.Params())), "evaluation leaves no trace")
}

func TestCheckpointsDoNotChangeTheTraining(t *testing.T) {
	at := func(checkpoints string) []float32 {
		text := strings.Replace(tiny, "checkpoints: 2", "checkpoints: "+checkpoints, 1)
		run := newTiny(t, text)
		_, err := run.record(t.Context(), func(int) {})
		require.NoError(t, err)
		return values(run.detector.Params())
	}
	assert.True(t, slices.Equal(at("1"), at("6")))
	assert.True(t, slices.Equal(at("1"), at("5")), "not a whole number of batches apart")
}

func TestEvaluationsFollowTheListOfBudgets(t *testing.T) {
	at := func(list string) (images []int, ap []float64) {
		of := newTiny(t, strings.Replace(tiny, "checkpoints: 2", "checkpoints: 2, evaluate_at: "+list, 1))
		r, err := of.record(t.Context(), func(int) {})
		require.NoError(t, err)
		for _, p := range r.Run.Curve {
			images, ap = append(images, p.Images), append(ap, p.AP)
		}
		return images, ap
	}
	images, ap := at("[5, 7, 16, 24]")
	assert.Equal(t, []int{0, 4, 16, 24}, images, "whole batches, each once, and the end")
	images, few := at("[16]")
	assert.Equal(t, []int{0, 16, 24}, images)
	assert.Equal(t, []float64{ap[0], ap[2], ap[3]}, few)
	images, _ = at("[2]")
	assert.Equal(t, []int{0, 24}, images)
	images, _ = at("[]")
	assert.Equal(t, []int{0, 12, 24}, images)
}

func TestTheBudgetIsMetToTheImage(t *testing.T) {
	run := newTiny(t, strings.Replace(tiny, "images: 24", "images: 23", 1))
	var seen []int
	r, err := run.record(t.Context(), func(images int) { seen = append(seen, images) })
	require.NoError(t, err)
	assert.Equal(t, []int{4, 8, 12, 16, 20, 23}, seen)
	assert.Equal(t, 23, r.Run.Images)
	assert.Equal(t, 6, r.Run.Steps)
}

func TestEverySettingOfTheTrainingCounts(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	base := tiny
	trained := func(text string) []float32 {
		run := newTiny(t, text)
		require.NoError(t, run.until(t.Context(), 24, func(int) {}))
		return values(run.detector.Params())
	}
	want := trained(base)
	assert.True(t, slices.Equal(want, trained(base)))
	for _, setting := range []string{"optimizer: sgd", "schedule: cosine", "clip: 0.001", "weight_decay: 0.1", "flip: false"} {
		assert.False(t, slices.Equal(want, trained(strings.Replace(base, "batch: 4", "batch: 4, "+setting, 1))), setting)
	}
	assert.False(t, slices.Equal(want, trained(strings.Replace(base, "warmup: 2", "warmup: 5", 1))), "warmup")
}
