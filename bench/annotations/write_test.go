package annotations

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawSet makes a set that every format can hold: boxes of more than a pixel
// within their images, neither crowds nor ignored objects, every class used.
func drawSet(t *rapid.T) *Set {
	s := &Set{Format: COCO, Categories: []Category{{ID: 0, Name: "a & b"}, {ID: 1, Name: `c: "<d>"`}, {ID: 2, Name: "é, #"}}}
	objects := int64(0)
	for i := range rapid.IntRange(1, 4).Draw(t, "images") {
		im := Image{ID: int64(i + 1), File: fmt.Sprintf("x %d.png", i), Width: rapid.IntRange(4, 300).Draw(t, "w"), Height: rapid.IntRange(4, 300).Draw(t, "h")}
		for range rapid.IntRange(0, 5).Draw(t, "objects") {
			x := rapid.Float64Range(0, float64(im.Width-2)).Draw(t, "x")
			y := rapid.Float64Range(0, float64(im.Height-2)).Draw(t, "y")
			w := rapid.Float64Range(1.01, float64(im.Width)-x).Draw(t, "bw")
			h := rapid.Float64Range(1.01, float64(im.Height)-y).Draw(t, "bh")
			objects++
			im.Objects = append(im.Objects, Object{ID: objects, Box: [4]float64{x, y, w, h}, Area: w * h, Category: int32(rapid.IntRange(0, 2).Draw(t, "k"))})
		}
		s.Images = append(s.Images, im)
	}
	for k := range s.Categories {
		objects++
		s.Images[0].Objects = append(s.Images[0].Objects, Object{ID: objects, Box: [4]float64{1, 1, 2, 2}, Area: 4, Category: int32(k)})
	}
	return s
}

// same asserts that two sets have the same images, names and boxes.
func same(t *rapid.T, want, got *Set, folder string, tolerance float64) {
	require.Len(t, got.Images, len(want.Images))
	require.Equal(t, len(want.Categories), len(got.Categories))
	for i := range want.Images {
		a, b := &want.Images[i], &got.Images[i]
		require.Equal(t, folder+a.File, b.File)
		require.Equal(t, [2]int{a.Width, a.Height}, [2]int{b.Width, b.Height})
		require.Len(t, b.Objects, len(a.Objects))
		for j := range a.Objects {
			require.Equal(t, want.Categories[a.Objects[j].Category].Name, got.Categories[b.Objects[j].Category].Name)
			require.InDeltaSlice(t, a.Objects[j].Box[:], b.Objects[j].Box[:], tolerance)
		}
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSet(t)
		var b bytes.Buffer
		require.NoError(t, s.WriteCOCO(&b))
		coco, err := ReadCOCO(&b, "a.json", Options{Policy: Policy{Refuse: true}})
		require.NoError(t, err)
		for i := range coco.Images {
			coco.Images[i].Source = ""
		}
		coco.Path = ""
		require.Equal(t, s, coco)

		fsys := fstest.MapFS{}
		write := func(name string, data []byte) error {
			fsys[name] = &fstest.MapFile{Data: data}
			return nil
		}
		lost, err := s.WriteVOC(write)
		require.NoError(t, err)
		require.Empty(t, lost)
		voc, err := folder(fsys)
		require.NoError(t, err)
		require.Empty(t, voc.Problems)
		same(t, s, voc, "", 1e-9)

		fsys = fstest.MapFS{}
		lost, err = s.WriteYOLO(write)
		require.NoError(t, err)
		require.Empty(t, lost)
		for _, im := range s.Images {
			fsys["images/"+im.File] = blank(im.Width, im.Height)
		}
		yolo, err := folder(fsys)
		require.NoError(t, err)
		require.Len(t, yolo.Problems, 1)
		require.Contains(t, yolo.Problems[0].Message, "train and val are the same images")
		same(t, s, yolo, "images/", 1e-5)
	})
}

func TestLVISSurvivesCOCO(t *testing.T) {
	s, err := Open(shared(t, "lvis100", "lvis_val_100.json"), Options{Policy: Policy{Refuse: true}})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, s.WriteCOCO(&b))
	again, err := ReadCOCO(&b, s.Path, Options{Policy: Policy{Refuse: true}})
	require.NoError(t, err)
	assert.Equal(t, s.Categories, again.Categories)
	assert.Equal(t, s.Images, again.Images)
}

func TestWhatAFormatCannotHoldIsListed(t *testing.T) {
	s := &Set{Categories: []Category{{Name: "cat"}}, Images: []Image{{ID: 1, File: "a.jpg", Width: 10, Height: 10, Objects: []Object{
		{ID: 1, Box: [4]float64{0, 0, 5, 5}, Crowd: true},
		{ID: 2, Box: [4]float64{20, 0, 5, 5}},
		{ID: 3, Box: [4]float64{0, 0, 1, 5}},
	}}}}
	discard := func(string, []byte) error { return nil }
	lost, err := s.WriteYOLO(discard)
	require.NoError(t, err)
	require.Len(t, lost, 2)
	assert.Contains(t, lost[0].String(), "annotation 1: a crowd")
	assert.Contains(t, lost[1].String(), "annotation 2: box [20 0 5 5] has no part in the image")
	lost, err = s.WriteVOC(discard)
	require.NoError(t, err)
	require.Len(t, lost, 1)
	assert.Contains(t, lost[0].String(), "annotation 3: box [0 0 1 5] is no larger than a pixel")

	s.Images = append(s.Images, Image{ID: 2, File: "x/a.png", Width: 0, Height: 5})
	_, err = s.WriteVOC(discard)
	assert.ErrorContains(t, err, "a.jpg and x/a.png would both be written as Annotations/a.xml")
	_, err = s.WriteYOLO(discard)
	assert.ErrorContains(t, err, "image 2 (x/a.png) has no width and height")
}

func TestSelectKeepsClassesInTheOrderGiven(t *testing.T) {
	s := &Set{Categories: []Category{{ID: 1, Name: "a"}, {ID: 2, Name: "b"}, {ID: 3, Name: "c"}}, Images: []Image{
		{Objects: []Object{{ID: 1, Category: 0}, {ID: 2, Category: 1}, {ID: 3, Category: 2}}, Negative: []int32{0, 1}},
	}}
	require.NoError(t, s.Select([]string{"c", "a"}))
	assert.Equal(t, []Category{{ID: 3, Name: "c"}, {ID: 1, Name: "a"}}, s.Categories)
	assert.Equal(t, []Object{{ID: 1, Category: 1}, {ID: 3, Category: 0}}, s.Images[0].Objects)
	assert.Equal(t, []int32{1}, s.Images[0].Negative)
	assert.ErrorContains(t, s.Select([]string{"a", "a"}), `"a"`)
}

func TestPredictionsOfYOLOBecomeDetectionsOfTheSet(t *testing.T) {
	s := &Set{Path: "gt.json", Categories: []Category{{ID: 5, Name: "cat"}, {ID: 9, Name: "dog"}}, Images: []Image{
		{ID: 42, File: "val/a.jpg", Width: 100, Height: 50},
	}}
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("a.txt", "1 0.5 0.5 0.2 0.4 0.875\n0 0.5 0.5 0.2 0.4\n2 .5 .5 .1 .1 .9\n0 nan .5 .1 .1 .9\n")
	write("b.txt", "")
	found, problems, err := s.ReadPredictions(dir)
	require.NoError(t, err)
	assert.Equal(t, []Detection{{42, 9, [4]float64{40, 15, 20, 20}, 0.875}}, found)
	require.Len(t, problems, 4)
	assert.Contains(t, problems[0].String(), "a.txt:2: 5 numbers: want class cx cy w h confidence")
	assert.Contains(t, problems[3].String(), "b.txt: no image is called so")

	var b bytes.Buffer
	require.NoError(t, WriteResults(&b, found))
	assert.JSONEq(t, `[{"image_id": 42, "category_id": 9, "bbox": [40, 15, 20, 20], "score": 0.875}]`, b.String())

	_, _, err = s.ReadPredictions(t.TempDir())
	assert.ErrorContains(t, err, "no file is called as an image of gt.json, such as a.txt")
}

func TestNumbersAreWrittenExactly(t *testing.T) {
	s := &Set{Format: COCO, Categories: []Category{{Name: "a"}}, Images: []Image{{File: "a", Source: "b", Width: 1e9, Height: 1e9, Objects: []Object{{Box: [4]float64{0.1, 1e-7, math.Pi, 1e-21}, Area: 1.0 / 3}}}}}
	var b bytes.Buffer
	require.NoError(t, s.WriteCOCO(&b))
	again, err := ReadCOCO(&b, "b", Options{})
	require.NoError(t, err)
	assert.Equal(t, s.Images, again.Images)
}
