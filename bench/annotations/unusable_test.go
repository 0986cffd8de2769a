package annotations

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASetWithoutAnObjectSaysWhy(t *testing.T) {
	const images = `"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 10}], `
	const classes = `"categories": [{"id": 1, "name": "cat"}], `
	for name, c := range map[string]struct{ json, want string }{
		"nothing is annotated": {images + classes + `"annotations": []`,
			"no object that counts in 1 image with no annotated object: annotate more images"},
		"an object counts": {images + classes + `"annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 3, 3]}]`, ""},
		"all are crowds": {images + classes + `"annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 3, 3], "iscrowd": 1}, {"id": 2, "image_id": 1, "category_id": 1, "bbox": [1, 1, 4, 3], "ignore": 1}]`,
			"no object that counts in 1 image, only 2 that are marked as crowds, as difficult or to be ignored: annotate objects one by one, and without those marks"},
		"no categories": {images + `"categories": [], "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 3, 3]}, {"id": 2, "image_id": 1, "category_id": 1, "bbox": [1, 1, 4, 3]}]`,
			`no object that counts in 1 image, as there are no categories: add the list "categories" with the id and the name of each class; gt.json:1: annotation 1 (id 1): no category has its category_id 1: left out (and 1 more like it)`},
		"boxes of a larger image": {images + classes + `"annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [100, 100, 30, 30]}]`,
			"no object that counts in 1 image: mend what is wrong with the annotations; gt.json:1: annotation 1 (id 1): box [100 100 30 30] (x, y, width, height) lies outside the image of 20x10: left out"},
	} {
		s, err := folder(fstest.MapFS{"gt.json": file("{" + c.json + "}")})
		require.NoError(t, err, name)
		for i := range s.Problems {
			s.Problems[i].Offset = 0 // a place by bytes says nothing here
		}
		assert.Equal(t, c.want, s.Unusable(s.Problems), name)
	}
}
