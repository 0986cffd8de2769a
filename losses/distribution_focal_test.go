package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDistributionFocalGradientsAreThoseOfTheirValues(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	l := DistributionFocal{Bins: 7}
	for range 500 {
		x, y := make([]float32, 8), 9*rng.Float32()-1
		for k := range x {
			x[k] = float32(4 * rng.NormFloat64())
		}
		grad, mean := make([]float32, 8), make([]float32, 8)
		l.Row(grad, x, y)
		l.DistanceBackward(mean, x, 2)
		for k, v := range x {
			const h = 1.0 / 1024
			x[k] = v + h
			up, upMean := l.Row(nil, x, y), l.Distance(x)
			x[k] = v - h
			down, downMean := l.Row(nil, x, y), l.Distance(x)
			step := float64(v+h) - float64(v-h)
			x[k] = v
			require.InDelta(t, (up-down)/step, float64(grad[k]), 1e-5)
			require.InDelta(t, 2*(upMean-downMean)/step, float64(mean[k]), 1e-4)
		}
	}
}

func TestDistributionFocalIsLeastWhereTheMeanIsTheDistance(t *testing.T) {
	l := DistributionFocal{Bins: 4}
	x := []float32{-30, -30, float32(math.Log(0.75)), float32(math.Log(0.25)), -30}
	assert.InDelta(t, 2.25, l.Distance(x), 1e-8)
	grad := make([]float32, 5)
	l.Row(grad, x, 2.25)
	assert.InDeltaSlice(t, make([]float32, 5), grad, 1e-7)
	for _, y := range []float32{4, 9} {
		assert.Equal(t, l.Row(nil, x, 4), l.Row(nil, x, y), "clipped to the last bin")
	}
	assert.Equal(t, l.Row(nil, x, 0), l.Row(nil, x, -3))
}

func TestDistributionFocalOfABatchIsTheWeightedSum(t *testing.T) {
	l := DistributionFocal{Bins: 3}
	x := []float32{1, 2, 3, 4, -1e4, 1e4, 0, 5, float32(math.Inf(1)), 0, 0, 0}
	grad := make([]float32, 12)
	grad[11] = float32(math.NaN())
	value := l.Eval(grad, x, []float32{1.5, 2, 1}, []float32{2, 0.5, 0})
	assert.InEpsilon(t, 2*l.Row(nil, x[:4], 1.5)+0.5*l.Row(nil, x[4:8], 2), value, 1e-12)
	assert.Equal(t, make([]float32, 4), grad[8:], "a side of weight 0 does no harm")
	for _, g := range grad {
		assert.True(t, g-g == 0)
	}
	assert.Zero(t, testing.AllocsPerRun(5, func() { l.Eval(grad, x, []float32{1.5, 2, 1}, nil) }))
	assert.PanicsWithValue(t, "losses: DistributionFocal.Eval: 12 logits, 0 gradients, 0 weights for 2 sides of 4 columns",
		func() { l.Eval(nil, x, []float32{1, 2}, nil) })
}
