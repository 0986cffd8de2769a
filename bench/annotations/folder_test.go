package annotations

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io/fs"
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
	return read(fsys, Options{})
}

// read is Open for a file system.
func read(fsys fs.FS, o Options) (*Set, error) {
	found := &findings{refuse: o.Policy.Refuse}
	s, err := readFolder(fsys, o, found)
	if err == nil {
		err = s.judge(&o, found)
	}
	if err != nil {
		return nil, Noting(err, found.all())
	}
	s.unusedCategories(found)
	s.Problems = found.all()
	return s, nil
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
	assert.Equal(t, []string{`1 of 2 categories has no object: "cat" (only crowds or ignored ones)`}, messages(s))
	assert.Equal(t, []Image{
		{ID: 1, File: "a.jpg", Source: "Annotations/a.xml"},
		{ID: 2, File: "b.png", Source: "Annotations/b.xml", Width: 64, Height: 32, Objects: []Object{
			{ID: 1, Box: [4]float64{0, 0, 64, 32}, Category: 1, Area: 2048},
			{ID: 2, Box: [4]float64{1, 2, 3.5, 3}, Category: 0, Area: 10.5, Ignore: true},
		}},
	}, s.Images)
}

func TestAnImageOfTwoExtensionsIsSaid(t *testing.T) {
	s, err := folder(fstest.MapFS{
		"Annotations/a.xml": file("<annotation>" + xmlObject("dog", 1, 1, 5, 5) + "</annotation>"),
		"JPEGImages/a.jpg":  blank(9, 9), "JPEGImages/a.png": blank(7, 7), "JPEGImages/b.png": blank(7, 7),
	})
	require.NoError(t, err)
	assert.Equal(t, 9, s.Images[0].Width)
	assert.Equal(t, []string{"JPEGImages/a.png: not read: JPEGImages/a.jpg is the image of that name", "1 image has no annotation, such as JPEGImages/b.png: not read"}, messages(s))
}

func TestBrokenVOCFilesAreListedWithTheirLine(t *testing.T) {
	for text, want := range map[string]string{
		"<annotation>\n<object>\n<name>a</nam>": "Annotations/b.xml:3: XML syntax error",
		"<html></html>":                         "<html> where Pascal VOC has <annotation>",
		"":                                      "no <annotation> element",
		strings.Repeat("<a>", 1e5):              "<a> where",
		"<annotation>" + strings.Repeat("<object>", 1e5):                      "Annotations/b.xml:1",
		"<annotation><filename>../../x</filename></annotation>":               "leads out of the set's folder",
		"<annotation>\n" + xmlObject("dog", 5, 5, 5, 9) + "</annotation>":     "Annotations/b.xml:2: object 1 (dog): box [5 5 0 4] (x, y, width, height) has no width: left out",
		"<annotation>" + xmlObject("dog", "x", 5, 5, 9) + "</annotation>":     `<xmin> is "x", no number`,
		"<annotation>" + xmlObject("dog", 1, 5, "1e999", 9) + "</annotation>": `<xmax> is "1e999", no number`,
		"<annotation>" + xmlObject("", 1, 1, 5, 9) + "</annotation>":          "<name> is empty: left out",
		"<annotation><object><name>dog</name></object></annotation>":          "no <bndbox>: left out",
	} {
		s, err := folder(fstest.MapFS{"Annotations/b.xml": file(text)})
		require.NoError(t, err, "%.40q", text)
		require.Len(t, s.Problems, 1, "%.40q", text)
		assert.Contains(t, s.Problems[0].String(), want)
	}
}

func TestWhatIsNoSetIsAnErrorWithARemedy(t *testing.T) {
	empty := t.TempDir()
	_, err := Open(empty, Options{})
	assert.ErrorContains(t, err, "no annotations here: want Annotations/*.xml")
	_, err = Open(filepath.Join(empty, "missing"), Options{})
	assert.ErrorContains(t, err, "missing: no such file: name a COCO or LVIS JSON file")
	_, err = folder(fstest.MapFS{"a.json": file(wrap("")), "b.json": file(wrap(""))})
	assert.ErrorContains(t, err, "2 annotation files, a.json and others, whose names have none of the words train, val, test: name the one to read")
	_, err = folder(fstest.MapFS{"a.json": file("{}"), "b.json": file("[]")})
	assert.ErrorContains(t, err, "no annotations here")
	require.Len(t, Noted(err), 2)
	assert.Contains(t, Noted(err)[0].String(), `a.json: not read: it has neither "images" nor "annotations"`)
	assert.Contains(t, Noted(err)[1].String(), "b.json: not read: it is a list, as results of detectors are")
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

func FuzzLists(f *testing.F) {
	f.Add([]byte("a\nb\r\nmy d.jpg 1\n../../x\n"), []byte("c\\a.png -1"))
	f.Add([]byte("\xff\xfea\x00\n\x00"), []byte("\ufeffb"))
	f.Fuzz(func(t *testing.T, train, test []byte) {
		fsys := fstest.MapFS{"ImageSets/Main/train.txt": {Data: train}, "ImageSets/test.txt": {Data: test}}
		for _, name := range []string{"a", "b", "my d"} {
			fsys["Annotations/"+name+".xml"] = file("<annotation></annotation>")
		}
		s, err := folder(fsys)
		require.NoError(t, err)
		require.Len(t, s.Images, 3)
	})
}

func FuzzPredictions(f *testing.F) {
	f.Add("0 .5 .5 .1 .1 .9")
	f.Add("1.0 1e-9 nan 0.1 0.1 2\n")
	s := &Set{Categories: []Category{{ID: 5, Name: "cat"}, {ID: 9, Name: "dog"}}}
	f.Fuzz(func(t *testing.T, line string) {
		r := predictionReader{set: s}
		if r.line(&Image{ID: 1, Width: 100, Height: 50}, strings.Fields(line)) == "" {
			for _, d := range r.found {
				require.True(t, finiteBox(d.Box) && d.Score-d.Score == 0)
			}
		}
	})
}
