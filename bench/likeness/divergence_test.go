package likeness

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDivergence(t *testing.T) {
	p, q := []float32{1, 1, 2}, []float32{2, 2, 4}
	assert.InDelta(t, 0, Divergence(p, q), 1e-12, "equal but for scale")
	assert.InDelta(t, math.Log(2), Divergence([]float32{0, 1, 1}, []float32{2, 1, 1}), 1e-12)
	assert.InDelta(t, math.Log(2), Divergence([]float32{0, 1}, []float32{3, 3}), 1e-12)
}
