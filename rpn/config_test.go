package rpn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func TestPresetsAreValid(t *testing.T) {
	assert.NoError(t, Objectness().Validate())
	assert.NoError(t, OneStage().Validate())
}

func TestTheCustomarySettings(t *testing.T) {
	assert.Equal(t, sampling.Quota{Num: 256, PositiveFraction: 0.5}, Objectness().Sampler.(sampling.Random).Quota)
	assert.Equal(t, losses.Focal{Alpha: 0.25, Gamma: 2}, OneStage().Cls)
	for _, c := range []Config{Objectness(), OneStage()} {
		assert.Equal(t, losses.SmoothL1{Beta: 1.0 / 9}, c.Box)
		assert.Equal(t, []float64{1, 1}, []float64{c.ClsWeight, c.BoxWeight})
		assert.Equal(t, anchors.NewCoder(1, 1, 1, 1), c.Coder)
	}
	rpn, dense := Objectness().Assigner.(anchors.MaxIoU), OneStage().Assigner.(anchors.MaxIoU)
	assert.Equal(t, []float64{0.7, 0.3, 0.3}, []float64{rpn.PosIoU, rpn.NegIoU, rpn.MinPosIoU})
	assert.Equal(t, []float64{0.5, 0.4, 0}, []float64{dense.PosIoU, dense.NegIoU, dense.MinPosIoU})
	assert.Equal(t, Detect{MinScore: 0.05, PreNMS: 1000, NMSIoU: 0.5, Keep: 100, MinLength: 1}, Detections())
	assert.Equal(t, Detect{PreNMS: 600, NMSIoU: 0.7, Keep: 300, MinLength: 1}, Proposals(300))
}

func TestValidateNamesThePlaceAndTheRemedy(t *testing.T) {
	for want, spoil := range map[string]func(*Config){
		"no assigner: choose one":          func(c *Config) { c.Assigner = nil },
		"no sampler: choose one":           func(c *Config) { c.Sampler = nil },
		"a classification loss (cls)":      func(c *Config) { c.Cls = nil },
		"a box loss (box)":                 func(c *Config) { c.Box = nil },
		"no normaliser (norm): choose one": func(c *Config) { c.Norm = nil },
		"sampler.num is 0":                 func(c *Config) { c.Sampler = sampling.Random{Quota: sampling.Quota{PositiveFraction: 0.5}} },
		"cls.gamma is -1":                  func(c *Config) { c.Cls = losses.Focal{Alpha: 0.25, Gamma: -1} },
		"box.beta is -1":                   func(c *Config) { c.Box = losses.SmoothL1{Beta: -1} },
		"norm.per_image is 0":              func(c *Config) { c.Norm = losses.ByFixed{} },
		"box_norm.per_image is 0":          func(c *Config) { c.BoxNorm = losses.ByFixed{} },
		"cls_weight is -1":                 func(c *Config) { c.ClsWeight = -1 },
		"box_weight is -1":                 func(c *Config) { c.BoxWeight = -1 },
		"box_weight is NaN":                func(c *Config) { c.BoxWeight = math.NaN() },
		"coder.weights[0] is 0":            func(c *Config) { c.Coder = anchors.Coder{} },
		"assigner: neg_iou 0.7":            func(c *Config) { c.Assigner = anchors.MaxIoU{PosIoU: 0.5, NegIoU: 0.7} },
		"sampler ohem mines by hardness, which loss ghm_c does not have": func(c *Config) {
			c.Sampler, c.Cls = sampling.OHEM{Num: 64}, losses.GHMC{Bins: 10}
		},
	} {
		c := OneStage()
		spoil(&c)
		assert.ErrorContains(t, c.Validate(), want)
	}
}
