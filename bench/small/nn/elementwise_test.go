package nn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A run that diverged must show it: NaN is not turned into 0.
func TestReLULetsNaNThrough(t *testing.T) {
	nan := float32(math.NaN())
	for _, v := range []float32{nan, float32(math.Copysign(float64(nan), -1))} {
		x := []float32{v, -1, 2}
		relu(x)
		assert.True(t, math.IsNaN(float64(x[0])))
		assert.Equal(t, []float32{0, 2}, x[1:])
	}
}

func TestSumsOfAnyLength(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5, 6, 7, 8, 9}
	for n := range len(x) + 1 {
		assert.Equal(t, float64(n*(n+1)*(2*n+1)/6), sumSquares(x[:n]))
		assert.Equal(t, float64(n*(n+1)/2), sumOf(x[:n]))
	}
}
