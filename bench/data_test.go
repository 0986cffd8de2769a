package bench

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/anchorfit"
	"detsample/bench/small/scene"
)

func TestAnchorsAreFittedToTheThresholdsOfAllStrategies(t *testing.T) {
	c := parsed(t, tinyData+`
strategies:
  - {name: one, lr: 0.005, dense: {assigner: {type: max_iou, pos_iou: 0.5, neg_iou: 0.4}}}
  - {name: two, lr: 0.005, rpn: {assigner: {type: max_iou, pos_iou: 0.7, neg_iou: 0.3}}, roi: {sampler: {type: random, num: 32}}}
  - {name: by rank, lr: 0.005, dense: {assigner: atss}}
`)
	set, err := scene.Generate(c.Scenes, 3)
	require.NoError(t, err)
	given := c.Detector.Pyramid
	fitted, err := fit(t.Context(), c, learnt(set), anchorfit.Options{})
	require.NoError(t, err)
	assert.Equal(t, given, c.Detector.Pyramid, "the configuration is left as it was")
	for _, iou := range []float32{0.5, 0.7} {
		assert.GreaterOrEqual(t, reached(set, &fitted, iou), reached(set, &given, iou))
	}
	assert.Greater(t, reached(set, &fitted, 0.7), reached(set, &given, 0.7)+20)
}
