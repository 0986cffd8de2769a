package annotations

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIDsAreThoseThatPycocotoolsRefersBy(t *testing.T) {
	text := `{"images": [{"id": 1, "width": 99, "height": 99}, {"id": 2, "width": 99, "height": 99}], "categories": [{"id": 1, "name": "cat"}], "annotations": [
		{"id": 0, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]}, {"id": 3, "image_id": 1, "category_id": 1, "bbox": [9, 9, 5, 5]},
		{"id": 3, "image_id": 2, "category_id": 1, "bbox": [20, 20, 5, 5]}]}`
	s := parse(t, text, Options{})
	assert.Equal(t, []string{
		"a.json: 1 annotation has the id 0: found like any other, where pycocotools counts it as missed; number from 1",
		"a.json: 1 annotation has the id of another one: all are used, where pycocotools uses the last of an id in place of each",
	}, messages(s))
	assert.Len(t, s.Images[0].Objects, 2)
	assert.False(t, s.Images[0].Objects[0].Unmatched)

	s = parse(t, text, Options{Policy: Policy{AsIs: true}})
	assert.Contains(t, messages(s), "a.json: 1 annotation has the id 0: missed whatever is found, as in pycocotools; number from 1")
	assert.Contains(t, messages(s), "a.json: 1 annotation has the id of another one: the last of an id is used in place of each, as in pycocotools")
	last := Object{ID: 3, Box: [4]float64{20, 20, 5, 5}, Area: 25}
	assert.Equal(t, []Object{{Box: [4]float64{1, 1, 5, 5}, Area: 25, Unmatched: true}}, s.Images[0].Objects)
	assert.Equal(t, []Object{last, last}, s.Images[1].Objects)
}
