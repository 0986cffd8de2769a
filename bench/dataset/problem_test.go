package dataset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	"degenerate box": {
		vocWith(vocA, xmlFile(xmlObject("dog", 5, 5, 5, 9), xmlObject("cat", 1, 1, 9, 9))),
		vocA, "object 1 (dog): box [5 5 5 9] is degenerate", 3, 3,
	},
	"box with NaN": {
		vocWith(vocA, xmlFile(xmlObject("cat", 1, 1, 9, 9), xmlObject("dog", "nan", 5, 8, 9))),
		vocA, "object 2 (dog): box [NaN 5 8 9] is not finite", 4, 3,
	},
	"box that is no number": {
		vocWith(vocA, xmlFile(xmlObject("dog", "left", 5, 8, 9))),
		vocA, "is not finite", 3, 2,
	},
	"infinite box": {
		vocWith(vocA, xmlFile(xmlObject("dog", 1, 5, "1e999", 9))),
		vocA, "is not finite", 3, 2,
	},
	"object without a box": {
		vocWith(vocA, []byte("<annotation><object><name>dog</name></object></annotation>")),
		vocA, "is not finite", 1, 2,
	},
	"object without a class": {
		vocWith(vocA, xmlFile(xmlObject(" ", 1, 5, 8, 9))),
		vocA, "object 1 (): no class name: left out", 3, 2,
	},
	"box mostly outside": {
		vocWith(vocA, xmlFile(xmlObject("dog", 61, 1, 100, 9))),
		vocA, "90% of box [60 0 100 9] lies outside the image of 64x32: clipped to it", 3, 3,
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
		vocWith(vocA, []byte("<annotation><size><width>32</width><height>64</height></size>"+xmlObject("dog", 1, 1, 9, 9)+"</annotation>")),
		vocA, "says 32x64, but the image JPEGImages/a.jpg is 64x32", 0, 3,
	},
	"missing image": {
		vocWith(jpegA, nil),
		vocA, "its image is missing: want JPEGImages/a.jpg or .png", 0, 2,
	},
	"missing annotation": {
		vocWith(vocA, nil),
		vocA, "missing: image left out", 0, 2,
	},
	"truncated image": {
		vocWith(jpegA, pictureJPEG(640, 480)[:1000]),
		jpegA, "broken jpeg: invalid JPEG format: short Huffman data: image left out", 0, 2,
	},
	"empty image": {
		vocWith(jpegA, []byte{}),
		jpegA, "neither JPEG nor PNG: image left out", 0, 2,
	},
	"image of another format": {
		vocWith(jpegA, []byte("BM and so on")),
		jpegA, "neither JPEG nor PNG: image left out", 0, 2,
	},
	"huge image": {
		vocWith(jpegA, claimPNG(60000, 60000)),
		jpegA, "claims 60000x60000 pixels, the limit (Options.MaxPixels) is 64000000: image left out", 0, 2,
	},
	"listed twice": {
		vocWith("ImageSets/Main/train.txt", []byte("a\nb\na\n")),
		jpegA, "already listed for training: left out of training", 0, 4,
	},
	"trained and tested on": {
		vocWith("ImageSets/Main/train.txt", []byte("a\nb\nc\n")),
		"JPEGImages/c.jpg", "already listed for test: left out of training", 0, 4,
	},
	"list that leads out": {
		vocWith("ImageSets/Main/train.txt", []byte("a\nb\n../../etc/passwd\n")),
		"ImageSets/Main", `image name "../../etc/passwd" leads out of the set's folder`, 0, 4,
	},
	"file name that leads out": {
		cocoWith([]string{jsonImage(1, "000000000001.jpg"), jsonImage(2, "../../../etc/passwd")}, jsonObject(1, 1, 7, 0, 0, 9, 9), jsonObject(2, 2, 7, 0, 0, 9, 9)),
		trainA, `image 2: file name "../../../etc/passwd" leads out of the set's folder: left out`, 9, 1,
	},
	"absolute file name": {
		cocoWith([]string{jsonImage(1, "000000000001.jpg"), jsonImage(2, "/etc/passwd")}, jsonObject(1, 1, 7, 0, 0, 9, 9)),
		trainA, `image 2: file name "/etc/passwd" leads out`, 8, 1,
	},
	"COCO image missing": {
		cocoWith([]string{jsonImage(1, "000000000001.jpg"), jsonImage(2, "x.jpg")}, jsonObject(1, 1, 7, 0, 0, 9, 9)),
		trainA, "image 2: x.jpg is in none of the folders", 8, 1,
	},
	"image id repeated": {
		cocoWith([]string{jsonImage(1, "000000000001.jpg"), jsonImage(1, "000000000002.jpg")}, jsonObject(1, 1, 7, 0, 0, 9, 9)),
		trainA, "image id 1 of 000000000002.jpg is already that of train2017/000000000001.jpg: left out", 8, 1,
	},
	"annotation repeated": {
		cocoWith(nil, jsonObject(1, 1, 7, 0, 0, 9, 9), jsonObject(1, 1, 7, 0, 0, 9, 9)),
		trainA, "annotation 1 is there twice: the first counts", 5, 1,
	},
	"annotation ids all alike": {
		cocoWith(nil, jsonObject(0, 1, 7, 0, 0, 9, 9), jsonObject(0, 1, 7, 1, 1, 9, 9), jsonObject(0, 2, 7, 0, 0, 9, 9)),
		trainA, "2 annotations have the id of another one, such as 0: all are used", 0, 3,
	},
	"annotation without its image": {
		cocoWith(nil, jsonObject(1, 1, 7, 0, 0, 9, 9), jsonObject(2, 99, 7, 0, 0, 9, 9)),
		trainA, "annotation 2: no image has its image_id 99: left out", 5, 1,
	},
	"annotation without its category": {
		cocoWith(nil, jsonObject(1, 1, 7, 0, 0, 9, 9), jsonObject(2, 1, 99, 0, 0, 9, 9)),
		trainA, "annotation 2: no category has its category_id 99: left out", 5, 1,
	},
	"COCO box of no height": {
		cocoWith(nil, jsonObject(1, 1, 7, 0, 0, 9, 9), jsonObject(2, 1, 7, 3, 4, 9, 0)),
		trainA, "annotation 2 (dog): box [3 4 12 4] is degenerate", 5, 1,
	},
	"element of the wrong type": {
		cocoWith(nil, jsonObject(1, 1, 7, 0, 0, 9, 9), `{"id": 2, "image_id": "one"}`),
		trainA, `element of "annotations": image_id: want a whole number, got string`, 5, 1,
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

func TestSkipReportsEachProblemAndReadsTheRest(t *testing.T) {
	for name, c := range spoilt {
		t.Run(name, func(t *testing.T) {
			s, err := read(c.set(), Options{})
			require.NoError(t, err)
			var defects []Problem
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
		})
	}
}

func TestRefuseMakesTheProblemTheError(t *testing.T) {
	for name, c := range spoilt {
		_, err := read(c.set(), Options{OnProblem: Refuse})
		var p Problem
		if assert.ErrorAs(t, err, &p, name) {
			assert.Equal(t, c.file, p.File, name)
			assert.ErrorContains(t, err, c.message, name)
		}
	}
}

func TestBrokenCOCOFileIsAnErrorUnderEitherPolicy(t *testing.T) {
	fsys := cocoSet()
	fsys[trainA] = file("{\"images\": [\n{\"id\": 1]}")
	_, err := read(fsys, Options{})
	assert.ErrorContains(t, err, trainA+":2: ']' where a comma or '}' comes")
}

func TestClassesNotChosenAreCountedOnce(t *testing.T) {
	s, err := read(vocSet(), Options{Classes: []string{"dog"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"dog"}, s.Classes)
	require.Len(t, s.Problems, 1)
	assert.Equal(t, vocA+`: class "cat" is not among the classes chosen: 4 objects left out`, s.Problems[0].String())

	_, err = read(vocSet(), Options{Classes: []string{"dog"}, OnProblem: Refuse})
	assert.ErrorContains(t, err, `class "cat" is not among`)

	s, err = read(vocSet(), Options{Classes: []string{"dog", "cat"}, OnProblem: Refuse})
	require.NoError(t, err)
	assert.Equal(t, int32(0), s.Train[0].Objects[0].Class, "the order is the caller's")

	_, err = read(vocSet(), Options{Classes: []string{"dgo"}})
	assert.ErrorContains(t, err, `no object of class "dgo": Options.Classes may name "cat", "dog"`)
}

func TestSetWithoutUseIsAnErrorWithARemedy(t *testing.T) {
	empty := fstest.MapFS{"readme.txt": file("hello")}
	_, err := read(empty, Options{})
	assert.ErrorContains(t, err, "want Annotations/*.xml (Pascal VOC) or a COCO *.json")

	nested := fstest.MapFS{"VOC2007/Annotations/a.xml": file("")}
	_, err = read(nested, Options{})
	assert.ErrorContains(t, err, "the folder VOC2007 has one: open that")

	bare := vocSet()
	for _, name := range []string{"a", "b", "c", "d"} {
		bare["Annotations/"+name+".xml"] = &fstest.MapFile{Data: xmlFile()}
	}
	_, err = read(bare, Options{})
	assert.ErrorContains(t, err, "no annotated object: annotate more images")

	broken := vocSet()
	for _, name := range []string{"c", "d"} {
		broken["JPEGImages/"+name+".jpg"] = file("no image")
	}
	_, err = read(broken, Options{})
	assert.ErrorContains(t, err, "2 training and 0 test images are usable")
	assert.ErrorContains(t, err, "JPEGImages/c.jpg: neither JPEG nor PNG")
}

func TestOptionsOutOfRangeAreNamed(t *testing.T) {
	for want, o := range map[string]Options{
		"Options.Size is -1":      {Size: -1},
		"Options.Multiple is -1":  {Multiple: -1},
		"Options.MaxPixels is -1": {MaxPixels: -1},
		"Options.MaxTrain":        {MaxTrain: -1},
		"Options.OnProblem is 7":  {OnProblem: 7},
		"Options.Classes":         {Classes: []string{"a", "a"}},
	} {
		_, err := Open(t.TempDir(), o)
		assert.ErrorContains(t, err, want)
	}
}

// onDisk writes a set into a folder of its own.
func onDisk(t testing.TB, fsys fstest.MapFS) string {
	dir := t.TempDir()
	for name, f := range fsys {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, f.Data, 0o644))
	}
	return dir
}

func TestLinksOutOfTheFolderAreNotFollowed(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.jpg")
	require.NoError(t, os.WriteFile(secret, pictureJPEG(64, 32), 0o644))
	dir := onDisk(t, vocSet())
	link := filepath.Join(dir, "JPEGImages", "a.jpg")
	require.NoError(t, os.Remove(link))
	if err := os.Symlink(secret, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"JPEGImages/b.jpg"}, names(s.Train))
	assert.Len(t, s.Problems, 1)
}

func TestFolderThatIsMissingIsNamed(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), "nowhere"), Options{})
	assert.ErrorContains(t, err, "nowhere")
	assert.ErrorContains(t, err, "name a folder that holds a VOC or COCO set")
}

func TestProblemPrintsWhatIsKnown(t *testing.T) {
	assert.Equal(t, "a.xml:3: object 1 (cat): gone", Problem{File: "a.xml", Line: 3, Object: "object 1 (cat)", Message: "gone"}.String())
	assert.Equal(t, "gone", Problem{Message: "gone"}.String())
	assert.True(t, strings.HasPrefix(Problem{File: "a.xml", Message: "gone"}.Error(), "a.xml: "))
}
