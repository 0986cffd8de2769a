package bench

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/dataset"
)

// sized is a set of one image of 128x96 pixels with square objects.
func sized(scale float32, sides ...float32) *dataset.Set {
	m := dataset.Image{Width: 128, Height: 128, OwnWidth: 128, OwnHeight: 96, Scale: scale}
	for _, s := range sides {
		m.Objects = append(m.Objects, dataset.Object{Box: anchors.Box{0, 0, s, s}})
	}
	return &dataset.Set{Classes: []string{"c"}, Train: []dataset.Image{m}}
}

func TestObjectsThatVanishAreToldBeforeTraining(t *testing.T) {
	found := sizes(sized(0.2, 6, 7, 8, 20))
	require.Len(t, found, 1)
	assert.False(t, found[0].Notice, "a problem")
	assert.Contains(t, found[0].Message, "8 px at the median as trained on, 75% below 12 px, since images were shrunk to 20%")
	// A quarter is below 6.75 px: 128 px x 12/6.75 is 228, and 256 the next multiple of 32.
	assert.Contains(t, found[0].Message, "--size 256 keeps most of them, --size original (640) all as they are")
}

func TestObjectsThatStayLargeAreANotice(t *testing.T) {
	found := sizes(sized(0.5, 30, 40, 11))
	require.Len(t, found, 1)
	assert.True(t, found[0].Notice)
	assert.NotContains(t, found[0].Message, "--size")
	found = sizes(sized(1, 4, 5))
	assert.False(t, found[0].Notice)
	assert.NotContains(t, found[0].Message, "--size", "they are as small as they are")
	assert.Empty(t, sizes(sized(1)))
}

func TestImagesThatAreEnlargedAreTold(t *testing.T) {
	found := sizes(sized(8./3, 30, 40))
	assert.Contains(t, found[0].Message, "35 px at the median as trained on, 0% below 12 px, since images were enlarged to 267%")
	mixed := sized(0.5, 30)
	mixed.Train = append(mixed.Train, sized(2, 30).Train...)
	assert.Contains(t, sizes(mixed)[0].Message, ", since of 2 images 1 was shrunk to 50% and 1 enlarged to 200%")
	few := sized(1, 30)
	for _, scale := range []float32{1, 1, 0.06, 0.6} {
		few.Train = append(few.Train, sized(scale, 30).Train...)
	}
	assert.Contains(t, sizes(few)[0].Message, ", since of 5 images 2 were shrunk to between 6% and 60%", "the others are as they are")
	few.Train = few.Train[3:]
	assert.Contains(t, sizes(few)[0].Message, ", since images were shrunk to between 6% and 60%")
	// A quarter is below 8 px: 128 px x 12/8 is 192.
	small := sizes(sized(1, 8, 8, 10, 11))
	assert.Contains(t, small[0].Message, "most of them vanish on a feature map; --size 192 enlarges images (128) until most of them do not")
}
