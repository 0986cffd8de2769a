package detector

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/internal/registry"
)

func TestTheDefaultIsValid(t *testing.T) {
	assert.NoError(t, registry.Check(Default()))
	assert.NoError(t, registry.Check(tiny()))
}

func TestValidateNamesWhatTheTrunkCannotCarry(t *testing.T) {
	level := func(stride int, sizes ...float32) anchors.Level { return anchors.Level{Stride: stride, Sizes: sizes} }
	for message, levels := range map[string][]anchors.Level{
		"level 0 has stride 8: the trunk's level 0 has stride 4":           {level(8, 8)},
		"level 1 has stride 16: the trunk's level 1 has stride 8":          {level(4, 8), level(16, 8)},
		"level 1 has 2 sizes and level 0 has 1: the levels share one head": {level(4, 8), level(8, 8, 16)},
		"level": {},
	} {
		c := tiny()
		c.Pyramid.Levels = levels
		assert.ErrorContains(t, c.Validate(), message)
	}
}

func TestParametersOutOfRangeAreNamed(t *testing.T) {
	for key, spoil := range map[string]func(*Config){
		"channels":   func(c *Config) { c.Channels = 3 },
		"prior":      func(c *Config) { c.Prior = 0 },
		"proposals":  func(c *Config) { c.Proposals = 0 },
		"roi_hidden": func(c *Config) { c.ROIHidden = 0 },
		"nms_iou":    func(c *Config) { c.NMSIoU = 1.5 },
	} {
		c := tiny()
		spoil(&c)
		assert.ErrorContains(t, registry.Check(c), key+" is")
	}
}
