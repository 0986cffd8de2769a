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
		"levels[0].stride is 2: expected 4, 8, 16 or so on":  {level(2, 8)},
		"levels[0].stride is 12: expected 4, 8, 16 or so on": {level(12, 8)},
		"levels[1].stride is 16: expected 8 after 4":         {level(4, 8), level(16, 8)},
		"levels[2].stride is 16: expected 32 after 16":       {level(8, 8), level(16, 8), level(16, 8)},
		"level": {},
	} {
		c := tiny()
		c.Pyramid.Levels = levels
		assert.ErrorContains(t, c.Validate(), message)
	}
}

func TestLevelsMayHaveOtherNumbersOfSizes(t *testing.T) {
	c := tiny()
	c.Pyramid.Levels = []anchors.Level{{Stride: 4, Sizes: []float32{8}}, {Stride: 8, Sizes: []float32{12, 20}}}
	assert.NoError(t, c.Validate())
}

func TestAPyramidMayBeginAboveTheTrunksFinestMap(t *testing.T) {
	c := tiny()
	c.Pyramid.Levels = []anchors.Level{{Stride: 8, Sizes: []float32{16}}, {Stride: 16, Sizes: []float32{32}}}
	assert.NoError(t, c.Validate())
	c.Pyramid.Levels = c.Pyramid.Levels[1:]
	assert.NoError(t, c.Validate())
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
