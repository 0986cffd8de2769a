package roi

import (
	"testing"

	"github.com/stretchr/testify/assert"

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
