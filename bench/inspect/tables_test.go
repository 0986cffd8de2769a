package inspect

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/annotations"
)

func TestTablesHaveWhatWasCounted(t *testing.T) {
	set := &annotations.Set{Categories: []annotations.Category{{Name: "a"}, {Name: "b"}}}
	for range 2000 {
		set.Images = append(set.Images, annotations.Image{Width: 64, Height: 64, Objects: []annotations.Object{
			{Box: [4]float64{12, 12, 16, 16}, Category: 1}, {Box: [4]float64{0, 0, 60, 60}, Category: 0},
		}})
	}
	config := New("mine", anchors.Pyramid{Levels: []anchors.Level{{Stride: 8, Sizes: []float32{16, 20.1587}}}, Ratios: []float32{1}, Offset: 0.5}, Resize{})
	r, err := Analyse(context.Background(), set, config)
	require.NoError(t, err)
	byID := map[string][][]string{}
	for _, table := range r.Tables() {
		byID[table.ID] = table.Rows
		for _, row := range table.Rows {
			assert.Len(t, row, len(table.Columns), table.ID)
		}
	}
	assert.Equal(t, []string{"all", "4,000", "100%"}, byID["objects"][0][:3])
	assert.Equal(t, "50.0%", byID["objects"][0][5], "the large are missed")
	assert.Equal(t, []string{"8", "16 20.2", "128"}, byID["levels"][0][:3])
	require.Len(t, byID["classes"], 2)
	assert.Equal(t, []string{"a", "2,000", "2,000", "50.0%"}, byID["classes"][0][:4])
	assert.NotEmpty(t, byID["samplers"])

	require.NotNil(t, r.Recommended)
	set.Categories = append(set.Categories, annotations.Category{Name: "none"})
	again, err := Analyse(context.Background(), set, config)
	require.NoError(t, err)
	assert.Equal(t, []string{"none", "0", "0", "0%", "0%", "–", "–", "–", "–", "–", "–"}, again.classTable().Rows[2], "nothing is known of what there is none of")

	set.Categories = set.Categories[:1]
	for i := range set.Images {
		set.Images[i].Objects = set.Images[i].Objects[1:]
	}
	r, err = Analyse(context.Background(), set, config)
	require.NoError(t, err)
	for _, table := range r.Tables() {
		assert.NotEqual(t, "classes", table.ID, "one class is no table")
	}
}

func TestImagesOfUnknownSizeAreLeftOutOfTheFigures(t *testing.T) {
	set := random(3, 20)
	objects := 0
	for i := range set.Images[4].Objects {
		if set.Images[4].Objects[i].ToFind() {
			objects++
		}
	}
	require.NotEqual(t, 1, objects)
	require.Less(t, objects, len(set.Images[4].Objects), "a crowd is none of them")
	set.Images[4].Width = 0
	notes := analysed(t, set, byDefault()).Notes
	assert.Contains(t, notes, fmt.Sprintf("1 image of unknown size is left out of these figures, with %d objects: where anchors lie follows from the size", objects))
}

func TestAShareOfNothingIsNone(t *testing.T) {
	assert.Equal(t, 0.25, Share(1, 4))
	assert.Zero(t, Share(0, 0))
}
