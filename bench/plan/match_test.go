package plan

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

func parsed(t testing.TB, text string) strategy.Strategy {
	t.Helper()
	s, err := strategy.Parse("s.yaml", []byte(text))
	require.NoError(t, err)
	return s
}

func stage(name string, cls, box float64) trainer.StageFigures {
	return trainer.StageFigures{Stage: name, Trunk: trainer.TrunkGradient{Cls: cls, Box: box}}
}

func TestTheReferenceIsTheFirstOfItsKind(t *testing.T) {
	one, two := parsed(t, "{name: a, dense: {}}"), parsed(t, "{name: b, rpn: {}, roi: {}}")
	strategies := []strategy.Strategy{two, one, one, two, two}
	for i, want := range []int{0, 1, 1, 0, 0} {
		assert.Equal(t, want, Reference(strategies, i))
	}
}

func TestACalibrationSeesTheWarmUpAndNoMoreThanTheBudget(t *testing.T) {
	for want, training := range map[int]config.Training{
		800:  {Images: 4800, Batch: 4, Warmup: 50},
		8000: {Images: 99999, Batch: 4, Warmup: 500},
		300:  {Images: 300, Batch: 4, Warmup: 50},
	} {
		assert.Equal(t, want, Calibration(training))
	}
}

// The gradient of a loss is proportional to its weight, as long as the
// training that it is measured in stays what it was.
func TestFactorsMakeEveryGradientTheReferences(t *testing.T) {
	size := rapid.Float64Range(1e-6, 1e6)
	rapid.Check(t, func(t *rapid.T) {
		s := strategy.Strategy{Name: "s", RPN: &strategy.RPN{}, ROI: &strategy.ROI{}}
		var own, reference []trainer.StageFigures
		for _, name := range []string{"rpn", "roi"} {
			cls, box := s.Weights(name)
			*cls, *box = size.Draw(t, "weight"), size.Draw(t, "weight")
			own = append(own, stage(name, size.Draw(t, "own"), size.Draw(t, "own")))
			reference = append(reference, stage(name, size.Draw(t, "reference"), size.Draw(t, "reference")))
		}
		factors, _ := Factors(own, reference)
		scaled := Scaled(s, factors)
		for k, name := range []string{"rpn", "roi"} {
			cls, box := s.Weights(name)
			newCls, newBox := scaled.Weights(name)
			assert.InEpsilon(t, reference[k].Trunk.Cls, own[k].Trunk.Cls**newCls / *cls, 0.01)
			assert.InEpsilon(t, reference[k].Trunk.Box, own[k].Trunk.Box**newBox / *box, 0.01)
		}
	})
}

func TestWhatIsCloseCountsAsMatched(t *testing.T) {
	for ratio, want := range map[float64]bool{1: true, 1.24: true, 1 / 1.24: true, 1.26: false, 1 / 1.26: false, 250: false} {
		for _, own := range []trainer.StageFigures{stage("rpn", ratio, 1), stage("rpn", 1, ratio)} {
			_, matched := Factors([]trainer.StageFigures{own, stage("roi", 1, 1)}, []trainer.StageFigures{stage("rpn", 1, 1), stage("roi", 1, 1)})
			assert.Equal(t, want, matched, ratio)
		}
	}
}

func TestALossWithoutGradientKeepsItsWeight(t *testing.T) {
	factors, matched := Factors([]trainer.StageFigures{stage("rpn", 0, 5), stage("roi", 2, math.NaN())}, []trainer.StageFigures{stage("rpn", 3, 0), stage("roi", 2, 2)})
	assert.Equal(t, []Factor{{"rpn", 1, 1}, {"roi", 1, 1}}, factors)
	assert.True(t, matched)
	factors, _ = Factors([]trainer.StageFigures{stage("dense", 1, 1)}, []trainer.StageFigures{stage("rpn", 3, 3)})
	assert.Empty(t, factors, "stages that the reference does not have")
}

func TestTheReasonNamesTheWeightsThatChanged(t *testing.T) {
	s, ref := parsed(t, "{name: s, lr: 0.004, rpn: {cls_weight: 2}, roi: {}}"), parsed(t, "{name: ref, lr: 0.004, rpn: {}, roi: {}}")
	scaled := Scaled(s, []Factor{{"rpn", 0.0217777, 1}, {"roi", 1, 0.33333}})
	assert.Equal(t, 2.0, s.RPN.ClsWeight, "the strategy itself stays")
	assert.Equal(t, "matched to ref at the trunk over 800 images of cells, at a rate of 0.004: rpn.cls_weight 0.0436 for 2, roi.box_weight 0.333 for 1",
		ScaleReason(&s, &scaled, &ref, 800, "cells", false))
	assert.Equal(t, "matched to ref at the trunk over 800 images of cells, at a rate of 0.004: as written", ScaleReason(&s, &s, &ref, 800, "cells", false))
	assert.Equal(t, "not matched to ref: a training of 800 images of cells failed", ScaleReason(&s, &s, &ref, 800, "cells", true))
	ref.LR = 0.002
	assert.Equal(t, "matched to ref at the trunk over 800 images of cells, at rates of 0.004 and 0.002: as written", ScaleReason(&s, &s, &ref, 800, "cells", false))
}
