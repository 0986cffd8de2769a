package bench

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/small/nn"
)

func newTiny(t *testing.T, text string) *trainer {
	t.Helper()
	c, set, err := prepare(*parsed(t, text), "")
	require.NoError(t, err)
	return newTrainer(&c, set, &c.Strategies[0], 1)
}

func values(params []*nn.Param) (all []float32) {
	for _, p := range params {
		all = append(all, p.Value...)
	}
	return all
}

func TestTheAverageIsEvaluatedAndTheWeightsTrained(t *testing.T) {
	trainer := newTiny(t, tinyData+tinyTraining)
	require.NoError(t, trainer.until(t.Context(), 24, func(int) {}))
	weights := values(trainer.detector.Params())
	trainer.withAverage(func() {
		assert.False(t, slices.Equal(weights, values(trainer.detector.Params())))
	})
	require.NoError(t, trainer.checkpoint(&Run{}))
	found := trainer.eval.detections()
	trainer.withAverage(func() { trainer.eval.detect(trainer.detector) })
	assert.Equal(t, trainer.eval.detections(), found, "a checkpoint is of the average")
	trainer.eval.detect(trainer.detector)
	assert.NotEqual(t, trainer.eval.detections(), found)
	assert.True(t, slices.Equal(weights, values(trainer.detector.Params())), "evaluation leaves no trace")
}

func TestCheckpointsDoNotChangeTheTraining(t *testing.T) {
	at := func(checkpoints string) []float32 {
		text := strings.Replace(tinyData+tinyTraining, "checkpoints: 2", "checkpoints: "+checkpoints, 1)
		trainer := newTiny(t, text)
		_, err := trainer.record(t.Context(), func(int) {})
		require.NoError(t, err)
		return values(trainer.detector.Params())
	}
	assert.True(t, slices.Equal(at("1"), at("6")))
	assert.True(t, slices.Equal(at("1"), at("5")), "not a whole number of batches apart")
}

func TestTheBudgetIsMetToTheImage(t *testing.T) {
	trainer := newTiny(t, strings.Replace(tinyData+tinyTraining, "images: 24", "images: 23", 1))
	var seen []int
	r, err := trainer.record(t.Context(), func(images int) { seen = append(seen, images) })
	require.NoError(t, err)
	assert.Equal(t, []int{4, 8, 12, 16, 20, 23}, seen)
	assert.Equal(t, 23, r.Run.Images)
	assert.Equal(t, 6, r.Run.Steps)
}

func TestEverySettingOfTheTrainingCounts(t *testing.T) {
	base := tinyData + tinyTraining
	trained := func(text string) []float32 {
		trainer := newTiny(t, text)
		require.NoError(t, trainer.until(t.Context(), 24, func(int) {}))
		return values(trainer.detector.Params())
	}
	want := trained(base)
	assert.True(t, slices.Equal(want, trained(base)))
	for _, setting := range []string{"optimizer: sgd", "schedule: cosine", "clip: 0.001", "weight_decay: 0.1", "flip: false"} {
		assert.False(t, slices.Equal(want, trained(strings.Replace(base, "batch: 4", "batch: 4, "+setting, 1))), setting)
	}
	assert.False(t, slices.Equal(want, trained(strings.Replace(base, "warmup: 2", "warmup: 5", 1))), "warmup")
}
