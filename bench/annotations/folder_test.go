package annotations

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shared returns the path of a real input, or skips.
func shared(t testing.TB, parts ...string) string {
	path := filepath.Join(append([]string{"..", "..", "..", "shared", "data"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("real inputs are not here: %v", err)
	}
	return path
}

func file(content string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(content)} }

func blank(w, h int) *fstest.MapFile {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		panic(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

func folder(fsys fstest.MapFS) (*Set, error) {
	o, _ := Options{}.filled()
	return readFolder(fsys, o)
}

func xmlObject(class string, corners ...any) string {
	return fmt.Sprintf("<object><name>%s</name><bndbox><xmin>%v</xmin><ymin>%v</ymin><xmax>%v</xmax><ymax>%v</ymax></bndbox></object>\n", append([]any{class}, corners...)...)
}

func TestReadsTheBloodCellsOfVOC(t *testing.T) {
	s, err := Open(shared(t, "bccd"), Options{})
	require.NoError(t, err)
	assert.Equal(t, VOC, s.Format)
	assert.Len(t, s.Images, 364)
	assert.Equal(t, []Category{{ID: 0, Name: "Platelets"}, {ID: 1, Name: "RBC"}, {ID: 2, Name: "WBC"}}, s.Categories)
	assert.Len(t, s.Problems, 2)
	assert.Equal(t, 4888-2, s.Objects())
	assert.Equal(t, [2]int{640, 480}, [2]int{s.Images[0].Width, s.Images[0].Height})
}

func TestVOCsInclusiveCornersBecomeContinuous(t *testing.T) {
	s, err := folder(fstest.MapFS{
		"Annotations/b.xml": file("<annotation><filename>b.png</filename><size><width>64</width><height>32</height></size>" +
			xmlObject("dog", 1, 1, 64, 32) + "<object><name>cat</name><difficult>1</difficult><bndbox><xmin>2</xmin><ymin>3</ymin><xmax>4.5</xmax><ymax>5</ymax></bndbox></object></annotation>"),
		"Annotations/a.xml": file("<annotation></annotation>"),
	})
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, []Image{
		{ID: 1, File: "a.jpg"},
		{ID: 2, File: "b.png", Width: 64, Height: 32, Objects: []Object{
			{ID: 1, Box: [4]float64{0, 0, 64, 32}, Category: 1, Area: 2048},
			{ID: 2, Box: [4]float64{1, 2, 3.5, 3}, Category: 0, Area: 10.5, Ignore: true},
		}},
	}, s.Images)
}

func TestBrokenVOCFilesAreListedWithTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"<annotation>\n<object>\n<name>a</nam>": "Annotations/b.xml:3: XML syntax error",
		"<html></html>":                         "<html> where Pascal VOC has <annotation>",
		"":                                      "no <annotation> element",
		strings.Repeat("<a>", 1e5):              "<a> where",
		"<annotation>" + strings.Repeat("<object>", 1e5):                      "Annotations/b.xml:1",
		"<annotation><filename>../../x</filename></annotation>":               "leads out of the set's folder",
		"<annotation>\n" + xmlObject("dog", 5, 5, 5, 9) + "</annotation>":     "Annotations/b.xml:2: object 1 (dog): box [5 5 0 4] is degenerate",
		"<annotation>" + xmlObject("dog", "x", 5, 5, 9) + "</annotation>":     "not finite",
		"<annotation>" + xmlObject("dog", 1, 5, "1e999", 9) + "</annotation>": "not finite",
		"<annotation>" + xmlObject("", 1, 1, 5, 9) + "</annotation>":          "no class name",
		"<annotation><object><name>dog</name></object></annotation>":          "not finite",
	} {
		s, err := folder(fstest.MapFS{"Annotations/b.xml": file(text)})
		require.NoError(t, err, "%.40q", text)
		require.Len(t, s.Problems, 1, "%.40q", text)
		assert.Contains(t, s.Problems[0].String(), want)
	}
}

// yolo is a sound folder of one image of 100x50.
func yolo() fstest.MapFS {
	return fstest.MapFS{
		"data.yaml":          file("names: [cat, dog]\n"),
		"images/train/a.png": blank(100, 50),
		"labels/train/a.txt": file("1 0.5 0.5 0.2 0.4\n\n0 0 0 0.5 0 0.5 1 0 1\n"),
		"images/train/b.png": blank(10, 10),
	}
}

func TestYOLOsSharesBecomePixels(t *testing.T) {
	s, err := folder(yolo())
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, []Category{{ID: 0, Name: "cat"}, {ID: 1, Name: "dog"}}, s.Categories)
	assert.Equal(t, []Image{
		{ID: 1, File: "images/train/a.png", Width: 100, Height: 50, Objects: []Object{
			{ID: 1, Box: [4]float64{40, 15, 20, 20}, Category: 1, Area: 400},
			{ID: 2, Box: [4]float64{0, 0, 50, 50}, Category: 0, Area: 2500},
		}},
		{ID: 2, File: "images/train/b.png", Width: 10, Height: 10},
	}, s.Images)
}

func TestYOLOsNamesAreFoundInEveryForm(t *testing.T) {
	for name, text := range map[string]string{
		"data.yaml":          "path: x\nnames:\n  0: cat\n  1: dog\nnc: 2\n",
		"dataset.yaml":       "names:\n- cat\n- dog\n",
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
}

func TestWrongNamesOfClassesAreAnErrorWithTheFile(t *testing.T) {
	for text, want := range map[string]string{
		"nc: 2":                                  `no "names"`,
		"names: 5":                               `no "names"`,
		"names: []":                              "it names no class",
		"names: {0: a, 5: b}":                    "want 0 to 1",
		"names: [":                               "data.yaml: ",
		"names: &a [x]\nb: *a\n":                 "anchors",
		"names: " + strings.Repeat("[", 500_000): "nested",
		"names:\n" + strings.Repeat("- ", 500_000): "nested",
		strings.Repeat("names: [a, b]\n", 200_000): "more than a megabyte",
	} {
		fsys := yolo()
		fsys["data.yaml"] = file(text)
		_, err := folder(fsys)
		assert.ErrorContains(t, err, want, "%.30q", text)
		assert.ErrorContains(t, err, "data.yaml")
	}
}

func TestBrokenYOLOLinesAreListed(t *testing.T) {
	for line, want := range map[string]string{
		"x 0.5 0.5 0.1 0.1":        "class \"x\"",
		"-1 0.5 0.5 0.1 0.1":       "class \"-1\"",
		"2 0.5 0.5 0.1 0.1":        "class 2 of 2 that have a name",
		"9999999999 0.5 0.5 .1 .1": "class",
		"0 0.5 0.5 0.1":            "4 numbers",
		"0 0.5 0.5 0.1 0.1 0.9":    "6 numbers",
		"0 50 50 10 10":            "want a share of the image's size",
		"0 nan 0.5 0.1 0.1":        "want a share",
		"0 0.5 0.5 inf 0.1":        "want a share",
		"0 0.5 0.5 -0.1 0.1":       "want a share",
		"0 0.5 0.5 0 0.1":          "degenerate",
		"\x00\xff":                 "class",
	} {
		fsys := yolo()
		fsys["labels/train/a.txt"] = file("0 0.5 0.5 0.1 0.1\n" + line + "\n")
		s, err := folder(fsys)
		require.NoError(t, err)
		require.Len(t, s.Problems, 1, line)
		assert.Contains(t, s.Problems[0].String(), "labels/train/a.txt:2: ")
		assert.Contains(t, s.Problems[0].Message, want)
		assert.Equal(t, 1, s.Objects())
	}
}

func TestYOLOWithoutTheImagesIsRefusedWithARemedy(t *testing.T) {
	fsys := yolo()
	fsys["labels/train/c.txt"] = file("0 0.5 0.5 0.1 0.1")
	fsys["images/train/b.png"] = file("no image")
	s, err := folder(fsys)
	require.NoError(t, err)
	require.Len(t, s.Problems, 2)
	assert.Contains(t, s.Problems[0].String(), "images/train/b.png: its size is not to be read")
	assert.Contains(t, s.Problems[1].String(), "labels/train/c.txt: its image is missing")
	assert.Len(t, s.Images, 1)

	_, err = folder(fstest.MapFS{"labels/a.txt": file("0 0.5 0.5 0.1 0.1")})
	assert.ErrorContains(t, err, "put the images into a folder images")
}

func TestNoSymbolicLinkLeadsOutOfTheFolder(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.txt")
	require.NoError(t, os.WriteFile(outside, []byte("0 0.5 0.5 0.1 0.1"), 0o600))
	dir := t.TempDir()
	for name, f := range yolo() {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, f.Data, 0o600))
	}
	if err := os.Symlink(outside, filepath.Join(dir, "labels", "train", "b.txt")); err != nil {
		t.Skip(err)
	}
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	require.Len(t, s.Problems, 1)
	assert.Contains(t, s.Problems[0].String(), "labels/train/b.txt: path escapes from parent: image left out")
	assert.Equal(t, 2, s.Objects())
}

func TestWhatIsNoSetIsAnErrorWithARemedy(t *testing.T) {
	empty := t.TempDir()
	_, err := Open(empty, Options{})
	assert.ErrorContains(t, err, "no annotations here: want Annotations/*.xml")
	_, err = Open(filepath.Join(empty, "missing"), Options{})
	assert.ErrorContains(t, err, "missing: no such file or directory: name a COCO or LVIS JSON file")
	_, err = folder(fstest.MapFS{"a.json": file("{}"), "b.json": file("{}")})
	assert.ErrorContains(t, err, "2 JSON files")
	s, err := folder(fstest.MapFS{"annotations/a.json": file(wrap(""))})
	require.NoError(t, err)
	assert.Len(t, s.Images, 1)
}

func FuzzReadVOC(f *testing.F) {
	f.Add([]byte("<annotation><filename>b.png</filename>" + xmlObject("dog", 1, 1, 64, 32) + "</annotation>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := folder(fstest.MapFS{"Annotations/b.xml": {Data: data}}); err == nil {
			hold(t, s)
		}
	})
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
