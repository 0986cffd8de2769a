package annotations

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawSet makes a set that every format can hold: boxes of more than a pixel
// within their images, neither crowds nor ignored objects, every class used.
// No object is there twice, to the digits of any format: a reader would leave
// out the second.
func drawSet(t *rapid.T) *Set {
	s := &Set{Format: COCO, Categories: []Category{{ID: 0, Name: "a & b"}, {ID: 1, Name: `c: "<d>"`}, {ID: 2, Name: "é, #"}}}
	objects := int64(0)
	for i := range rapid.IntRange(1, 4).Draw(t, "images") {
		im := Image{ID: int64(i + 1), File: fmt.Sprintf("x %d.png", i), Width: rapid.IntRange(4, 300).Draw(t, "w"), Height: rapid.IntRange(4, 300).Draw(t, "h")}
		if i == 0 {
			for k := range s.Categories {
				objects++
				im.Objects = append(im.Objects, Object{ID: objects, Box: [4]float64{1, 1, 2, 2}, Area: 4, Category: int32(k)})
			}
		}
		for range rapid.IntRange(0, 5).Draw(t, "objects") {
			x := rapid.Float64Range(0, float64(im.Width-2)).Draw(t, "x")
			y := rapid.Float64Range(0, float64(im.Height-2)).Draw(t, "y")
			w := rapid.Float64Range(1.01, float64(im.Width)-x).Draw(t, "bw")
			h := rapid.Float64Range(1.01, float64(im.Height)-y).Draw(t, "bh")
			o := Object{ID: objects + 1, Box: [4]float64{x, y, w, h}, Area: w * h, Category: int32(rapid.IntRange(0, 2).Draw(t, "k"))}
			if slices.ContainsFunc(im.Objects, func(p Object) bool { return alike(o, p) }) {
				continue
			}
			objects++
			im.Objects = append(im.Objects, o)
		}
		s.Images = append(s.Images, im)
	}
	return s
}

// alike reports objects of one class whose boxes differ by less than a
// hundredth of a pixel.
func alike(a, b Object) bool {
	for i := range a.Box {
		if math.Abs(a.Box[i]-b.Box[i]) >= 0.01 {
			return false
		}
	}
	return a.Category == b.Category
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
		require.Contains(t, yolo.Problems[0].Message, "train and val list the same images")
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
	s := &Set{Format: COCO, Categories: []Category{{Name: "cat"}}, Images: []Image{{ID: 1, File: "a.jpg", Width: 10, Height: 10, Objects: []Object{
		{ID: 1, Box: [4]float64{0, 0, 5, 5}, Crowd: true},
		{ID: 2, Box: [4]float64{20, 0, 5, 5}},
		{ID: 3, Box: [4]float64{0, 0, 1, 5}},
	}}}}
	discard := func(string, []byte) error { return nil }
	lost, err := s.WriteYOLO(discard)
	require.NoError(t, err)
	require.Len(t, lost, 2)
	assert.Contains(t, lost[0].String(), "a.jpg: annotation (id 1, cat): a crowd")
	assert.Contains(t, lost[1].String(), "a.jpg: annotation (id 2, cat): box [20 0 5 5] has no part in the image")
	lost, err = s.WriteVOC(discard)
	require.NoError(t, err)
	require.Len(t, lost, 1)
	assert.Contains(t, lost[0].String(), "annotation (id 3, cat): box [0 0 1 5] is no larger than a pixel")

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
	_, _, err = s.ReadPredictions(filepath.Join(dir, "a.txt"))
	assert.EqualError(t, err, filepath.Join(dir, "a.txt")+" is no folder: expected the one of labels that the detector wrote")
}

func TestNumbersAreWrittenExactly(t *testing.T) {
	s := &Set{Format: COCO, Categories: []Category{{Name: "a"}}, Images: []Image{{File: "a", Source: "b", Width: 1e9, Height: 1e9, Objects: []Object{{Box: [4]float64{0.1, 1e-7, math.Pi, 1e-21}, Area: 1.0 / 3}}}}}
	var b bytes.Buffer
	require.NoError(t, s.WriteCOCO(&b))
	again, err := ReadCOCO(&b, "b", Options{})
	require.NoError(t, err)
	assert.Equal(t, s.Images, again.Images)
}

func TestFlagsSurviveCOCO(t *testing.T) {
	s := &Set{Format: COCO, Categories: []Category{{ID: 3, Name: "a"}}, Images: []Image{{ID: 1, File: "a", Source: "b", Width: 9, Height: 9, Objects: []Object{
		{ID: 1, Box: [4]float64{1, 1, 2, 2}, Area: 4, Crowd: true}, {ID: 2, Box: [4]float64{1, 1, 2, 3}, Area: 6, Ignore: true}, {ID: 3, Box: [4]float64{1, 1, 2, 4}, Area: 8},
	}}}}
	var b bytes.Buffer
	require.NoError(t, s.WriteCOCO(&b))
	assert.Contains(t, b.String(), `"iscrowd": 1}`)
	again, err := ReadCOCO(&b, "b", Options{})
	require.NoError(t, err)
	assert.Equal(t, s.Images, again.Images)
}

func TestRenumberTakesIdsByName(t *testing.T) {
	set := func() *Set {
		return &Set{Format: YOLO, Categories: []Category{{ID: 0, Name: "cat"}, {ID: 1, Name: "dog"}}, Images: []Image{
			{ID: 1, Objects: []Object{{ID: 1, Category: 0}, {ID: 1, Category: 1}}, Negative: []int32{1}},
		}}
	}
	s := set()
	changed, err := s.Renumber(nil)
	require.NoError(t, err)
	assert.Equal(t, []Category{{ID: 1, Name: "cat"}, {ID: 2, Name: "dog"}}, s.Categories)
	assert.Equal(t, []Object{{ID: 1, Category: 0}, {ID: 2, Category: 1}}, s.Images[0].Objects)
	require.Len(t, changed, 2)
	assert.Equal(t, `2 categories are given a number: "cat" is 1 in place of 0`, changed[0].String())
	assert.Equal(t, "annotations shared ids or had none: they are numbered anew, 1 to 2", changed[1].String())

	s = set()
	_, err = s.Renumber([]Category{{ID: 9, Name: "cat"}, {ID: 4, Name: "dog"}, {ID: 5, Name: "eel"}})
	require.NoError(t, err)
	assert.Equal(t, []Category{{ID: 4, Name: "dog"}, {ID: 5, Name: "eel"}, {ID: 9, Name: "cat"}}, s.Categories)
	assert.Equal(t, []Object{{ID: 1, Category: 2}, {ID: 2, Category: 0}}, s.Images[0].Objects)
	assert.Equal(t, []int32{0}, s.Images[0].Negative)

	s = set()
	s.Categories[1].Name = "cat"
	_, err = s.Renumber([]Category{{ID: 9, Name: "cat"}})
	assert.ErrorContains(t, err, `two categories are called "cat"`)
	s = set()
	s.Format = COCO
	changed, err = s.Renumber(nil)
	require.NoError(t, err)
	assert.Len(t, changed, 1, "COCO keeps its ids")
}

// reds has two categories of one name, with an object each.
func reds() *Set {
	return &Set{Format: COCO, Categories: []Category{{ID: 1, Name: "red"}, {ID: 2, Name: "red"}, {ID: 3, Name: "blue"}}, Images: []Image{
		{ID: 1, File: "x.png", Width: 9, Height: 9, Objects: []Object{{ID: 1, Box: [4]float64{1, 1, 2, 2}}, {ID: 2, Box: [4]float64{1, 1, 3, 3}, Category: 1}}},
	}}
}

func TestCategoriesOfOneNameAreToldApart(t *testing.T) {
	s := reds()
	changed, err := s.Renumber(nil)
	require.NoError(t, err)
	assert.Empty(t, changed, "both keep their ids")
	assert.Equal(t, reds(), s)
	assert.Equal(t, []string{"red (1)", "red (2)", "blue"}, s.ClassNames())

	assert.ErrorContains(t, s.Select([]string{"red"}), `no category is called "red"`)
	s = reds()
	require.NoError(t, s.Select([]string{"blue", "red (2)"}))
	assert.Equal(t, []Category{{ID: 3, Name: "blue"}, {ID: 2, Name: "red"}}, s.Categories)
	assert.Equal(t, []Object{{ID: 2, Box: [4]float64{1, 1, 3, 3}, Category: 1}}, s.Images[0].Objects)

	s = reds()
	s.Format = VOC
	changed, err = s.Renumber(nil)
	require.NoError(t, err)
	assert.Empty(t, changed)
	s.Categories[1].ID = 7
	changed, err = s.Renumber(nil)
	require.NoError(t, err)
	require.Len(t, changed, 1)
	assert.Equal(t, `1 category is given a number: "red" is 2`, changed[0].String())
}

func TestVOCSaysWhichClassesItCannotTellApart(t *testing.T) {
	lost, err := reds().WriteVOC(func(string, []byte) error { return nil })
	require.NoError(t, err)
	require.Len(t, lost, 1)
	assert.Equal(t, `categories 1 and 2 are both called "red", and a name is all that VOC has of a class: they are one class there`, lost[0].String())
}

func TestSplitsOfSeveralFilesAreMerged(t *testing.T) {
	coco := func(categories string, image int, class int) *fstest.MapFile {
		return file(fmt.Sprintf(`{"images": [{"id": %d, "file_name": "x.png", "width": 9, "height": 9, "neg_category_ids": [%d]}], "categories": [%s], "annotations": [{"id": 1, "image_id": %d, "category_id": %d, "bbox": [1, 1, 2, 2]}]}`, image, class, categories, image, class))
	}
	s, err := folder(fstest.MapFS{
		"train/a.json": coco(`{"id": 1, "name": "cat"}, {"id": 5, "name": "dog"}`, 7, 5),
		"valid/a.json": coco(`{"id": 1, "name": "dog"}, {"id": 2, "name": "eel"}, {"id": 5, "name": "fox"}`, 7, 1),
		"test/a.json":  coco(`{"id": 5, "name": "fox"}, {"id": 0, "name": "ant"}`, 7, 5),
	})
	require.NoError(t, err)
	assert.True(t, s.Renumbered)
	var names []string
	for _, c := range s.Categories {
		names = append(names, fmt.Sprint(c.ID, c.Name))
	}
	assert.Equal(t, []string{"0ant", "1cat", "2eel", "5dog", "6fox"}, names)
	var objects []string
	for _, im := range s.Images {
		for _, o := range im.Objects {
			objects = append(objects, fmt.Sprint(im.ID, im.Split, o.ID, s.Categories[o.Category].Name, s.Categories[im.Negative[0]].Name))
		}
	}
	assert.Equal(t, []string{"7train1dogdog", "8val2dogdog", "9test3foxfox"}, objects)
	text := fmt.Sprint(messages(s))
	for _, want := range []string{
		"valid/a.json: category (id 1, dog): has id 5 in the whole set", "valid/a.json: category (id 5, fox): has id 6 in the whole set", "test/a.json: category (id 5, fox): has id 6 in the whole set",
		"valid/a.json: its images have ids of other files of the set: they are 8 to 8 here",
	} {
		assert.Contains(t, text, want)
	}
}
