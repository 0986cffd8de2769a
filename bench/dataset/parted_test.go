package dataset

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/tiff"

	"detsample/bench/annotations"
)

// said returns the problems that have a text.
func said(list []annotations.Problem, text string) (found []annotations.Problem) {
	for _, p := range list {
		if strings.Contains(p.Message, text) {
			found = append(found, p)
		}
	}
	return found
}

// yoloSet returns so many images of each split, all different, with an object of
// class 0 each.
func yoloSet(train, val int) fstest.MapFS {
	fsys := fstest.MapFS{"data.yaml": file("names: [red, blue, Red]\ntrain: images/train\nval: images/val\n")}
	for split, n := range map[string]int{"train": train, "val": val} {
		for i := range n {
			name := fmt.Sprintf("%s/%s%d", split, split, i)
			fsys["images/"+name+".jpg"] = &fstest.MapFile{Data: namedJPEG(64, 32, name)}
			fsys["labels/"+name+".txt"] = file("0 0.5 0.5 0.25 0.5\n")
		}
	}
	return fsys
}

// checked returns what looking at its files says of a set on disk.
func checked(t *testing.T, dir string) []annotations.Problem {
	a, err := annotations.Open(dir, annotations.Options{})
	require.NoError(t, err)
	files, err := Look(t.Context(), a)
	require.NoError(t, err)
	require.NoError(t, files.Strike(t.Context()))
	return a.Problems
}

func TestTestImagesThatAreTrainedOnAreSaid(t *testing.T) {
	const text = "the same bytes as a training image"
	fsys := yoloSet(6, 3)
	dir := onDisk(t, fsys)
	s, err := Open(t.Context(), dir, Options{Refuse: true})
	require.NoError(t, err)
	assert.Empty(t, said(s.Problems, text))
	assert.Empty(t, said(checked(t, dir), text))
	for i := range 2 {
		fsys[fmt.Sprintf("images/train/dup%d.jpg", i)] = fsys[fmt.Sprintf("images/val/val%d.jpg", i+1)]
		fsys[fmt.Sprintf("labels/train/dup%d.txt", i)] = fsys[fmt.Sprintf("labels/val/val%d.txt", i+1)]
	}
	dir = onDisk(t, fsys)
	s, err = Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	assert.Equal(t, [2]int{8, 3}, [2]int{len(s.Train), len(s.Test)}, "none is dropped")
	for _, list := range [][]annotations.Problem{s.Problems, checked(t, dir)} {
		found := said(list, text)
		require.Len(t, found, 1)
		assert.Equal(t, "2 of 3 val images have the same bytes as a training image, first images/val/val1.jpg = images/train/dup0.jpg: "+
			"what was learnt by heart counts as found; take these images out of train or out of val", found[0].String())
		assert.False(t, found[0].Notice)
	}
	_, err = Open(t.Context(), dir, Options{Refuse: true})
	assert.ErrorContains(t, err, text)
}

// repeated is a COCO set that has each of n images so many times, without a split.
func repeated(n, times int) fstest.MapFS {
	var images, objects []string
	fsys := fstest.MapFS{}
	for i := range n {
		for k := range times {
			id, name := i*times+k, fmt.Sprintf("%c%d.jpg", 'a'+k, i)
			fsys["images/"+name] = &fstest.MapFile{Data: namedJPEG(64, 32, fmt.Sprint(i+10))}
			images = append(images, jsonImage(id, name))
			objects = append(objects, jsonObject(id, id, 7, 1, 1, 20, 20))
		}
	}
	fsys["labels.json"] = cocoJSON(images, objects)
	return fsys
}

func TestCopiesOfAnImageAreHeldOutTogether(t *testing.T) {
	number := func(images []Image) map[string]bool {
		set := map[string]bool{}
		for _, im := range images {
			set[stem(im.Name)[1:]] = true
		}
		return set
	}
	apart := func(s *Set, n int) {
		train, test := number(s.Train), number(s.Test)
		assert.Len(t, train, n-len(test), "no image is on both sides")
	}
	for _, times := range []int{2, 3} {
		s, err := Open(t.Context(), onDisk(t, repeated(15, times)), Options{})
		require.NoError(t, err)
		apart(s, 15)
		assert.Len(t, s.Test, 3*times)
		assert.Empty(t, said(s.Problems, "the same bytes as a training image"))
		found := said(s.Problems, "have the same bytes as another")
		require.Len(t, found, 1)
		assert.Contains(t, found[0].Message, fmt.Sprintf("%d of %d images have the same bytes as another, such as images/a0.jpg = images/b0.jpg", 15*times, 15*times))

		v, err := s.Validation()
		require.NoError(t, err)
		apart(v, 12)
		assert.Len(t, v.Test, 2*times)
	}
	// Nor is one chosen without an object, where others have some.
	fsys := yoloSet(0, 0)
	for i, label := range []string{"", "", "", "0 0.5 0.5 0.25 0.5\n", "0 0.5 0.5 0.25 0.5\n"} {
		fsys[fmt.Sprintf("images/%d.jpg", i)] = &fstest.MapFile{Data: pictureJPEG(64, 32)}
		fsys[fmt.Sprintf("labels/%d.txt", i)] = file(label)
	}
	fsys["data.yaml"] = file("names: [x]")
	s, err := Open(t.Context(), onDisk(t, fsys), Options{})
	require.NoError(t, err)
	assert.Equal(t, [2]int{4, 1}, [2]int{len(s.Train), len(s.Test)})
	assert.Len(t, said(s.Problems, "1 of 1 test image has the same bytes as a training image"), 1)
	// One image alone cannot be on one side.
	s, err = Open(t.Context(), onDisk(t, repeated(1, 5)), Options{})
	require.NoError(t, err)
	assert.Len(t, said(s.Problems, "1 of 1 test image has the same bytes as a training image"), 1)
}

func TestWithoutCopiesTheNamesAloneChoose(t *testing.T) {
	s, err := Open(t.Context(), onDisk(t, repeated(20, 1)), Options{})
	require.NoError(t, err)
	want, _ := pick(indices(20), 4, saltSplit, func(i int) string { return fmt.Sprintf("a%d", i) })
	var got []int
	for _, im := range s.Test {
		got = append(got, int(im.ID))
	}
	assert.Equal(t, want, got)
	assert.Empty(t, said(s.Problems, "same bytes"))
}

func TestCopiesThatAreMoreThanAFifthAreTrainedOn(t *testing.T) {
	same := copies{}
	for i := range 60 {
		same[i] = 0
	}
	test, train := pickWhole(indices(100), 20, saltSplit, name, same)
	assert.Len(t, test, 20)
	assert.Subset(t, train, indices(60))
	pairs := copies{}
	for i := range 6 {
		pairs[i] = i &^ 1
	}
	test, _ = pickWhole(indices(6), 1, saltSplit, name, pairs)
	assert.Len(t, test, 2, "the copies of one, where no image is alone")
}

func TestAClassThatIsTestedAndNotTrainedIsSaid(t *testing.T) {
	yolo := yoloSet(4, 2)
	yolo["labels/val/val0.txt"] = file("2 0.5 0.5 0.25 0.5\n2 0.2 0.2 0.1 0.1\n1 0.5 0.5 0.25 0.5\n")
	voc := vocSet()
	for i, name := range []string{"c", "d"} {
		voc["Annotations/"+name+".xml"] = &fstest.MapFile{Data: xmlFile(xmlObject("Dog", 1, 1, 32, 16), xmlObject([]string{"cat", "bird"}[i], 11, 11, 20, 20))}
	}
	coco := cocoSet()
	coco["annotations/instances_val2017.json"] = file(strings.NewReplacer(`"name": "dog"`, `"name": " DOG "`, `"id": 7`, `"id": 17`, `"category_id": 7`, `"category_id": 17`).
		Replace(string(coco["annotations/instances_val2017.json"].Data)))
	for format, c := range map[string]struct {
		fsys fstest.MapFS
		want []string
	}{
		"YOLO": {yolo, []string{
			`class "blue" has 1 test object and none in training: its AP is 0, and the mean over classes counts it`,
			`class "Red" has 2 test objects and none in training, and class "red", whose name differs by case or blanks alone, has 4: the first one's AP is 0`}},
		"VOC": {voc, []string{
			`class "Dog" has 2 test objects and none in training, and class "dog", whose name differs by case or blanks alone, has 2`,
			`class "bird" has 1 test object and none in training: its AP is 0`}},
		"COCO": {coco, []string{`DOG`}},
	} {
		dir := onDisk(t, c.fsys)
		s, err := Open(t.Context(), dir, Options{})
		require.NoError(t, err, format)
		for _, list := range [][]annotations.Problem{s.Problems, checked(t, dir)} {
			found := said(list, "none in training")
			require.Len(t, found, len(c.want), format)
			for i := range found {
				assert.Contains(t, found[i].Message, c.want[i], format)
				assert.Equal(t, !strings.Contains(found[i].Message, "differs by"), found[i].Notice, "a name that is likely to be another's is a defect")
			}
		}
	}
	s, err := Open(t.Context(), onDisk(t, yoloSet(4, 2)), Options{})
	require.NoError(t, err)
	assert.Empty(t, said(s.Problems, "differ"))

	yolo["labels/train/train1.txt"] = file("2 0.5 0.5 0.25 0.5\n")
	s, err = Open(t.Context(), onDisk(t, yolo), Options{})
	require.NoError(t, err)
	found := said(s.Problems, "by case or blanks alone")
	require.Len(t, found, 1, "both are trained on")
	assert.Equal(t, `the classes "red" and "Red" differ by case or blanks alone, and are two; give both one name, if they are one`, found[0].Message)
}

func TestImagesThatFillTheLowEndOfSixteenBitsAreSaid(t *testing.T) {
	const text = "16 bits a channel"
	set := func(peak int, encode func(io.Writer, image.Image) error, extension string) string {
		fsys := yoloSet(3, 2)
		for i := range 2 {
			im := image.NewGray16(image.Rect(0, 0, 64, 32))
			im.SetGray16(5, 5+i, color.Gray16{uint16(peak - 10*i)})
			var b bytes.Buffer
			require.NoError(t, encode(&b, im))
			fsys[fmt.Sprintf("images/train/deep%d%s", i, extension)] = &fstest.MapFile{Data: b.Bytes()}
			fsys[fmt.Sprintf("labels/train/deep%d.txt", i)] = file("0 0.5 0.5 0.25 0.5\n")
		}
		return onDisk(t, fsys)
	}
	asTIFF := func(w io.Writer, im image.Image) error { return tiff.Encode(w, im, nil) }
	for extension, encode := range map[string]func(io.Writer, image.Image) error{".png": png.Encode, ".tif": asTIFF} {
		dir := set(4080, encode, extension)
		s, err := Open(t.Context(), dir, Options{})
		require.NoError(t, err)
		for _, list := range [][]annotations.Problem{s.Problems, checked(t, dir)} {
			found := said(list, text)
			require.Len(t, found, 1)
			assert.Equal(t, "2 of 2 images with 16 bits a channel use no value above 4080 of 65535, first images/train/deep0"+extension+
				": at 8 bits, as images are trained on, 16 levels are left of 256; multiply their values, by 16 for instance", found[0].String())
		}
	}
	s, err := Open(t.Context(), set(60000, png.Encode, ".png"), Options{})
	require.NoError(t, err)
	assert.Empty(t, said(s.Problems, text))
}

func TestAnImageOfNoAlphaIsTrainedOnAsItsColours(t *testing.T) {
	im := image.NewNRGBA(image.Rect(0, 0, 32, 16))
	for i := range 32 * 16 {
		copy(im.Pix[4*i:], []uint8{120, 95, 30, 0})
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, im))
	for _, size := range []int{32, 16} {
		got, _ := loadOne(t, b.Bytes(), size)
		assert.Equal(t, [3]uint8{120, 95, 30}, got.pixel(5, 5))
	}
}
