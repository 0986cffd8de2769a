package dataset

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/annotations"
)

const (
	vocA   = "Annotations/a.xml"
	trainA = "annotations/instances_train2017.json"
	jpegA  = "JPEGImages/a.jpg"
)

// spoilt are sets with one thing wrong each. The problem is found in file and
// says message; objects are left in training, of the 4 that a sound set has.
var spoilt = map[string]struct {
	set           func() fstest.MapFS
	file, message string
	line, objects int
}{
	"box of no width": {
		vocWith(vocA, xmlFile(xmlObject("dog", 5, 5, 5, 9), xmlObject("cat", 1, 1, 9, 9))),
		vocA, "object 1 (dog): box [5 5 0 4] (x, y, width, height) has no width: left out", 3, 3,
	},
	"object without a box": {
		vocWith(vocA, []byte("<annotation><object><name>dog</name></object></annotation>")),
		vocA, "object 1 (dog): no <bndbox>: left out", 1, 2,
	},
	"box mostly outside": {
		vocWith(vocA, xmlFile(xmlObject("dog", 61, 1, 100, 9))),
		vocA, "box [60 0 40 9] (x, y, width, height) reaches out of the image of 64x32: clipped to [60 0 4 9]", 3, 3,
	},
	"box wholly outside": {
		vocWith(vocA, xmlFile(xmlObject("dog", 70, 1, 100, 9))),
		vocA, "lies outside the image of 64x32: left out", 3, 2,
	},
	"XML syntax": {
		vocWith(vocA, []byte("<annotation>\n<object>\n</annotation>")),
		vocA, "XML syntax error: element <object> closed by </annotation>: image left out", 3, 2,
	},
	"size that disagrees": {
		vocWith(vocA, []byte("<annotation><size><width>33</width><height>64</height></size>"+xmlObject("dog", 1, 1, 9, 9)+"</annotation>")),
		vocA, "says 33x64, but the image JPEGImages/a.jpg is 64x32", 0, 3,
	},
	"missing image": {
		vocWith(jpegA, nil),
		vocA, "its image is missing: want JPEGImages/a.jpg", 0, 2,
	},
	"truncated image": {
		vocWith(jpegA, pictureJPEG(64, 32)[:625]),
		jpegA, "broken jpeg: it ends too early: image left out", 0, 2,
	},
	"empty image": {
		vocWith(jpegA, []byte{}),
		jpegA, "it is an empty file, which is not read: want JPEG, PNG", 0, 2,
	},
	"image of another format": {
		vocWith(jpegA, []byte("8BPS and so on")),
		jpegA, "it is a Photoshop file, which is not read", 0, 2,
	},
	"huge image": {
		func() fstest.MapFS {
			fsys := vocSet()
			fsys[vocA] = file("<annotation>" + xmlObject("dog", 1, 1, 9, 9) + "</annotation>")
			fsys[jpegA] = &fstest.MapFile{Data: claimPNG(60000, 60000)}
			return fsys
		},
		jpegA, "its header claims 60000x60000 pixels, more than the 64000000 that are decoded: image left out", 0, 2,
	},
	"listed twice": {
		vocWith("ImageSets/Main/train.txt", []byte("a\nb\na\n")),
		"ImageSets/Main/train.txt", `"a" is listed twice: once counts`, 3, 4,
	},
	"trained and tested on": {
		vocWith("ImageSets/Main/train.txt", []byte("a\nb\nc\n")),
		"ImageSets/Main/train.txt", `"c" is in val.txt too: left out here`, 3, 4,
	},
	"missing annotation": {
		vocWith(vocA, nil),
		"ImageSets/Main/train.txt", `"a" is the name of no annotation: left out`, 1, 2,
	},
	"COCO image missing": {
		cocoWith([]string{jsonImage(1, "000000000001.jpg"), jsonImage(2, "x.jpg")}, jsonObject(1, 1, 7, 0, 0, 9, 9)),
		trainA, "image 2 (id 2): x.jpg is in none of the folders", 8, 1,
	},
	"annotation without its image": {
		cocoWith(nil, jsonObject(1, 1, 7, 0, 0, 9, 9), jsonObject(2, 99, 7, 0, 0, 9, 9)),
		trainA, "annotation 2 (id 2): no image has its image_id 99: left out", 5, 1,
	},
	"image of both splits": {
		cocoWith([]string{jsonImage(1, "000000000001.jpg"), jsonImage(2, "000000000011.jpg")}, jsonObject(1, 1, 7, 0, 0, 9, 9)),
		"val2017/000000000011.jpg", "already listed for test: left out of training", 0, 1,
	},
}

// vocWith returns a sound set with one file's content replaced; nil removes it.
func vocWith(name string, content []byte) func() fstest.MapFS {
	return func() fstest.MapFS {
		fsys := vocSet()
		if content == nil {
			delete(fsys, name)
		} else {
			fsys[name] = &fstest.MapFile{Data: content}
		}
		return fsys
	}
}

// cocoWith returns a sound set with other training annotations; images nil
// keeps its images.
func cocoWith(images []string, objects ...string) func() fstest.MapFS {
	return func() fstest.MapFS {
		fsys := cocoSet()
		if images == nil {
			images = []string{jsonImage(1, "000000000001.jpg"), jsonImage(2, "000000000002.jpg")}
		}
		fsys[trainA] = cocoJSON(images, objects)
		return fsys
	}
}

func TestEachProblemIsReportedAndTheRestRead(t *testing.T) {
	for name, c := range spoilt {
		t.Run(name, func(t *testing.T) {
			s, err := read(t, c.set(), Options{})
			require.NoError(t, err)
			var defects []annotations.Problem
			for _, p := range s.Problems {
				if !p.Notice {
					defects = append(defects, p)
				}
			}
			require.Len(t, defects, 1, "%v", s.Problems)
			assert.Equal(t, c.file, defects[0].File)
			assert.Contains(t, defects[0].String(), c.message)
			assert.Equal(t, c.line, defects[0].Line)
			train, test := s.Stats()
			assert.Equal(t, [2]int{c.objects, 4}, [2]int{train.Objects, test.Objects})

			_, err = read(t, c.set(), Options{Refuse: true})
			var p annotations.Problem
			require.ErrorAs(t, err, &p)
			assert.Equal(t, defects[0], p)
		})
	}
}

func TestBrokenCOCOFileIsAnErrorThatTellsWhatWasFoundBefore(t *testing.T) {
	fsys := cocoSet()
	fsys[trainA] = file("{\"images\": [\n7,\n{\"id\": 1]}")
	_, err := read(t, fsys, Options{})
	assert.ErrorContains(t, err, trainA+":3: ']' where a comma or '}' comes")
	require.Len(t, annotations.Noted(err), 1)
	assert.Contains(t, annotations.Noted(err)[0].String(), trainA+":2: image 1: want an object, got number")
}

func TestCrowdsOfAClassNotChosenAreNoObjectsOfIt(t *testing.T) {
	fsys := cocoSet()
	whole := string(fsys[trainA].Data)
	crowd := jsonObject(3, 1, 3, 10, 10, 10, 10)
	require.Contains(t, whole, crowd)
	fsys[trainA] = file(strings.Replace(whole, crowd, strings.Replace(crowd, `"iscrowd": 0`, `"iscrowd": 1`, 1), 1))
	s, err := read(t, fsys, Options{Classes: []string{"dog"}})
	require.NoError(t, err)
	require.Len(t, s.Problems, 2)
	assert.Equal(t, trainA+`: class "cat" is not among the classes chosen: 3 objects left out; 1 crowd or ignored object besides`, s.Problems[1].String())
}

func TestClassesNotChosenAreCountedOnce(t *testing.T) {
	s, err := read(t, vocSet(), Options{Classes: []string{"dog"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"dog"}, s.Classes)
	require.Len(t, s.Problems, 1)
	assert.Equal(t, vocA+`: class "cat" is not among the classes chosen: 4 objects left out`, s.Problems[0].String())

	_, err = read(t, vocSet(), Options{Classes: []string{"dog"}, Refuse: true})
	assert.ErrorContains(t, err, `class "cat" is not among`)

	s, err = read(t, vocSet(), Options{Classes: []string{"dog", "cat"}, Refuse: true})
	require.NoError(t, err)
	assert.Equal(t, int32(0), s.Train[0].Objects[0].Class, "the order is the caller's")

	_, err = read(t, vocSet(), Options{Classes: []string{"dgo"}})
	assert.ErrorContains(t, err, `no object of class "dgo": Options.Classes may name "cat", "dog"`)
}

func TestSetWithoutUseIsAnErrorWithARemedy(t *testing.T) {
	empty := fstest.MapFS{"readme.txt": file("hello")}
	_, err := read(t, empty, Options{})
	assert.ErrorContains(t, err, "want Annotations/*.xml (Pascal VOC), labels/*.txt beside images (YOLO) or a COCO JSON file")

	bare := vocSet()
	for _, name := range []string{"a", "b", "c", "d"} {
		bare["Annotations/"+name+".xml"] = &fstest.MapFile{Data: xmlFile()}
	}
	_, err = read(t, bare, Options{})
	assert.ErrorContains(t, err, "no annotated object: annotate more images")

	broken := vocSet()
	for _, name := range []string{"a", "b", "c", "d"} {
		broken["JPEGImages/"+name+".jpg"] = file("no image")
	}
	_, err = read(t, broken, Options{})
	assert.ErrorContains(t, err, "none of its 4 images is there to be read; the first of 4 problems: JPEGImages/a.jpg: it is text")
	assert.Len(t, annotations.Noted(err), 4)

	yolo := yoloSet(2, 1)
	for name := range yolo {
		if strings.HasSuffix(name, ".jpg") {
			yolo[name] = file("no image")
		}
	}
	_, err = read(t, yolo, Options{})
	assert.ErrorContains(t, err, "none of its 3 images is there to be read; the first of 3 problems: ")
}

func TestAFolderOfAnotherFolderIsRead(t *testing.T) {
	nested := fstest.MapFS{}
	for name, f := range vocSet() {
		nested["VOC2007/"+name] = f
	}
	s, err := read(t, nested, Options{})
	require.NoError(t, err)
	assert.Len(t, s.Train, 2)
	nested["VOC2012/Annotations/a.xml"] = file("")
	_, err = read(t, nested, Options{})
	assert.ErrorContains(t, err, "2 sets of Pascal VOC, in VOC2007 and VOC2012: open one of them")
}

func TestOptionsOutOfRangeAreNamed(t *testing.T) {
	for want, o := range map[string]Options{
		"Options.Size is -1":      {Size: -1},
		"Options.Multiple is -1":  {Multiple: -1},
		"Options.MaxPixels is -1": {MaxPixels: -1},
		"Options.MaxTrain":        {MaxTrain: -1},
		"Options.Classes":         {Classes: []string{"a", "a"}},
	} {
		_, err := Open(t.Context(), t.TempDir(), o)
		assert.ErrorContains(t, err, want)
	}
}

func TestLinksOutOfTheFolderAreFollowedWhereAskedFor(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.jpg")
	require.NoError(t, os.WriteFile(secret, pictureJPEG(64, 32), 0o644))
	dir := onDisk(t, vocSet())
	link := filepath.Join(dir, "JPEGImages", "a.jpg")
	require.NoError(t, os.Remove(link))
	if err := os.Symlink(secret, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	s, err := Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"JPEGImages/b.jpg"}, names(s.Train))
	require.Len(t, s.Problems, 2)
	assert.Contains(t, s.Problems[0].String(), "JPEGImages/a.jpg: a link to "+secret)
	s, err = Open(t.Context(), dir, Options{FollowLinks: true})
	require.NoError(t, err)
	assert.Len(t, s.Train, 2)
	assert.Empty(t, s.Problems)
}

func TestLoadingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(ctx, onDisk(t, vocSet()), Options{})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestFolderThatIsMissingIsNamed(t *testing.T) {
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "nowhere"), Options{})
	assert.ErrorContains(t, err, "nowhere: no such file: name a COCO or LVIS JSON file, or a folder of")
}
