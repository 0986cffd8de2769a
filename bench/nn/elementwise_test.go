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

		y := []float32{v, -1, 2}
		addBiasReLU(y, []float32{1, 1, 1})
		assert.True(t, math.IsNaN(float64(y[0])))
		assert.Equal(t, []float32{0, 3}, y[1:])
	}
}

func TestReLUsGradientPassesWhereItsOutputIsNotZero(t *testing.T) {
	negativeZero := float32(math.Copysign(0, -1))
	y := []float32{0, negativeZero, 1, math.SmallestNonzeroFloat32, math.MaxFloat32, float32(math.Inf(1)), float32(math.NaN())}
	grad := []float32{5, 5, -5, 5, 5, 5, 5}
	maskReLU(grad, y)
	assert.Equal(t, []float32{0, 0, -5, 5, 5, 5, 5}, grad)
}

func TestColumnSumsAddEveryRow(t *testing.T) {
	for rows := range 11 {
		x := make([]float32, rows*3)
		for i := range x {
			x[i] = float32(i)
		}
		sums := []float32{100, 200, 300}
		addColumnSums(sums, x)
		base := 3 * float32(rows*(rows-1)) / 2
		assert.Equal(t, []float32{100 + base, 200 + base + float32(rows), 300 + base + 2*float32(rows)}, sums)
	}
}

func TestSumsOfAnyLength(t *testing.T) {
	x := []float32{1, 2, 3, 4, 5, 6, 7, 8, 9}
	for n := range len(x) + 1 {
		assert.Equal(t, float64(n*(n+1)*(2*n+1)/6), sumSquares(x[:n]))
		assert.Equal(t, float64(n*(n+1)/2), sumOf(x[:n]))
	}
}
