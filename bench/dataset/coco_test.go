package dataset

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"detsample/anchors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCOCOIsReadWithItsIdsAndClassesInOrder(t *testing.T) {
	s, err := read(cocoSet(), Options{OnProblem: Refuse})
	require.NoError(t, err)
	assert.Equal(t, []string{"cat", "dog"}, s.Classes, "by category id, without the unused bird")
	assert.Equal(t, []string{"train2017/000000000001.jpg", "train2017/000000000002.jpg"}, names(s.Train))
	assert.Equal(t, []int64{11, 12}, []int64{s.Test[0].ID, s.Test[1].ID})
	assert.Equal(t, []Object{
		{Box: anchors.Box{0, 0, 32, 16}, Class: 1},
		{Box: anchors.Box{10, 10, 20, 20}, Class: 0},
	}, s.Train[0].Objects)
	require.Len(t, s.Problems, 1)
	assert.Equal(t, "1 of 3 listed classes have no object and are left out", s.Problems[0].Message)
}

// move renames files by their prefix.
func move(fsys fstest.MapFS, renames ...string) fstest.MapFS {
	for i := 0; i < len(renames); i += 2 {
		for name, f := range fsys {
			if rest, ok := strings.CutPrefix(name, renames[i]); ok {
				delete(fsys, name)
				fsys[renames[i+1]+rest] = f
			}
		}
	}
	return fsys
}

func TestCOCOLayoutsAreRecognised(t *testing.T) {
	train, val := "annotations/instances_train2017.json", "annotations/instances_val2017.json"
	for name, fsys := range map[string]fstest.MapFS{
		"COCO":                            cocoSet(),
		"images in a folder of their own": move(cocoSet(), "train2017/", "images/train2017/", "val2017/", "images/val2017/"),
		"Roboflow": move(cocoSet(), train, "train/_annotations.coco.json", val, "valid/_annotations.coco.json",
			"train2017/", "train/", "val2017/", "valid/"),
		"beside the images": move(cocoSet(), train, "train.json", val, "val.json", "train2017/", "", "val2017/", ""),
		"YOLO-like":         move(cocoSet(), train, "annotations/train.json", val, "annotations/val.json", "train2017/", "images/train/", "val2017/", "images/val/"),
		"test for held out": move(cocoSet(), val, "annotations/instances_test2017.json", "val2017/", "test2017/"),
		"all images in one": move(cocoSet(), "train2017/", "images/", "val2017/", "images/"),
		"with a byte order mark": func() fstest.MapFS {
			fsys := cocoSet()
			fsys[train] = file("\ufeff" + string(fsys[train].Data))
			return fsys
		}(),
	} {
		s, err := read(fsys, Options{OnProblem: Refuse})
		if assert.NoError(t, err, name) {
			assert.Equal(t, [2]int{2, 2}, [2]int{len(s.Train), len(s.Test)}, name)
			assert.Equal(t, int64(11), s.Test[0].ID, name)
		}
	}
}

func TestCOCOFilesThatAreNotBoxesAreNamedOrPassed(t *testing.T) {
	fsys := cocoSet()
	fsys["annotations/captions_train2017.json"] = file("{}")
	fsys["annotations/instances_val2017_results.json"] = file(" [{}]")
	s, err := read(fsys, Options{OnProblem: Refuse})
	require.NoError(t, err)
	assert.Equal(t, "annotations/captions_train2017.json", s.Problems[0].File)
}

func TestCOCOSingleFileIsSplit(t *testing.T) {
	var images, objects []string
	fsys := fstest.MapFS{}
	for i := range 10 {
		name := string(rune('a'+i)) + ".jpg"
		fsys["images/"+name] = &fstest.MapFile{Data: pictureJPEG(64, 32)}
		images = append(images, jsonImage(i, name))
		objects = append(objects, jsonObject(i, i, 7, 1, 1, 20, 20))
	}
	fsys["labels.json"] = cocoJSON(images, objects)
	s, err := read(fsys, Options{})
	require.NoError(t, err)
	assert.Equal(t, [2]int{8, 2}, [2]int{len(s.Train), len(s.Test)})
	again, err := read(fsys, Options{})
	require.NoError(t, err)
	assert.Equal(t, s, again)
}

func TestCOCOUnannotatedTestIsNotHeldOut(t *testing.T) {
	fsys := move(cocoSet(), "annotations/instances_val2017.json", "annotations/instances_test2017.json", "val2017/", "test2017/")
	fsys["annotations/instances_test2017.json"] = cocoJSON([]string{jsonImage(11, "000000000011.jpg")}, nil)
	s, err := read(fsys, Options{})
	require.NoError(t, err)
	assert.Equal(t, [2]int{1, 1}, [2]int{len(s.Train), len(s.Test)})
	assert.Equal(t, "its images are not annotated: not used", s.Problems[0].Message)
}

func TestCOCOAmbiguousFilesAreAnErrorWithARemedy(t *testing.T) {
	fsys := cocoSet()
	fsys["annotations/instances_train2014.json"] = fsys["annotations/instances_train2017.json"]
	_, err := read(fsys, Options{})
	assert.ErrorContains(t, err, "are both train annotations: move one away")

	_, err = read(move(cocoSet(), "annotations/instances_train2017.json", "annotations/instances_a.json"), Options{})
	assert.ErrorContains(t, err, `none for training: put "train" into its name`)
}

func TestCOCOCrowdIsIgnored(t *testing.T) {
	fsys := cocoSet()
	crowd := strings.Replace(jsonObject(1, 1, 7, 2, 2, 20, 20), `"iscrowd": 0`, `"iscrowd": 1`, 1)
	fsys["annotations/instances_train2017.json"] = cocoJSON([]string{jsonImage(1, "000000000001.jpg")}, []string{crowd, jsonObject(2, 1, 7, 1, 1, 5, 5)})
	s, err := read(fsys, Options{})
	require.NoError(t, err)
	assert.Equal(t, []bool{true, false}, []bool{s.Train[0].Objects[0].Ignore, s.Train[0].Objects[1].Ignore})
	train, _ := s.Stats()
	assert.Equal(t, [2]int{1, 1}, [2]int{train.Objects, train.Ignored})
}

func TestParseCOCOErrorNamesItsLine(t *testing.T) {
	for text, want := range map[string]struct {
		line    int
		message string
	}{
		"[]":                {1, "a COCO file is an object"},
		"\n{":               {2, "truncated"},
		"":                  {1, "truncated"},
		"{\n\"images\": 3}": {2, `"images": want an array, got number`},
		"{\"annotations\": [\n{\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"bbox\": [1,2,3,4]},\n{\"bbox\": [01]}]}": {3, "\"01\" is no JSON number"},
		"{\"images\": [\n{\"id\": 1, \"file_name\": \"a\"},\n{\"id\": 2,":                                                 {3, "truncated"},
	} {
		_, err := parseCOCO(strings.NewReader(text))
		var at *lineError
		require.ErrorAs(t, err, &at, "%q", text)
		assert.Equal(t, want.line, at.line, "%q", text)
		assert.ErrorContains(t, err, want.message, "%q", text)
	}
}

func TestParseCOCOReportsElementsOfTheWrongTypeAndGoesOn(t *testing.T) {
	doc, err := parseCOCO(strings.NewReader(`{"images": [
		{"id": "one", "file_name": "a"},
		{"id": 2, "file_name": "b"},
		{"file_name": "c"}
	], "annotations": [
		{"id": 1, "image_id": 2, "category_id": 1, "bbox": "1 2 3 4"},
		{"id": 2, "image_id": 2, "category_id": 1, "bbox": [1, 2, 3]},
		{"id": 3, "image_id": 2, "category_id": 1, "bbox": [1, 2, 3, 4], "iscrowd": "yes"},
		{"id": 4, "image_id": 2, "category_id": 1, "bbox": [1, 2, 3, 4], "iscrowd": true}
	]}`))
	require.NoError(t, err)
	assert.Len(t, doc.images, 1)
	require.Len(t, doc.objects, 1)
	assert.Equal(t, cocoObject{id: 4, image: 2, category: 1, box: [4]float64{1, 2, 3, 4}, crowd: true, line: 9}, doc.objects[0])
	var lines []int
	for _, f := range doc.faults {
		lines = append(lines, f.line)
	}
	assert.Equal(t, []int{2, 4, 6, 7, 8}, lines)
}

func TestParseCOCOEndsWhereReadingFails(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := parseCOCO(io.MultiReader(strings.NewReader(`{"images": [{"id": 1,`), iotest.ErrReader(broken)))
	assert.ErrorIs(t, err, broken)
}

func TestLinesAreRightAcrossManyBuffers(t *testing.T) {
	var objects []string
	for i := range 5000 {
		objects = append(objects, jsonObject(i, 1, 7, 0, 0, 1, 1))
	}
	doc, err := parseCOCO(iotest.OneByteReader(strings.NewReader(string(cocoJSON(nil, objects).Data))))
	require.NoError(t, err)
	for i, o := range doc.objects {
		require.Equal(t, 4+i, o.line)
	}
}

func FuzzParseCOCO(f *testing.F) {
	f.Add(string(cocoJSON([]string{jsonImage(1, "a.jpg")}, []string{jsonObject(1, 1, 7, 0, 0, 5, 5)}).Data))
	f.Add(`{"images": [null, 1, {"id": 1e99}], "annotations": {}, "categories": []}`)
	f.Add(`{"images": [], "images": [{"id": 1, "file_name": "../x"}], "annotations": [{"bbox": [1e308, 1e308, 1e308, -1]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := parseCOCO(strings.NewReader(text))
		if err != nil {
			var at *lineError
			require.ErrorAs(t, err, &at)
			require.Positive(t, at.line)
			return
		}
		c := cocoReader{fsys: fstest.MapFS{"a.jpg": file("")}, file: "x.json", dirs: imageDirs("x.json")}
		names, _ := c.categories(doc.categories)
		pictures, index := c.pictures(doc.images)
		c.place(doc.objects, names, pictures, index)
		for i := range pictures {
			require.Contains(t, []string{"", "a.jpg"}, pictures[i].file)
			requireSound(t, &pictures[i])
		}
	})
}

func TestCOCOCategoriesThatClashAreReported(t *testing.T) {
	fsys := cocoSet()
	fsys[trainA] = file(strings.Replace(string(fsys[trainA].Data), `{"id": 5, "name": "bird"}`,
		`{"id": 3, "name": "bird"}, {"id": 9, "name": "dog"}, {"id": 10}`, 1))
	s, err := read(fsys, Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"cat", "dog"}, s.Classes)
	var messages []string
	for _, p := range s.Problems {
		messages = append(messages, p.Message)
	}
	assert.Contains(t, messages, `category id 3 is both "cat" and "bird": the first counts`)
	assert.Contains(t, messages, `category 9 repeats the name "dog": both are one class`)
	assert.Contains(t, messages, `element of "categories": without id or name: left out`)
}
