package small

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/cocoeval"
	"detsample/bench/config"
	"detsample/bench/small/detector"
	"detsample/bench/trainer"
)

// twoStages is tiny with a first stage, which proposes 40 regions of an image.
var twoStages = strings.Replace(strings.Replace(tiny, "dense: {}", "rpn: {}, roi: {}", 1), "  head_depth: 1\n", "  head_depth: 1\n  proposals: 40\n  test_proposals: 20\n", 1)

func TestRecallIsOfTheBestProposalsWhateverTheirClass(t *testing.T) {
	e := newEvaluator(scaledSet(), detector.Default(), config.Areas{Small: 24, Large: 96})
	// Of each image the object first, or after a box beside it where its number is odd.
	require.NoError(t, e.detect(t.Context(), oracle{found: func(m detector.Image) []anchors.Detection {
		beside := anchors.Detection{Box: anchors.Box{50, 50, 60, 60}, Score: 0.3 + 0.6*float32(m.ID%2)}
		return []anchors.Detection{{Box: m.Truth.Box[0], Score: 0.5}, beside}
	}}))
	got, err := e.recall([]int{1, 2})
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, 1, got[0].Limit)
	assert.InDelta(t, 6.0/11, got[0].AR, 1e-9, "images 0, 2, ... 10 of 11")
	assert.InDelta(t, 6.0/11, got[0].ARS, 1e-9, "20 pixels of the original")
	assert.Equal(t, trainer.ProposalRecall{Limit: 2, AR: 1, ARS: 1, ARM: -1, ARL: -1}, got[1])
}

func TestTheLimitsOfRecallAreThoseThatADetectorReaches(t *testing.T) {
	assert.Equal(t, []int{60}, limits(60))
	assert.Equal(t, []int{100}, limits(100))
	assert.Equal(t, []int{100}, limits(299))
	assert.Equal(t, []int{100, 300}, limits(600))
	assert.Equal(t, []int{100, 300, 1000}, limits(2000))
}

func TestProposalsAreMeasuredOfTwoStagesAloneAndChangeNothing(t *testing.T) {
	for text, want := range map[string]int{tiny: 0, twoStages: 1} {
		run := newTiny(t, text)
		r, err := run.record(t.Context(), func(int) {})
		require.NoError(t, err)
		require.Len(t, r.Run.Proposals, want)
		if want > 0 {
			assert.Equal(t, 40, r.Run.Proposals[0].Limit)
			assert.Positive(t, r.Run.Proposals[0].AR)
		}
		before := run.eval.detections()
		calibration, err := cocoeval.Calibrate(run.eval.params, run.eval.truth, before)
		require.NoError(t, err)
		require.NotZero(t, calibration)
		require.Equal(t, calibration, r.Run.Calibration, "of what was found at the end, not of proposals")
		weights := values(run.detector.Params())
		_, err = run.proposals(t.Context())
		require.NoError(t, err)
		assert.Equal(t, before, run.eval.detections())
		assert.Equal(t, weights, values(run.detector.Params()))
	}
}

func TestAnInterruptEndsTheMeasuringOfProposals(t *testing.T) {
	run := newTiny(t, twoStages)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := run.proposals(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}
