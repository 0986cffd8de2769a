package annotations

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, text string, o Options) *Set {
	s, err := ReadCOCO(strings.NewReader(text), "a.json", o)
	require.NoError(t, err)
	return s
}

func messages(s *Set) []string {
	var list []string
	for _, p := range s.Problems {
		list = append(list, p.String())
	}
	return list
}

func TestReadsTheExampleOfTheCOCOAPI(t *testing.T) {
	s, err := Open(shared(t, "coco100", "instances_val2014_100.json"), Options{Policy: Policy{Refuse: true}})
	require.NoError(t, err)
	assert.Equal(t, COCO, s.Format)
	assert.Len(t, s.Images, 100)
	assert.Len(t, s.Categories, 80)
	assert.Equal(t, [2]int{839 - 9, 9}, [2]int{s.Objects(), s.Ignored()})
	crowds := 0
	for _, im := range s.Images {
		assert.NotEmpty(t, im.File)
		assert.Positive(t, im.Width)
		for _, o := range im.Objects {
			if o.Crowd {
				crowds++
			}
		}
	}
	assert.Equal(t, 9, crowds)
}

func TestReadsLVISWithItsFrequenciesAndLists(t *testing.T) {
	s, err := Open(shared(t, "lvis100", "lvis_val_100.json"), Options{Policy: Policy{Refuse: true}})
	require.NoError(t, err)
	assert.Equal(t, LVIS, s.Format)
	assert.Len(t, s.Images, 100)
	assert.Len(t, s.Categories, 1230)
	assert.Equal(t, Category{1, "acorn", "r"}, s.Categories[0])
	assert.Equal(t, 977, s.Objects())
	assert.Len(t, s.Images[0].Negative, 7)
	assert.Equal(t, int64(284), s.Categories[s.Images[0].Negative[0]].ID)
}

func TestCOCOListsAreJoinedInAnyOrder(t *testing.T) {
	s := parse(t, `{"info": {"year": [1]}, "annotations": [
		{"id": 1, "image_id": 7, "category_id": 9, "bbox": [1, 2, 3, 4], "segmentation": [[1, 2]], "iscrowd": true},
		{"id": 2, "image_id": 5, "category_id": 4, "bbox": [0, 0, 2, 2], "area": 3, "ignore": 1}],
		"categories": [{"id": 9, "name": "cat"}, {"id": 4, "name": "dog", "supercategory": "animal"}],
		"images": [{"id": 7, "file_name": "a/./7.jpg", "width": 10, "height": 20.0}, {"id": 5, "coco_url": "http://host/train2017/5.jpg"}]}`, Options{Policy: Policy{Refuse: true}})
	assert.Equal(t, []Category{{ID: 4, Name: "dog"}, {ID: 9, Name: "cat"}}, s.Categories)
	assert.Equal(t, []Image{
		{ID: 7, Source: "a.json", File: "a/7.jpg", Width: 10, Height: 20, Objects: []Object{{ID: 1, Box: [4]float64{1, 2, 3, 4}, Category: 1, Area: 12, Crowd: true}}},
		{ID: 5, Source: "a.json", File: "train2017/5.jpg", Objects: []Object{{ID: 2, Box: [4]float64{0, 0, 2, 2}, Area: 3, Ignore: true}}},
	}, s.Images)
}

// wrap makes a file of one image, one category and the given annotations.
func wrap(annotations string) string {
	return "{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\", \"width\": 1000, \"height\": 1000}],\n\"categories\": [{\"id\": 1, \"name\": \"cat\"}],\n\"annotations\": [" + annotations + "]}"
}

func TestUnusableElementsAreListedWithTheirPlaceAndLeftOut(t *testing.T) {
	sound := `{"id": 99, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]}`
	for text, want := range map[string]string{
		wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [NaN, 1, 5, 5]},` + sound):               "a.json:3: annotation 1 (id 3): box [NaN 1 5 5] (x, y, width, height) is not finite: left out",
		wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [1, 1, 1e999, 5]},` + sound):             "not finite",
		wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [1, 1, 1e300, 1e300]},` + sound):         "not finite",
		wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [1, 1, -4, 5]},` + sound):                "has a negative width: left out",
		wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [1, 1, 4]},` + sound):                    "bbox has 3 numbers",
		wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [1, "x", 4, 4]},` + sound):               `want a number, got the text "x"`,
		wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [1, [2, 3], 4, 4]},` + sound):            "want a number, got array",
		wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": "1 2 3 4"},` + sound):                    "bbox is text: want x, y, width, height",
		wrap(`{"id": 3, "image_id": "a.jpg", "category_id": 1, "bbox": [1, 1, 4, 4]},` + sound):           `image_id is the text "a.jpg": want a whole number`,
		wrap(`{"id": 3, "image_id": 1e300, "category_id": 1, "bbox": [1, 1, 4, 4]},` + sound):             "image_id is 1e+300: want a whole number",
		wrap(`{"id": 3, "image_id": 99999999999999999999, "category_id": 1, "bbox": [1,1,4,4]},` + sound): "want a whole number",
		wrap(`{"id": 3, "image_id": 1, "category_id": 1},` + sound):                                       "no bbox: left out",
		wrap(`{"id": 3, "image_id": 2, "category_id": 1, "bbox": [1, 1, 4, 4]},` + sound):                 "a.json:3: annotation 1 (id 3): no image has its image_id 2: left out",
		wrap(`{"id": 3, "image_id": 1, "category_id": 2, "bbox": [1, 1, 4, 4]},` + sound):                 "no category has its category_id 2",
		wrap(`7, ` + sound):    "a.json:3: annotation 1: want an object, got number: left out",
		wrap(`null, ` + sound): "want an object, got null",
		wrap(sound + `, {"id": 100, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]}`): "a.json:3: annotation 2 (id 100): the same as annotation 1 (id 99): left out",
		wrap(sound + ", [[1], {}, 2]"): "want an object, got array",
		strings.Replace(wrap(sound), `"images": [`, `"images": [{"file_name": "b.jpg"}, `, 1):               "a.json:1: image 1: no id: left out",
		strings.Replace(wrap(sound), `"images": [`, `"images": [{"id": 1, "file_name": "b.jpg"}, `, 1):      "a.json:1: image 2 (id 1): the id is already that of image 1, \"b.jpg\": left out",
		strings.Replace(wrap(sound), `"name": "cat"}`, `"name": "cat"}, {"id": 1, "name": "x"}`, 1):         `a.json:2: category 2 (id 1): the id is already that of category 1, "cat": "x" is left out`,
		strings.Replace(wrap(sound), `"name": "cat"}`, `"name": "cat"}, {"id": 2, "name": "cat"}`, 1) + " ": "a.json:2: category 2 (id 2): has the name \"cat\" of category 1 (id 1): they are two classes",
		strings.Replace(wrap(sound), `"name": "cat"`, `"name": "cat", "frequency": "x"`, 1):                 "want r, c or f",
		strings.Replace(wrap(sound), `"width": 1000`, `"width": 1e300`, 1):                                  "is no number of pixels",
		strings.Replace(wrap(sound), `"a.jpg"`, `"a.jpg", "neg_category_ids": [5]`, 1):                      "lists the unknown category 5",
	} {
		s := parse(t, text, Options{})
		defects := slices.DeleteFunc(s.Problems, func(p Problem) bool { return p.Notice })
		require.Len(t, defects, 1, "%s: %v", text, messages(s))
		assert.Contains(t, messages(s)[0], want)
		require.Equal(t, 1, s.Objects(), text)
		_, err := ReadCOCO(strings.NewReader(text), "a.json", Options{Policy: Policy{Refuse: true}})
		assert.ErrorContains(t, err, want)
	}
}

func TestNamesStayWithinTheFolder(t *testing.T) {
	for name, want := range map[string][2]string{
		"../a.jpg":           {"a.jpg", "leads out of the set's folder: read as a.jpg"},
		"/data/x/a.jpg":      {"data/x/a.jpg", "leads out of the set's folder"},
		"a/../../b.jpg":      {"b.jpg", "leads out of the set's folder"},
		"..":                 {"", "is no name of a file"},
		".":                  {"", "is no name of a file"},
		`images\\a.jpg`:      {"images/a.jpg", "has backslashes, as Windows writes them: read as images/a.jpg"},
		`C:\\data\\x\\a.jpg`: {"data/x/a.jpg", "has backslashes"},
		`..\\a.jpg`:          {"a.jpg", "has backslashes"},
		`C:/data/a.jpg`:      {"data/a.jpg", "leads out of the set's folder"},
		`a\u0000.jpg`:        {"", "has a zero byte"},
	} {
		s := parse(t, strings.Replace(wrap(""), "a.jpg", name, 1), Options{})
		require.Len(t, s.Problems, 2, name)
		assert.Contains(t, s.Problems[0].Message, want[1], name)
		assert.Equal(t, want[0], s.Images[0].File)
		_, err := ReadCOCO(strings.NewReader(strings.Replace(wrap(""), "a.jpg", name, 1)), "a.json", Options{Policy: Policy{Refuse: true}})
		assert.ErrorContains(t, err, want[1])
	}
}

func TestWhatIsMarkedToBeIgnoredIsSaid(t *testing.T) {
	text := wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5], "ignore": 1}`)
	s := parse(t, text, Options{})
	assert.True(t, s.Images[0].Objects[0].Ignore)
	assert.Equal(t, []string{`a.json: 1 annotation is marked "ignore": neither to be found nor wrong, where pycocotools counts them like others`, `1 of 1 categories has no object: "cat" (only crowds or ignored ones)`}, messages(s))
	s = parse(t, text, Options{Policy: Policy{AsIs: true}})
	assert.False(t, s.Images[0].Objects[0].Ignore)
	assert.Empty(t, s.Problems)
}

func TestImagesOfOneFileAreSaidAndUsed(t *testing.T) {
	s := parse(t, `{"images": [{"id": 1, "file_name": "a.jpg", "width": 9, "height": 9}, {"id": 2, "file_name": "a.jpg", "width": 9, "height": 9}, {"id": 3, "width": 9, "height": 9}, {"id": 4, "width": 9, "height": 9}], "annotations": [], "categories": []}`, Options{})
	assert.Len(t, s.Images, 4)
	assert.Equal(t, []string{"a.json:1: image 2 (id 2): has the file a.jpg of image 1 (id 1): both are used"}, messages(s))
}

func TestListsThatAreMissingAreSaid(t *testing.T) {
	s := parse(t, `{"images": [{"id": 1, "file_name": "a.jpg", "width": 9, "height": 9}]}`, Options{Policy: Policy{Refuse: true}})
	assert.Equal(t, []string{"a.json: no list annotations", "a.json: no list categories"}, messages(s))
	s = parse(t, `{"annotations": [], "categories": []}`, Options{})
	assert.Equal(t, []string{"a.json: no list images"}, messages(s))
}

func TestDegenerateBoxesAreKeptWhereAskedFor(t *testing.T) {
	s := parse(t, wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [1, 1, 0, 5]}`), Options{Policy: Policy{AsIs: true}})
	assert.Equal(t, 1, s.Objects())
	require.Len(t, s.Problems, 1)
	assert.Contains(t, messages(s)[0], "has no width: kept, but nothing matches it")
}

func TestBrokenFilesAreErrorsWithTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "a.json:1: the file ends before its JSON does",
		"[]":                                "a COCO file is an object",
		"{}":                                `neither "images" nor "annotations"`,
		"{\n\"images\": {}}":                `a.json:2: "images": want an array, got object`,
		"{\n\"images\": [\n{\"id\": 1, ":    "a.json:3: the file ends before its JSON does: is it truncated?",
		"{\"images\": []} trailing":         "follows the end",
		"{\"images\": [}":                   "where a JSON value starts",
		`{"x": ` + strings.Repeat("[", 1e6): "nested deeper than 1000",
		`{"annotations": ` + strings.Repeat(`[{"bbox":`, 1e6):           "",
		`{"annotations": [{"segmentation": ` + strings.Repeat(`[`, 1e6): "a.json: byte 1031: nested deeper than 1000",
		`{"images": [], "` + strings.Repeat("x", 2<<20):                 "a string of more than",
		`{"images": [{"id": ` + strings.Repeat("9", 1e6):                "a number of more than",
		"\x00\x01\x02": "where a JSON value starts",
	} {
		_, err := ReadCOCO(strings.NewReader(text), "a.json", Options{})
		assert.ErrorContains(t, err, want, "%.40q", text)
	}
}

func TestProblemsOfASortAreCountedBeyondTheirLimit(t *testing.T) {
	s := parse(t, wrap(strings.Repeat("1,", 149)+`{"image_id": 1, "category_id": 1, "bbox": []}`), Options{})
	require.Len(t, s.Problems, perSort+3)
	rest := s.Problems[len(s.Problems)-1]
	assert.Equal(t, 49, rest.More)
	assert.Contains(t, rest.String(), "(and 48 more that are not listed)")
	assert.Equal(t, 150, Defects(s.Problems))
	digest := Digest(s.Problems)
	require.Len(t, digest, 3, "%v", digest)
	assert.Contains(t, digest[0], "want an object, got number: left out (and 148 more like it)")
	assert.NotContains(t, digest[1], "more like it")
}

func TestProblemsAreOfASortIfTheyDifferInNumbersAndNames(t *testing.T) {
	digest := Digest([]Problem{
		{Message: `file_name "my d 1.jpg" has backslashes: read as a/b.jpg`}, {Message: `<xmin> 10,5 has a comma: read as 10.5`},
		{Message: `file_name "x.jpg" has backslashes: read as b.jpg`}, {Message: "box [1 2 3 4] has no width"},
		{Message: `<ymin> 1,5 has a comma: read as 1.5`, More: 7}, {Message: "box [NaN 2 3 4] has no height"}, {Message: "box [1 2 3 4] has a negative height"},
	})
	assert.Equal(t, []string{
		`file_name "my d 1.jpg" has backslashes: read as a/b.jpg (and 1 more like it)`,
		"<xmin> 10,5 has a comma: read as 10.5 (and 7 more like it)",
		"box [1 2 3 4] has no width (and 1 more like it)",
		"box [1 2 3 4] has a negative height",
	}, digest)
}

// hold asserts what any set must hold, however broken its files are.
func hold(t *testing.T, s *Set) {
	for _, im := range s.Images {
		if im.File != "" {
			local, note := localName(im.File)
			require.Empty(t, note)
			require.Equal(t, local, im.File)
		}
		require.True(t, im.Width >= 0 && im.Height >= 0)
		for _, o := range im.Objects {
			require.True(t, finiteBox(o.Box) && o.Box[2] > 0 && o.Box[3] > 0, "%v", o.Box)
			if im.Width > 0 {
				require.True(t, o.Box[0] >= -slack && o.Box[1] >= -slack && o.Box[0]+o.Box[2] <= float64(im.Width)+slack && o.Box[1]+o.Box[3] <= float64(im.Height)+slack, "%v in %dx%d", o.Box, im.Width, im.Height)
			}
			require.True(t, o.Category >= 0 && int(o.Category) < len(s.Categories))
			require.Equal(t, o.Area, o.Area)
		}
		for _, k := range append(im.Negative, im.NotExhaustive...) {
			require.True(t, k >= 0 && int(k) < len(s.Categories))
		}
	}
}

func FuzzReadCOCO(f *testing.F) {
	f.Add([]byte(wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [1, 1, 4, 4]}`)))
	f.Add([]byte(strings.Replace(wrap(`{"id": 3, "image_id": 1, "category_id": 1, "bbox": [NaN, 1, -4, 1e400], "segmentation": [[[{"a":"]"}]]]}`), `"a.jpg"`, `"../a.jpg", "neg_category_ids": [1]`, 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := ReadCOCO(strings.NewReader(string(data)), "a.json", Options{}); err == nil {
			hold(t, s)
		}
	})
}

func TestSizesOfCOCOAreHeldAgainstTheImagesWhereTheseAreAtHand(t *testing.T) {
	fsys := fstest.MapFS{
		"gt.json": file(`{"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 10}, {"id": 2, "file_name": "b.png", "width": 9, "height": 9}, {"id": 3, "file_name": "c.png", "width": 9, "height": 9}, {"id": 4, "width": 9, "height": 9}],
			"categories": [{"id": 1, "name": "x"}], "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [5, 5, 10, 4]}]}`),
		"a.png": blank(10, 20), "b.png": blank(9, 9),
	}
	s, err := read(fsys, Options{})
	require.NoError(t, err)
	assert.True(t, s.HasImages)
	assert.Equal(t, [2]int{10, 20}, [2]int{s.Images[0].Width, s.Images[0].Height})
	assert.Equal(t, [4]float64{5, 5, 5, 4}, s.Images[0].Objects[0].Box)
	assert.Equal(t, []string{"a.png", "b.png", "", ""}, []string{s.Images[0].Path, s.Images[1].Path, s.Images[2].Path, s.Images[3].Path})
	assert.Equal(t, []string{
		"gt.json:1: image 1 (id 1): says 20x10, but the image a.png is 10x20: boxes are taken as pixels of the image",
		"gt.json:1: image 3 (id 3): c.png is in none of the folders ., gt, images/gt, images, data: the image is not read",
		"gt.json:1: image 4 (id 4): no file_name: the image is not read",
		"gt.json:2: annotation 1 (id 1): box [5 5 10 4] (x, y, width, height) reaches out of the image of 10x20: clipped to [5 5 5 4]",
	}, messages(s))
	again, err := read(fsys, Options{Images: true})
	require.NoError(t, err)
	assert.Equal(t, s, again, "images at hand are looked at, asked for or not")
	delete(fsys, "a.png")
	delete(fsys, "b.png")
	s, err = read(fsys, Options{})
	require.NoError(t, err)
	assert.False(t, s.HasImages)
	assert.Equal(t, 20, s.Images[0].Width)
	assert.Empty(t, s.Problems, "no image is at hand")
}

func TestAFileAloneHasTheSplitOfItsNameIfAny(t *testing.T) {
	_, err := ReadCOCO(strings.NewReader(wrap("")), "a.json", Options{Splits: []Split{Val}})
	assert.ErrorContains(t, err, "no image of split val: the set has 1 images and no splits")
}
