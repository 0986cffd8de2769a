package annotations

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAnAnnotationOfCOCOWithoutABoxHasTheExtentOfItsSegmentation(t *testing.T) {
	s := parse(t, wrap(`{"id": 3, "image_id": 1, "category_id": 1, "segmentation": [[10, 20, 30, 20, 30, 60]]}`), Options{})
	assert.Equal(t, []Object{{ID: 3, Box: [4]float64{10, 20, 20, 40}, Area: 800}}, s.Images[0].Objects)
	assert.Equal(t, []string{"a.json:3: annotation 1 (id 3): no bbox: the extent of its segmentation is taken"}, messages(s))
}
