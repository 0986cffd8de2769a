package losses

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Where a row is nearly sure, a difference of logarithms, and of 1 and a
// probability, would leave nothing.
func TestSoftenedLossesOfHardTargetsAreCrossEntropyWhereARowIsSure(t *testing.T) {
	x := []float32{-5, 2, 0.5, -3}
	for _, truth := range []int32{1, 2} {
		for _, top := range []float32{2, 40, 80} {
			x[truth] = top
			want, grad := make([]float32, 4), make([]float32, 4)
			value := SoftmaxCE{}.Row(want, x, Hard(truth))
			for _, l := range []Pointwise{LabelSmoothing{}, Bootstrapped{Beta: 1}, Bootstrapped{Beta: 1, Hard: true}} {
				assert.InEpsilon(t, value, l.Row(grad, x, Hard(truth)), 1e-12)
				for k, g := range want {
					assert.InEpsilon(t, g, grad[k], 2e-7, "%T%v, column %d", l, l, k)
				}
			}
			assert.InEpsilon(t, value, DistributionFocal{Bins: 3}.Row(grad, x, float32(truth)), 1e-12)
			for k, g := range want {
				assert.InEpsilon(t, g, grad[k], 2e-7, "column %d", k)
			}
		}
	}
}

func TestARowWithAnInfiniteLogitIsNoNumber(t *testing.T) {
	for _, l := range []Pointwise{SoftmaxCE{}, LabelSmoothing{Epsilon: 0.1}, Bootstrapped{Beta: 0.9}, Bootstrapped{Beta: 0.9, Hard: true}} {
		value := l.Row(nil, []float32{0, float32(math.Inf(1)), 1}, Hard(1))
		assert.True(t, math.IsNaN(value), "%T: %v", l, value)
	}
}
