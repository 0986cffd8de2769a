package losses

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

// Of binary cross entropy the gradient is p - y in each column.
func TestGradientSizeIsTheNormOfEachRowsGradient(t *testing.T) {
	b := &Batch{Logits: []float32{0, math.MaxFloat32, 0, 0, 0, -1000}, Columns: 2, Class: []int32{anchors.Negative, anchors.Ignored, 0}}
	size := []float32{7, 7, 7}
	GradientSize(size, make([]float32, 2), CE{}, b)
	assert.InDeltaSlice(t, []float32{float32(math.Sqrt(0.25 + 1)), 0, 0.5}, size, 1e-6)
}
