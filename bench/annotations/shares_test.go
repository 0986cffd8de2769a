package annotations

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBoxesThatAreSharesOfTheImageAreAnError(t *testing.T) {
	read := func(width, height int, o Options, boxes ...string) (*Set, error) {
		var list []string
		for i, b := range boxes {
			list = append(list, fmt.Sprintf(`{"id": %d, "image_id": 1, "category_id": 1, "bbox": [%s]}`, i+1, b))
		}
		return ReadCOCO(strings.NewReader(fmt.Sprintf(`{"images": [{"id": 1, "width": %d, "height": %d}], "categories": [{"id": 1, "name": "cat"}],
"annotations": [%s]}`, width, height, strings.Join(list, ", "))), "gt.json", o)
	}
	_, err := read(640, 480, Options{}, "0.5, 0.25, 0.125, 0.5", "0.1, 0.2, 0.905, 0.3")
	assert.EqualError(t, err, "gt.json:2: annotation 1 (id 1): box [0.5 0.25 0.125 0.5], like each of the file's 2 boxes, lies between 0 and 1, in an image of 640x480: "+
		"a share of the image, where COCO has pixels: multiply x and width by the image's width, y and height by its height")
	_, err = read(640, 480, Options{}, "0.5, 0.25, 0.125, 0.5")
	assert.ErrorContains(t, err, "box [0.5 0.25 0.125 0.5], the only one of the file, lies between 0 and 1")

	s, err := read(640, 480, Options{Policy: Policy{AsIs: true}}, "0.5, 0.25, 0.125, 0.5")
	require.NoError(t, err)
	assert.Equal(t, 1, s.Objects())
	assert.Contains(t, fmt.Sprint(messages(s)), "a share of the image")

	for name, boxes := range map[string][]string{
		"one in pixels":      {"0.5, 0.25, 0.125, 0.5", "3, 4, 5, 6"},
		"the first pixel":    {"0, 0, 1, 1"},
		"of no size":         {"0.5, 0.5, 0, 0"},
		"before the image":   {"0.5, 0.25, 0.125, 0.5", "-0.5, 0.1, 0.6, 0.5"},
		"no annotation":      nil,
		"beyond by rounding": {"0.5, 0.25, 0.125, 1.02"},
	} {
		_, err = read(640, 480, Options{}, boxes...)
		assert.NoError(t, err, name)
	}
	_, err = read(15, 15, Options{}, "0.5, 0.25, 0.125, 0.5")
	assert.NoError(t, err, "an image so small may have such an object")
	_, err = read(0, 0, Options{}, "0.5, 0.25, 0.125, 0.5")
	assert.NoError(t, err, "an image of unknown size")
}
