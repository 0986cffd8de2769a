package detector

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/small/nn"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// probed is a batch whose step measures the gradients at the trunk.
func probed(first uint64, n int) Batch {
	b := images(first, n)
	b.Probe = true
	return b
}

func TestProbingChangesNoBit(t *testing.T) {
	forEveryDetector(t, func(t *testing.T, untrained func(uint64) Detector) {
		a, b := untrained(1), untrained(1)
		adamA, adamB := nn.NewAdam(a.Params(), nn.DefaultAdam()), nn.NewAdam(b.Params(), nn.DefaultAdam())
		for step := range uint64(4) {
			key := sampling.Key{Seed: 1, Step: step}
			plain, measured := a.Step(images(4*step, 3), key), b.Step(probed(4*step, 3), key)
			for k := range plain {
				assert.Equal(t, plain[k].Value, measured[k].Value)
				assert.Zero(t, plain[k].Trunk)
				assert.Positive(t, measured[k].Trunk.Cls, plain[k].Name)
				assert.Positive(t, measured[k].Trunk.Both, plain[k].Name)
			}
			adamA.Step(0.01)
			adamB.Step(0.01)
		}
		assert.True(t, reflect.DeepEqual(weights(a), weights(b)))
	})
}

// trunkGradients returns every stage's under loss weights, after a little training
// with weights of 1, so that heads have left their small initial weights.
func trunkGradients(t *testing.T, kind string, cls, box float64) []TrunkGradient {
	dense, first, second := denseStage(), fewAnchors(), roi.SecondStage()
	var d Detector
	rng := rand.New(rand.NewPCG(5, 0))
	if kind == "one-stage" {
		d = NewOneStage(tiny(), dense, classes, rng)
	} else {
		d = NewTwoStage(tiny(), first, second, classes, rng)
	}
	trainBriefly(d, 1)
	gradients(d)
	set := func(c *rpn.Config) { c.ClsWeight, c.BoxWeight = cls, box }
	switch d := d.(type) {
	case *OneStage:
		set(&d.dense)
	case *TwoStage:
		set(&d.rpn)
		d.roi.ClsWeight, d.roi.BoxWeight = cls, box
	}
	var out []TrunkGradient
	for _, s := range d.Step(probed(30, 4), sampling.Key{Seed: 2}) {
		require.Positive(t, s.Balance.UsedPositives, s.Name)
		out = append(out, s.Trunk)
	}
	return out
}

func TestAGradientAtTheTrunkFollowsTheWeightOfItsLossAlone(t *testing.T) {
	for _, kind := range []string{"one-stage", "two-stage"} {
		plain, loud := trunkGradients(t, kind, 1, 1), trunkGradients(t, kind, 8, 1)
		alone, boxes, minus := trunkGradients(t, kind, 1, 0), trunkGradients(t, kind, 0, 1), trunkGradients(t, kind, 1, -1)
		for k, p := range plain {
			assert.InEpsilon(t, 8*p.Cls, loud[k].Cls, 1e-6)
			assert.Equal(t, p.Box, loud[k].Box)
			assert.InEpsilon(t, p.Cls, alone[k].Both, 1e-6)
			assert.Zero(t, alone[k].Box)
			assert.InEpsilon(t, p.Box, boxes[k].Both, 1e-6)
			assert.Zero(t, boxes[k].Cls)
			// The parallelogram of the two gradients.
			assert.InEpsilon(t, 2*(p.Cls*p.Cls+p.Box*p.Box), p.Both*p.Both+minus[k].Both*minus[k].Both, 1e-5)
		}
	}
}

// The norm is that of what the trunk is given, over every level.
func TestTheGradientAtTheTrunkIsWhatTheTrunkIsGiven(t *testing.T) {
	norm := func(maps ...nn.Tensor) float64 {
		sum := 0.0
		for _, m := range maps {
			for _, v := range m.Data {
				sum += float64(v) * float64(v)
			}
		}
		return math.Sqrt(sum)
	}
	d := twoStage(1).(*TwoStage)
	trainBriefly(d, 1)
	d.Loss(images(30, 4), sampling.Key{Seed: 2})
	var first, second TrunkGradient
	maps := d.head.backward(&first)
	require.Len(t, maps, 2)
	require.NotZero(t, norm(maps[1]))
	assert.InEpsilon(t, norm(maps...), first.Both, 1e-9)
	assert.InEpsilon(t, norm(d.second.backward(&second)), second.Both, 1e-9)
}

func TestAProbedStepWithoutPositivesHasNoBoxGradient(t *testing.T) {
	second := roi.SecondStage()
	second.JoinTruth, second.Sampler = false, sampling.NewRandom(8, 1)
	d := NewTwoStage(tiny(), fewAnchors(), second, classes, rand.New(rand.NewPCG(1, 0)))
	b := probed(1, 1)
	b.Images[0].Truth.Box, b.Images[0].Truth.Class = nil, nil
	stages := slices.Clone(d.Step(b, sampling.Key{}))
	assert.False(t, math.IsNaN(stages[1].Trunk.Both))
	assert.Zero(t, stages[1].Trunk.Box)
}
