package annotations

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cornerBoxes are x1, y1, x2, y2 of boxes across an image of 100x80.
func cornerBoxes(n int) (list [][4]float64) {
	for i := range n {
		x, y := float64(i*7%80), float64(i*5%60)
		list = append(list, [4]float64{x, y, x + 15.5, y + 12})
	}
	return list
}

// withSizes turns corners into x, y, width, height.
func withSizes(list [][4]float64) (out [][4]float64) {
	for _, b := range list {
		out = append(out, [4]float64{b[0], b[1], b[2] - b[0], b[3] - b[1]})
	}
	return out
}

func TestAnnotationsThatLookLikeCornersAreSuspected(t *testing.T) {
	const words = "the last two numbers look like a corner, where COCO has width and height"
	read := func(width int, boxes [][4]float64) *Set {
		var list []string
		for i, b := range boxes {
			list = append(list, fmt.Sprintf(`{"id": %d, "image_id": 1, "category_id": 1, "bbox": [%v, %v, %v, %v]}`, i+1, b[0], b[1], b[2], b[3]))
		}
		s, err := ReadCOCO(strings.NewReader(fmt.Sprintf(`{"images": [{"id": 1, "width": %d, "height": 80}], "categories": [{"id": 1, "name": "cat"}],
"annotations": [%s]}`, width, strings.Join(list, ", "))), "gt.json", Options{})
		require.NoError(t, err)
		return s
	}
	found := fmt.Sprint(messages(read(100, cornerBoxes(30))))
	assert.Contains(t, found, "of 30 boxes 12 reach out of their images as x, y, width, height, and 30 lie within as x1, y1, x2, y2: "+words+": subtract x1 and y1 from them")
	assert.NotContains(t, fmt.Sprint(messages(read(100, withSizes(cornerBoxes(30))))), words)
	assert.NotContains(t, fmt.Sprint(messages(read(100, cornerBoxes(4)))), words, "too few to tell")
	assert.NotContains(t, fmt.Sprint(messages(read(0, cornerBoxes(30)))), words, "an image of unknown size")
	assert.NotContains(t, fmt.Sprint(messages(read(60, withSizes(cornerBoxes(30))))), words, "boxes of another size of the image")
	small := cornerBoxes(30)
	for i := range small {
		for k := range small[i] {
			small[i][k] /= 2
		}
	}
	assert.NotContains(t, fmt.Sprint(messages(read(100, small))), words, "both would lie within")
}

func TestDetectionsOfOtherUnitsAreFound(t *testing.T) {
	set := &Set{Path: "gt.json", Images: []Image{{ID: 7, Width: 100, Height: 80}, {ID: 8, Width: 10, Height: 10}}}
	detections := func(image int64, boxes ...[4]float64) (list []Detection) {
		for _, b := range boxes {
			list = append(list, Detection{Image: image, Box: b})
		}
		return list
	}
	share := [4]float64{0.25, 0.5, 0.125, 0.25}
	_, err := set.Units(detections(7, [4]float64{}, share), "dt.json", 0.01)
	assert.EqualError(t, err, "dt.json: detection 2: box [0.25 0.5 0.125 0.25], like each of the file's 2 boxes, lies between 0 and 1, in an image of 100x80: "+
		"a share of the image, where COCO has pixels: multiply x and width by the image's width, y and height by its height")
	for name, list := range map[string][]Detection{
		"one in pixels":     detections(7, share, [4]float64{3, 4, 5, 6}),
		"the first pixel":   detections(7, [4]float64{0, 0, 1, 1}),
		"a small image":     detections(8, share),
		"another set's":     detections(9, share),
		"none":              nil,
		"pixels":            detections(7, withSizes(cornerBoxes(30))...),
		"before the image":  detections(7, share, [4]float64{-0.5, 0, 0.5, 0.5}),
		"one of many small": append(detections(7, share), detections(8, share)...),
	} {
		suspicion, err := set.Units(list, "dt.json", 0.01)
		assert.NoError(t, err, name)
		assert.Empty(t, suspicion, name)
	}
	suspicion, err := set.Units(detections(7, cornerBoxes(30)...), "dt.json", 0.01)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(suspicion, "of 30 boxes 12 reach out of their images as x, y, width, height, and 30 lie within as x1, y1, x2, y2: "), suspicion)
}

func TestDetectionsOutOfTheirImagesAreCounted(t *testing.T) {
	set := &Set{Images: []Image{{ID: 7, Width: 100, Height: 80}, {ID: 8}}}
	inside := func(n int) (list []Detection) {
		for range n {
			list = append(list, Detection{Image: 7, Box: [4]float64{10, 20, 30, 40}})
		}
		return list
	}
	out := func(box ...float64) Detection { return Detection{Image: 7, Box: [4]float64(box)} }
	for _, c := range []struct {
		found []Detection
		want  string
	}{
		{append(inside(2), out(60, 40, 90, 70)), "of 3 boxes 1 reaches out of its image: COCO has x, y, width, height in pixels of the image"}, // corners, too few to tell
		{append(inside(98), out(-3, 5, 10, 10), out(5, 70, 10, 15)), "of 100 boxes 2 reach out of their images: COCO has x, y, width, height in pixels of the image"},
		{append(inside(100), out(-3, 5, 10, 10)), ""},
		{append(inside(1), out(-0.5, 0, 100, 80.5)), ""},
		{[]Detection{{Image: 8, Box: [4]float64{-3, 5, 10, 10}}}, ""},
	} {
		suspicion, err := set.Units(c.found, "dt.json", 0.01)
		require.NoError(t, err)
		assert.Equal(t, c.want, suspicion)
	}
	suspicion, err := set.Units(append(inside(98), out(-3, 5, 10, 10), out(5, 70, 10, 15)), "dt.json", 0.1)
	require.NoError(t, err)
	assert.Empty(t, suspicion, "less than a tenth")
}

func TestDetectionsOfANegativeSizeAreAnError(t *testing.T) {
	set := &Set{Images: []Image{{ID: 7, Width: 100, Height: 80}, {ID: 8}}}
	for _, box := range [][4]float64{{50, 20, -30, 20}, {50, 20, 30, -0.6}} {
		for _, image := range []int64{7, 8} {
			_, err := set.Units([]Detection{{Image: 7, Box: [4]float64{10, 20, 30, -0.4}}, {Image: image, Box: box}}, "dt.json", 0.01)
			assert.EqualError(t, err, fmt.Sprintf("dt.json: detection 2: box %v has a negative size: COCO has x, y, width, height", box))
		}
	}
}
