package annotations

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// yolo is a sound folder of an image of 100x50 and one of 10x10.
func yolo() fstest.MapFS {
	return fstest.MapFS{
		"data.yaml":          file("names: [cat, dog]\n"),
		"images/train/a.png": blank(100, 50),
		"labels/train/a.txt": file("1 0.5 0.5 0.2 0.4\n\n0 0.25 0.5 0.5 1\n"),
		"images/train/b.png": blank(10, 10),
		"labels/train/b.txt": file(""),
	}
}

func TestYOLOsSharesBecomePixels(t *testing.T) {
	s, err := folder(yolo())
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, []Category{{ID: 0, Name: "cat"}, {ID: 1, Name: "dog"}}, s.Categories)
	const a, b = "images/train/a.png", "images/train/b.png"
	assert.Equal(t, []Image{
		{ID: 1, File: a, Path: a, Source: "labels/train/a.txt", Split: Train, Width: 100, Height: 50, Objects: []Object{
			{ID: 1, Box: [4]float64{40, 15, 20, 20}, Category: 1, Area: 400},
			{ID: 2, Box: [4]float64{0, 0, 50, 50}, Category: 0, Area: 2500},
		}},
		{ID: 2, File: b, Path: b, Source: "labels/train/b.txt", Split: Train, Width: 10, Height: 10},
	}, s.Images)
}

func TestYOLOsPolygonsAreTheirExtent(t *testing.T) {
	fsys := yolo()
	fsys["labels/train/a.txt"] = file("1 0 0 0.5 0 0.5 1 0 1\n0 0 0 .1 .1 .1 0\n")
	s, err := folder(fsys)
	require.NoError(t, err)
	assert.Equal(t, [4]float64{0, 0, 50, 50}, s.Images[0].Objects[0].Box)
	require.Len(t, s.Problems, 2)
	assert.Contains(t, s.Problems[0].String(), "labels/train/a.txt:1: 9 numbers are read as a polygon")
	assert.Len(t, Digest(s.Problems), 1)
}

func TestYOLOsNamesAreFoundInEveryForm(t *testing.T) {
	for name, text := range map[string]string{
		"data.yaml":          "path: x\nnames:\n  0: cat\n  1: dog\nnc: 2\n",
		"dataset.yaml":       "names:\n- cat\n- dog\n",
		"mine.yml":           "\ufeffnames: {1: dog, 0: 'cat'}\n",
		"classes.txt":        "cat\ndog\n",
		"labels/classes.txt": "cat\r\ndog\r\n",
		"obj.names":          "cat\ndog",
	} {
		fsys := yolo()
		delete(fsys, "data.yaml")
		fsys[name] = file(text)
		s, err := folder(fsys)
		require.NoError(t, err, name)
		assert.Empty(t, s.Problems, name)
		assert.Equal(t, "dog", s.Categories[1].Name, name)
	}
	fsys := yolo()
	delete(fsys, "data.yaml")
	s, err := folder(fsys)
	require.NoError(t, err)
	require.Len(t, s.Problems, 1)
	assert.True(t, s.Problems[0].Notice)
	assert.Equal(t, "class 1", s.Categories[1].Name)
}

func TestYOLOsLabelsLieBesideTheImagesInDarknet(t *testing.T) {
	s, err := folder(fstest.MapFS{"obj.names": file("cat"), "obj/a.png": blank(10, 10), "obj/a.txt": file("0 .5 .5 1 1"), "train.txt": file("obj/a.png")})
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, 1, s.Objects())
	assert.Equal(t, Train, s.Images[0].Split)
}

func TestNamesThatAreWrongAreNotedAndClassesCalledByNumber(t *testing.T) {
	for text, want := range map[string]string{
		"names: 5":                     `data.yaml:1: names is the text "5", and no such file is in the folder`,
		"names: data/obj.names":        `names is the text "data/obj.names", and no such file is in the folder`,
		"names: []":                    "names: there are none",
		"names:":                       "names: there are none",
		"names: {cat: 0}":              `names: "cat" is no number of a class with a name`,
		"names: [[a], b]":              "names: that of class 0 is no text",
		"names: {0: a, 2: b}":          "names has 2 of the classes 0 to 2",
		"names: [a, b]\nnc: 3":         "data.yaml:2: nc is 3, but names has 2: names counts",
		"names: [a, b]\nval: x/y":      `val is "x/y", and neither such a folder nor such a list is here`,
		"names: [a, b]\nkpt_shape: 17": "kpt_shape: want the number of keypoints",
	} {
		fsys := yolo()
		fsys["data.yaml"] = file(text)
		s, err := folder(fsys)
		require.NoError(t, err, text)
		require.NotEmpty(t, s.Problems, text)
		assert.Contains(t, messages(s)[0], want)
		assert.Equal(t, 2, s.Objects(), text)
		_, err = read(fsys, Options{Policy: Policy{Refuse: true}})
		assert.ErrorContains(t, err, want)
	}
}

func TestYAMLThatCannotBeReadIsAnErrorWithItsPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	for text, want := range map[string]string{
		"names: [":                                 "data.yaml:1:8: ",
		"names: " + strings.Repeat("[", 15_000):    "nested",
		"names: " + strings.Repeat("[", 500_000):   "more than 20000",
		"names: " + strings.Repeat(`"`, 400_000):   "more than 20000",
		"names:\n" + strings.Repeat("- ", 500_000): "more than 20000",
		strings.Repeat("names: [a, b]\n", 200_000): "expected at most 1048576",
	} {
		fsys := yolo()
		fsys["data.yaml"] = file(text)
		_, err := folder(fsys)
		assert.ErrorContains(t, err, want, "%.30q", text)
		assert.ErrorContains(t, err, "data.yaml")
	}
}

func TestAClassBeyondTheNamesIsLeftOut(t *testing.T) {
	fsys := yolo()
	fsys["labels/train/b.txt"] = file("3 .5 .5 .5 .5")
	s, err := folder(fsys)
	require.NoError(t, err)
	assert.Equal(t, 2, s.Objects())
	assert.Len(t, s.Categories, 2, "a wrong digit makes no class")
	assert.Equal(t, "labels/train/b.txt:1: class 3, and names has 2, 0 to 1: left out", messages(s)[0])
}

func TestBrokenYOLOLinesAreListed(t *testing.T) {
	for line, want := range map[string]string{
		"x 0.5 0.5 0.1 0.1":        "class \"x\"",
		"-1 0.5 0.5 0.1 0.1":       "class \"-1\"",
		"0.5 0.5 0.5 0.1 0.1":      "class \"0.5\": want a whole number from 0",
		"9999999999 0.5 0.5 .1 .1": "class",
		"0 0.5 0.5 0.1":            "4 numbers",
		"0,0.5,0.5,0.1,0.1":        "commas separate its numbers: want class cx cy w h, separated by blanks: left out",
		"0, 0.5, 0.5, 0.1, 0.1":    "commas separate its numbers",
		"0 0.5 0.5 0.1 0.1 9":      "6 numbers: want class cx cy w h, separated by blanks: left out",
		"0 50 50 10 10":            "want a share of the image's size",
		"0 nan 0.5 0.1 0.1":        "want a share",
		"0 0.5 0.5 inf 0.1":        "want a share",
		"0 0.5 0.5 -0.1 0.1":       "has a negative width: left out",
		"0 0.5 0.5 0 0.1":          "has no width: left out",
		"0 1.5 0.5 0.1 0.1":        "lies outside the image of 100x50: left out",
		"1 0.5 0.5 0.1 0.1":        "the same as line 1: left out",
		"\x00\xff":                 "class",
	} {
		fsys := yolo()
		fsys["labels/train/a.txt"] = file("1 0.5 0.5 0.1 0.1\n" + line + "\n0.0 .2 .2 .1 .1")
		s, err := folder(fsys)
		require.NoError(t, err)
		require.Len(t, s.Problems, 1, line)
		assert.Contains(t, s.Problems[0].String(), "labels/train/a.txt:2: ")
		assert.Contains(t, s.Problems[0].Message, want)
		assert.Equal(t, 2, s.Objects())
	}
}

func TestYOLOWithoutTheImagesIsRefusedWithARemedy(t *testing.T) {
	fsys := yolo()
	fsys["labels/train/c.txt"] = file("0 0.5 0.5 0.1 0.1")
	fsys["images/train/b.png"] = file("no image")
	s, err := folder(fsys)
	require.NoError(t, err)
	require.Len(t, s.Problems, 2)
	assert.Contains(t, s.Problems[0].String(), "labels/train/c.txt: no image uses it: left out")
	assert.Contains(t, s.Problems[1].String(), "images/train/b.png: it is text, which is not read: want JPEG, PNG")
	assert.Len(t, s.Images, 1)

	_, err = folder(fstest.MapFS{"labels/a.txt": file("0 0.5 0.5 0.1 0.1")})
	assert.ErrorContains(t, err, "put the images into a folder images")
}

func FuzzReadYOLO(f *testing.F) {
	f.Add([]byte("0 0.5 0.5 0.1 0.1\n1 0 0 1 0 1 1"), []byte("names: [a, b]"))
	f.Add([]byte("3 1e-9 nan 0.1 0.1"), []byte("names: {0: a}"))
	f.Fuzz(func(t *testing.T, labels, names []byte) {
		fsys := yolo()
		fsys["labels/train/a.txt"] = &fstest.MapFile{Data: labels}
		fsys["data.yaml"] = &fstest.MapFile{Data: names}
		if s, err := folder(fsys); err == nil {
			hold(t, s)
		}
	})
}

// A tool that writes what it found ends a line with its confidence: the object is no
// background for it.
func TestAConfidenceBehindABoxIsNotRead(t *testing.T) {
	fsys := yolo()
	fsys["labels/train/a.txt"] = file("1 0.5 0.5 0.1 0.1 0.9\n0 .2 .2 .1 .1 1\n")
	s, err := folder(fsys)
	require.NoError(t, err)
	assert.Equal(t, 2, s.Objects())
	require.Len(t, s.Problems, 2)
	assert.Equal(t, "labels/train/a.txt:1: a sixth number, 0.9, as a confidence is: its box is read all the same", s.Problems[0].String())
	fsys["labels/train/a.txt"] = file("1 0.5 0.5 0.1 0.1\n0 .2 .2 .1 .1\n")
	plain, err := folder(fsys)
	require.NoError(t, err)
	assert.Equal(t, plain.Images, s.Images)
}
