package annotations

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// spread are boxes across an image of 96x96, x, y, width, height in pixels.
func spread(n int) (list [][4]float64) {
	for i := range n {
		w, h := float64(10+i*3%30), float64(8+i*7%40)
		list = append(list, [4]float64{float64(i*13%97) / 96 * (96 - w), float64(i*29%97) / 96 * (96 - h), w, h})
	}
	return list
}

// laidOutAs returns boxes in a layout, multiplied.
func laidOutAs(list [][4]float64, as layout, by float64) (out [][4]float64) {
	for _, b := range list {
		switch as {
		case cornered:
			b[2], b[3] = b[0]+b[2], b[1]+b[3]
		case centred:
			b[0], b[1] = b[0]+b[2]/2, b[1]+b[3]/2
		}
		for k := range b {
			b[k] *= by
		}
		out = append(out, b)
	}
	return out
}

// cocoOf returns a COCO file of an image of a size with boxes.
func cocoOf(side int, boxes [][4]float64) fstest.MapFS {
	var list []string
	for i, b := range boxes {
		list = append(list, fmt.Sprintf(`{"id": %d, "image_id": 1, "category_id": 1, "bbox": [%v, %v, %v, %v]}`, i+1, b[0], b[1], b[2], b[3]))
	}
	return fstest.MapFS{"gt.json": file(fmt.Sprintf(`{"images": [{"id": 1, "width": %d, "height": %[1]d}], "categories": [{"id": 1, "name": "cat"}],
"annotations": [%s]}`, side, strings.Join(list, ",\n")))}
}

// vocOf returns a set of Pascal VOC of an image of a size with corners as given.
func vocOf(side int, boxes [][4]float64) fstest.MapFS {
	var list strings.Builder
	for _, b := range boxes {
		list.WriteString(xmlObject("cat", b[0], b[1], b[2], b[3]))
	}
	return fstest.MapFS{"Annotations/a.xml": file(fmt.Sprintf("<annotation><size><width>%d</width><height>%[1]d</height></size>\n%s</annotation>", side, list.String()))}
}

// yoloOf returns a set of YOLO of an image of a size with numbers as given.
func yoloBoxes(side int, boxes [][4]float64) fstest.MapFS {
	var list strings.Builder
	for _, b := range boxes {
		fmt.Fprintf(&list, "0 %.6f %.6f %.6f %.6f\n", b[0], b[1], b[2], b[3])
	}
	return fstest.MapFS{"data.yaml": file("names: [cat]"), "images/a.png": blank(side, side), "labels/a.txt": file(list.String())}
}

func TestSharesAreFoundBesideAFewBoxesInPixels(t *testing.T) {
	coco := laidOutAs(spread(59), topLeft, 1./96)
	_, err := folder(cocoOf(96, append(coco, [4]float64{5, 6, 20, 30})))
	assert.ErrorContains(t, err, "like 59 of the file's 60 boxes, lies between 0 and 1, in an image of 96x96: a share of the image, where COCO has pixels")

	voc := laidOutAs(spread(37), cornered, 1./96)
	_, err = folder(vocOf(96, voc))
	assert.ErrorContains(t, err, "Annotations/a.xml:2: object 1 (cat): corners [")
	assert.ErrorContains(t, err, "like each of the set's 37 boxes, lie between 0 and 1, in an image of 96x96: a share of the image, where Pascal VOC has pixels: multiply xmin and xmax by the image's width")
	assert.Empty(t, Noted(err), "no corner is the image's edge")
	_, err = folder(vocOf(96, append(voc, [4]float64{5, 6, 20, 30})))
	assert.ErrorContains(t, err, "like 37 of the set's 38 boxes")

	for name, fsys := range map[string]fstest.MapFS{
		"COCO": cocoOf(96, append(spread(30), coco[:20]...)),
		"VOC":  vocOf(96, append(laidOutAs(spread(30), cornered, 1), voc[:20]...)),
	} {
		s, err := folder(fsys)
		require.NoError(t, err, name)
		assert.Equal(t, 50, s.Objects(), name)
		assert.Contains(t, strings.Join(messages(s), "\n"), "like 20 of the ", name)
		_, err = read(fsys, Options{Policy: Policy{Refuse: true}})
		assert.ErrorContains(t, err, "a share of the image", name)
	}
	s, err := read(vocOf(96, voc), Options{Policy: Policy{AsIs: true}})
	require.NoError(t, err)
	assert.Equal(t, 37, s.Objects())
	assert.Contains(t, strings.Join(messages(s), "\n"), "a share of the image")
	_, err = folder(vocOf(15, voc))
	assert.NoError(t, err, "an image so small may have such objects")
	_, err = folder(vocOf(96, [][4]float64{{0, 0, 1, 1}}))
	assert.NoError(t, err, "the first pixel")
}

func TestBoxesOfAnotherLayoutOrUnitAreSuspected(t *testing.T) {
	const n = 59
	pixels := spread(n)
	for name, c := range map[string]struct {
		set  fstest.MapFS
		want string
	}{
		"COCO of centres":             {cocoOf(96, laidOutAs(pixels, centred, 1)), "59 lie within as centre x, y, width, height: the first two numbers look like the centre, where COCO has the top left corner"},
		"COCO of hundredths":          {cocoOf(96, laidOutAs(pixels, topLeft, 100./96)), "59 lie between 0 and 100: they look like hundredths of the image's size, where COCO has pixels: multiply what is along x by the image's width / 100, what is along y by its height / 100"},
		"COCO of hundredths, large":   {cocoOf(640, laidOutAs(pixels, topLeft, 100./96)), "of 59 boxes all are of images of at least 200 pixels a side, and 59 lie between 0 and 100: they look like hundredths"},
		"COCO of thousandths":         {cocoOf(640, laidOutAs(pixels, topLeft, 1000./96)), "they look like thousandths of the image's size"},
		"VOC of hundredths":           {vocOf(60, laidOutAs(pixels, cornered, 100./96)), "they look like hundredths of the image's size, where Pascal VOC has pixels"},
		"YOLO of corners":             {yoloBoxes(96, laidOutAs(pixels, cornered, 1./96)), "59 lie within as x1, y1, x2, y2: the numbers look like two corners, where YOLO has the centre and width and height"},
		"YOLO of the top left corner": {yoloBoxes(96, laidOutAs(pixels, topLeft, 1./96)), "59 lie within as x, y, width, height: the first two numbers look like the top left corner, where YOLO has the centre"},
	} {
		s, err := folder(c.set)
		require.NoError(t, err, name)
		assert.Contains(t, strings.Join(messages(s), "\n"), c.want, name)
	}
	for name, set := range map[string]fstest.MapFS{
		"COCO": cocoOf(96, pixels), "VOC": vocOf(97, laidOutAs(pixels, cornered, 1)), "YOLO": yoloBoxes(96, laidOutAs(pixels, centred, 1./96)),
		"COCO of a larger image": cocoOf(960, laidOutAs(pixels, topLeft, 10)), "few": cocoOf(96, laidOutAs(pixels[:4], centred, 1)),
	} {
		s, err := folder(set)
		require.NoError(t, err, name)
		assert.NotContains(t, strings.Join(messages(s), "\n"), "look like", name)
	}
}

func TestMostBoxesOutsideAreAnErrorAndMuchLostIsSaidFirst(t *testing.T) {
	thousandths := laidOutAs(spread(59), topLeft, 1000./96)
	for name, set := range map[string]fstest.MapFS{"COCO": cocoOf(96, thousandths), "VOC": vocOf(96, laidOutAs(spread(59), cornered, 1000./96))} {
		_, err := folder(set)
		assert.ErrorContains(t, err, "of 59 boxes lie outside their images: these are other images, or other units than pixels", name)
		var said []string
		for _, p := range Noted(err) {
			said = append(said, p.Message)
		}
		assert.Contains(t, strings.Join(said, "\n"), "they look like thousandths", name)
	}
	s, err := read(cocoOf(96, thousandths), Options{Policy: Policy{AsIs: true}})
	require.NoError(t, err)
	assert.Equal(t, 59, s.Objects())

	s, err = folder(yoloBoxes(96, laidOutAs(spread(59), cornered, 1./96)))
	require.NoError(t, err)
	first := s.Problems[0]
	assert.Regexp(t, `^of 59 annotated objects \d+ are left out and \d+ clipped: whatever follows is of what is left; mend what is said below first$`, first.String())
	assert.False(t, first.Notice)

	few := spread(18)
	for range 9 {
		few = append(few, [4]float64{500, 500, 9, 9})
	}
	s, err = folder(cocoOf(96, few))
	require.NoError(t, err)
	assert.NotContains(t, messages(s)[0], "annotated objects", "a third")
	s, err = folder(cocoOf(96, append(few, [4]float64{500, 500, 8, 9})))
	require.NoError(t, err)
	assert.Equal(t, "of 28 annotated objects 10 are left out and 0 clipped: whatever follows is of what is left; mend what is said below first", messages(s)[0])
	s, err = folder(fstest.MapFS{"gt.json": file(wrap(strings.Repeat(`{"image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]},`, 9) + `{"image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 6]}`))})
	require.NoError(t, err)
	assert.NotContains(t, messages(s)[0], "annotated objects", "what is there twice is no loss")
	s, err = folder(fstest.MapFS{"gt.json": file(wrap(strings.Repeat(`{"image_id": 1, "category_id": 1},{"image_id": 1, "category_id": 7, "bbox": [1, 1, 5, 5]},`, 5) + `{"image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 6]}`))})
	require.NoError(t, err)
	assert.Contains(t, messages(s)[0], "of 11 annotated objects 10 are left out")
}
