package dataset

import (
	"image"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

func TestVOCIsReadWithOneBasedInclusiveBoxes(t *testing.T) {
	s, err := read(t, vocSet(), Options{})
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, []string{"cat", "dog"}, s.Classes)
	assert.Equal(t, []string{"JPEGImages/a.jpg", "JPEGImages/b.jpg"}, names(s.Train))
	assert.Equal(t, []string{"JPEGImages/c.jpg", "JPEGImages/d.jpg"}, names(s.Test))
	assert.Equal(t, []Object{
		{Box: anchors.Box{0, 0, 32, 16}, Class: 1},
		{Box: anchors.Box{10, 10, 20, 20}, Class: 0},
	}, s.Train[0].Objects)
	assert.Equal(t, []int64{1, 2}, []int64{s.Train[0].ID, s.Train[1].ID})
}

func TestVOCListsChooseTheSplits(t *testing.T) {
	for name, c := range map[string]struct{ lists, train, test string }{
		"test and trainval":          {"trainval:a b c;train:a;val:b c;test:d", "abc", "d"},
		"test, train and val":        {"train:a;val:b;test:c d", "ab", "cd"},
		"test alone":                 {"test:c", "abd", "c"},
		"test without annotation":    {"train:a b;val:c d;test:x y", "ab", "cd"},
		"train and val":              {"train:a b c;val:d", "abc", "d"},
		"trainval and val":           {"trainval:a b c d;val:c", "abd", "c"},
		"flags of a list by class":   {"train:a -1,b 1;val:c 1,d 0", "ab", "cd"},
		"an image in both is tested": {"train:a b c;val:c d", "ab", "cd"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := vocSet()
			delete(fsys, "ImageSets/Main/train.txt")
			delete(fsys, "ImageSets/Main/val.txt")
			for _, list := range strings.Split(c.lists, ";") {
				to, content, _ := strings.Cut(list, ":")
				sep := " "
				if strings.Contains(content, ",") {
					sep = ","
				}
				fsys["ImageSets/Main/"+to+".txt"] = file(strings.ReplaceAll(content, sep, "\n"))
			}
			s, err := read(t, fsys, Options{})
			require.NoError(t, err)
			short := func(images []Image) (out string) {
				for _, n := range names(images) {
					out += strings.TrimSuffix(strings.TrimPrefix(n, "JPEGImages/"), ".jpg")
				}
				return out
			}
			assert.Equal(t, [2]string{c.train, c.test}, [2]string{short(s.Train), short(s.Test)})
		})
	}
}

func TestVOCWithoutListsHoldsOutTheSameFifthEveryTime(t *testing.T) {
	fsys := vocSet()
	delete(fsys, "ImageSets/Main/train.txt")
	delete(fsys, "ImageSets/Main/val.txt")
	for i := range 16 {
		name := string(rune('e' + i))
		fsys["Annotations/"+name+".xml"] = fsys["Annotations/a.xml"]
		fsys["JPEGImages/"+name+".jpg"] = &fstest.MapFile{Data: namedJPEG(64, 32, name)}
	}
	s, err := read(t, fsys, Options{})
	require.NoError(t, err)
	again, err := read(t, fsys, Options{Refuse: true}) // a notice is no problem
	require.NoError(t, err)
	assert.Len(t, s.Train, 16)
	assert.Len(t, s.Test, 4)
	assert.Equal(t, names(s.Test), names(again.Test))
	require.Len(t, s.Problems, 1)
	assert.True(t, s.Problems[0].Notice)
	assert.Contains(t, s.Problems[0].Message, "no split is held out: 4 of 20 images are, by a hash of their names")
}

func TestVOCDifficultObjectIsIgnoredAndAPartIsNoObject(t *testing.T) {
	fsys := vocSet()
	fsys["Annotations/a.xml"] = file(`<annotation><object>
		<name>dog</name><difficult>1</difficult>
		<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></part>
		<bndbox><xmin>2</xmin><ymin>3</ymin><xmax>4.5</xmax><ymax>5</ymax></bndbox>
	</object></annotation>`)
	s, err := read(t, fsys, Options{})
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, []Object{{Box: anchors.Box{1, 2, 4.5, 5}, Class: 1, Ignore: true}}, s.Train[0].Objects)
}

func TestVOCImageIsFoundByItsNameOrByItsFilename(t *testing.T) {
	fsys := vocSet()
	fsys["JPEGImages/shot 1.jpg"] = fsys["JPEGImages/a.jpg"]
	delete(fsys, "JPEGImages/a.jpg")
	fsys["Annotations/a.xml"] = file("<annotation><filename>shot 1.jpg</filename>" + xmlObject("dog", 1, 1, 9, 9) + "</annotation>")
	fsys["JPEGImages/b.png"] = &fstest.MapFile{Data: picturePNG(64, 32, image.Rectangle{})}
	delete(fsys, "JPEGImages/b.jpg")
	s, err := read(t, fsys, Options{})
	require.NoError(t, err)
	assert.Empty(t, s.Problems)
	assert.Equal(t, []string{"JPEGImages/shot 1.jpg", "JPEGImages/b.png"}, names(s.Train))
}

func TestCOCOIsReadWithItsIdsAndClassesInOrder(t *testing.T) {
	s, err := read(t, cocoSet(), Options{Refuse: true})
	require.NoError(t, err)
	assert.Equal(t, []string{"cat", "dog"}, s.Classes, "by category id, without the unused bird")
	assert.Equal(t, []string{"train2017/000000000001.jpg", "train2017/000000000002.jpg"}, names(s.Train))
	assert.Equal(t, []int64{11, 12}, []int64{s.Test[0].ID, s.Test[1].ID})
	assert.Equal(t, []Object{
		{Box: anchors.Box{0, 0, 32, 16}, Class: 1},
		{Box: anchors.Box{10, 10, 20, 20}, Class: 0},
	}, s.Train[0].Objects)
	require.Len(t, s.Problems, 1)
	assert.Equal(t, `1 of 3 categories has no object: "bird"`, s.Problems[0].Message)
}

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
		s, err := read(t, fsys, Options{Refuse: true})
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
	s, err := read(t, fsys, Options{Refuse: true})
	require.NoError(t, err)
	assert.Equal(t, "annotations/captions_train2017.json", s.Problems[0].File)
}

func TestCOCOSingleFileIsSplit(t *testing.T) {
	var images, objects []string
	fsys := fstest.MapFS{}
	for i := range 10 {
		name := string(rune('a'+i)) + ".jpg"
		fsys["images/"+name] = &fstest.MapFile{Data: namedJPEG(64, 32, name)}
		images = append(images, jsonImage(i, name))
		objects = append(objects, jsonObject(i, i, 7, 1, 1, 20, 20))
	}
	fsys["labels.json"] = cocoJSON(images, objects)
	s, err := read(t, fsys, Options{})
	require.NoError(t, err)
	assert.Equal(t, [2]int{8, 2}, [2]int{len(s.Train), len(s.Test)})
	again, err := read(t, fsys, Options{})
	require.NoError(t, err)
	again.Name, again.annotated = s.Name, s.annotated // folders of their own
	assert.Equal(t, s, again)
}

func TestCOCOUnannotatedTestIsNotHeldOut(t *testing.T) {
	fsys := move(cocoSet(), "annotations/instances_val2017.json", "annotations/instances_test2017.json", "val2017/", "test2017/")
	fsys["annotations/instances_test2017.json"] = cocoJSON([]string{jsonImage(11, "000000000011.jpg")}, nil)
	s, err := read(t, fsys, Options{})
	require.NoError(t, err)
	assert.Equal(t, [2]int{1, 1}, [2]int{len(s.Train), len(s.Test)})
	assert.Equal(t, "the 1 images of test are not annotated: not used", s.Problems[1].Message)
}

func TestCOCOAmbiguousFilesAreAnErrorWithARemedy(t *testing.T) {
	fsys := cocoSet()
	fsys["annotations/instances_train2014.json"] = fsys["annotations/instances_train2017.json"]
	_, err := read(t, fsys, Options{})
	assert.ErrorContains(t, err, "are both train annotations: name the one to read, or move one away")

	_, err = read(t, move(cocoSet(), "annotations/instances_train2017.json", "annotations/instances_a.json"), Options{})
	assert.ErrorContains(t, err, `none for training and 1 of no split: name the one to read, or put "train" into a name`)
}

func TestCOCOCrowdIsIgnored(t *testing.T) {
	fsys := cocoSet()
	crowd := strings.Replace(jsonObject(1, 1, 7, 2, 2, 20, 20), `"iscrowd": 0`, `"iscrowd": 1`, 1)
	fsys["annotations/instances_train2017.json"] = cocoJSON([]string{jsonImage(1, "000000000001.jpg")}, []string{crowd, jsonObject(2, 1, 7, 1, 1, 5, 5)})
	s, err := read(t, fsys, Options{})
	require.NoError(t, err)
	assert.Equal(t, []bool{true, false}, []bool{s.Train[0].Objects[0].Ignore, s.Train[0].Objects[1].Ignore})
	train, _ := s.Stats()
	assert.Equal(t, [2]int{1, 1}, [2]int{train.Objects, train.Ignored})
}
