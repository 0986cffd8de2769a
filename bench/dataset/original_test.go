package dataset

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/bench/annotations"
)

// What a program beside this one trains on is what the file said, whatever the
// set was scaled to.
func TestOriginalsAreTheAnnotationsBeforeScaling(t *testing.T) {
	fsys := cocoSet()
	fsys["annotations/instances_train2017.json"] = cocoJSON(
		[]string{jsonImage(1, "000000000001.jpg"), jsonImage(2, "000000000002.jpg")},
		[]string{jsonObject(1, 1, 7, 3.25, 0, 32.5, 16), jsonObject(2, 2, 3, 10, 10, 10, 10), jsonObject(4, 2, 7, 50, 20, 1, 1)})
	s, err := read(t, fsys, Options{Size: 32})
	require.NoError(t, err)
	train, test := s.Originals()
	assert.Equal(t, []annotations.Category{{ID: 3, Name: "cat"}, {ID: 7, Name: "dog"}}, train.Categories, "with the file's ids")
	assert.Equal(t, train.Categories, test.Categories)
	require.Len(t, train.Images, 2)
	first := train.Images[0]
	assert.Equal(t, []any{int64(1), "000000000001.jpg", 64, 32}, []any{first.ID, first.File, first.Width, first.Height})
	assert.Equal(t, []annotations.Object{{ID: 1, Box: [4]float64{3.25, 0, 32.5, 16}, Category: 1, Area: 5}}, first.Objects)
	assert.Len(t, train.Images[1].Objects, 2, "however small")
	path, err := s.File(&s.Test[1])
	require.NoError(t, err)
	assert.True(t, filepath.IsAbs(path))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, fsys["val2017/000000000012.jpg"].Data, text)

	chosen, err := s.Validation()
	require.NoError(t, err)
	train, test = chosen.Originals()
	assert.ElementsMatch(t, []int64{1, 2}, []int64{train.Images[0].ID, test.Images[0].ID}, "of a part, too")
}

func TestOriginalsOfOtherFormatsAreNumberedAndNamedApart(t *testing.T) {
	fsys := vocSet()
	fsys["Annotations/a.xml"].Data = bytes.Replace(fsys["Annotations/a.xml"].Data, []byte("<name>cat</name>"), []byte("<name>cat</name><difficult>1</difficult>"), 1)
	s, err := read(t, fsys, Options{})
	require.NoError(t, err)
	train, _ := s.Originals()
	assert.Equal(t, []annotations.Category{{ID: 1, Name: "cat"}, {ID: 2, Name: "dog"}}, train.Categories)
	assert.Equal(t, []int{64, 32}, []int{train.Images[0].Width, train.Images[0].Height})
	for _, o := range train.Images[0].Objects {
		assert.Equal(t, o.Category == 0, o.Crowd, "what is difficult is no object")
		assert.False(t, o.Ignore)
	}

	twice := cocoSet()
	twice["annotations/instances_train2017.json"] = cocoJSON([]string{jsonImage(1, "x/p.jpg"), jsonImage(2, "y/p.jpg")},
		[]string{jsonObject(1, 1, 7, 0, 0, 32, 16), jsonObject(2, 2, 3, 10, 10, 10, 10)})
	twice["train2017/x/p.jpg"], twice["train2017/y/p.jpg"] = twice["train2017/000000000001.jpg"], twice["train2017/000000000002.jpg"]
	s, err = read(t, twice, Options{})
	require.NoError(t, err)
	train, _ = s.Originals()
	assert.Equal(t, []string{"1-p.jpg", "2-p.jpg"}, []string{train.Images[0].File, train.Images[1].File})
}

func TestGeneratedImagesAreWrittenAsTheyAre(t *testing.T) {
	im := Image{Pix: []uint8{1, 2, 3, 4, 5, 6}, Width: 2, Height: 1, Scale: 1, Objects: []Object{{Box: anchors.Box{0, 0, 2, 1}, Ignore: true}}}
	s := &Set{Classes: []string{"a"}, Train: []Image{im}, Test: []Image{im, im}}
	train, test := s.Originals()
	assert.Equal(t, []int64{1, 2, 3}, []int64{train.Images[0].ID, test.Images[0].ID, test.Images[1].ID})
	assert.Equal(t, annotations.Image{
		ID: 3, File: "000003.png", Width: 2, Height: 1, Objects: []annotations.Object{{ID: 1001, Box: [4]float64{0, 0, 2, 1}, Area: 2, Crowd: true}},
	}, test.Images[1])
	file, err := s.File(&s.Test[0])
	require.NoError(t, err)
	assert.Empty(t, file)
	text, err := im.PNG()
	require.NoError(t, err)
	decoded, err := png.Decode(bytes.NewReader(text))
	require.NoError(t, err)
	r, g, b, a := decoded.At(1, 0).RGBA()
	assert.Equal(t, []uint32{4, 5, 6, 255}, []uint32{r >> 8, g >> 8, b >> 8, a >> 8})
}
