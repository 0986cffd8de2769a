package bench

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/dataset"
	"detsample/bench/small/scene"
)

func TestFewTestImagesAreTold(t *testing.T) {
	set := &dataset.Set{Classes: []string{"c"}, Test: make([]dataset.Image, 30)}
	object := dataset.Object{Box: anchors.Box{0, 0, 9, 9}}
	for i := range 9 {
		set.Test[3*i].Objects = []dataset.Object{object}
	}
	set.Test[1].Objects = []dataset.Object{{Box: object.Box, Ignore: true}}
	found := few(set)
	require.Len(t, found, 1)
	assert.True(t, found[0].Notice)
	assert.Contains(t, found[0].Message, "no more than 9 test images have objects: figures tell of these alone")
	set.Test[2].Objects = []dataset.Object{object}
	assert.Empty(t, few(set))
}

func TestAFolderOfFewTestImagesSaysSo(t *testing.T) {
	c := parsed(t, tinyData+"strategies:\n  - {name: s, lr: 0.005, dense: {}}\n")
	c.Scenes.Test = 4
	set, err := scene.Generate(c.Scenes, 1)
	require.NoError(t, err)
	_, read, err := prepare(t.Context(), *c, writeCOCO(t, set), false)
	require.NoError(t, err)
	last := read.Problems[len(read.Problems)-1]
	assert.Contains(t, last.Message, "test images have objects: figures tell of these alone")
}
