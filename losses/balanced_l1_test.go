package losses

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The two pieces of the loss meet at Beta, in value and in slope.
func TestBalancedL1IsOneCurveWhateverItsBeta(t *testing.T) {
	for _, beta := range []float64{0.25, 1, 3} {
		l := BalancedL1{Alpha: 0.5, Gamma: 1.5, Beta: beta}
		at := func(e float64) (value, slope float64) {
			var grad [4]float32
			value = l.Row(&grad, [4]float32{float32(e)}, [4]float32{})
			return value, float64(grad[0])
		}
		below, slope := at(beta * (1 - 1e-6))
		above, bound := at(beta * (1 + 1e-6))
		assert.InDelta(t, below, above, 1e-5)
		assert.InDelta(t, slope, bound, 1e-5)
		assert.InDelta(t, 1.5, bound, 1e-6)
		far, _ := at(beta + 10)
		assert.InDelta(t, above+15, far, 1e-4)
	}
}
