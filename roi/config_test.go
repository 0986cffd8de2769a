package roi

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func TestSecondStageIsValid(t *testing.T) {
	c := SecondStage()
	assert.NoError(t, c.Validate())
	assert.False(t, c.Mines())
	assert.Equal(t, 4, c.BoxColumns(20))
	c.PerClass = true
	assert.Equal(t, 80, c.BoxColumns(20))
}

func TestTheSecondStageIsThatOfFasterRCNNWithFPN(t *testing.T) {
	var a anchors.Assignment
	truth := &anchors.Truth{Box: []anchors.Box{{0, 0, 10, 10}}, Class: []int32{0}}
	SecondStage().Assigner.Assign(&a, &anchors.Candidates{Box: []anchors.Box{{0, 0, 10, 4.99}}}, truth)
	assert.Equal(t, []int32{anchors.Negative}, a.GT, "the best is not forced below 0.5")
	SecondStage().Assigner.Assign(&a, &anchors.Candidates{Box: []anchors.Box{{0, 0, 10, 5}, {0, 0, 10, 4.99}}}, truth)
	assert.Equal(t, []int32{0, anchors.Negative}, a.GT)
	assert.Equal(t, sampling.Quota{Num: 512, PositiveFraction: 0.25}, SecondStage().Sampler.(sampling.Random).Quota)
	assert.Equal(t, Detect{MinScore: 0.05, NMSIoU: 0.5, Keep: 100, MinLength: 1}, Detections())
}

func TestADetectorOfOneClassTrains(t *testing.T) {
	c := SecondStage()
	m := picture(3)
	clear(m.Truth.Class)
	b := Batch{Classes: 1, Images: []Image{m}}
	v := c.Step(&Work{}, &b, func(rois []ROI, _ bool) ([]float32, []float32) {
		return make([]float32, 2*len(rois)), make([]float32, 4*len(rois))
	})
	assert.InDelta(t, math.Log(2), v.Cls, 1e-6, "an even chance of an object or none")
}

func TestValidateNamesThePlaceAndTheRemedy(t *testing.T) {
	for want, spoil := range map[string]func(*Config){
		"no sampler: choose one":  func(c *Config) { c.Sampler = nil },
		"sampler.num is 0":        func(c *Config) { c.Sampler = sampling.OHEM{Num: 0} },
		"cls_weight is -1":        func(c *Config) { c.ClsWeight = -1 },
		"box_weight is -1":        func(c *Config) { c.BoxWeight = -1 },
		"coder.weights[2] is 0":   func(c *Config) { c.Coder.Weights[2] = 0 },
		"box_norm.per_image is 0": func(c *Config) { c.BoxNorm = losses.ByFixed{} },
		"sampler hard_negative mines by hardness, which loss ghm_c does not have": func(c *Config) {
			c.Sampler, c.Cls = sampling.HardNegative{Ratio: 3}, losses.GHMC{Bins: 10}
		},
	} {
		c := SecondStage()
		spoil(&c)
		assert.ErrorContains(t, c.Validate(), want)
	}
}
