package command

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/annotations"
	"detsample/bench/config"
)

func TestTheCostOfAdviceIsSaid(t *testing.T) {
	c := config.Default()
	set := &annotations.Set{Categories: make([]annotations.Category, 3), Images: []annotations.Image{{Width: 3000, Height: 2000}, {Width: 100, Height: 300}}}
	c.Folder.Size = config.Original
	large := cost(&c, set)
	assert.Contains(t, large, "images are padded to 3008 x 2000 with ")
	assert.Contains(t, large, "a step takes about 59 times what it takes at 320 px")
	assert.Contains(t, large, "4800 images take a core about 3.2 h")
	assert.Contains(t, large, "more than small detectors are for: compare --budget")

	set.HasImages, set.Images[1].Path = true, "b.png"
	assert.Contains(t, cost(&c, set), "images are padded to 112 x 304 with ", "of an image that cannot be read")
	set.HasImages = false

	c.Folder.Size = 320
	small := cost(&c, set)
	assert.Contains(t, small, "images are padded to 320 x 320 with ")
	assert.Contains(t, small, "a step takes about what it takes at 320 px")
	assert.NotContains(t, small, "more than small detectors")

	c.Trainer = &config.Program{}
	assert.Empty(t, cost(&c, set), "a program of one's own takes what it takes")

	c.Trainer, c.Folder.Size = nil, 112
	assert.Contains(t, cost(&c, set), "a step takes about an eighth of what it takes at 320 px")

	c.Folder.Size, c.Folder.Crop = config.Original, 256
	assert.Contains(t, cost(&c, set), "crops are 256 x 256 with ")
}
