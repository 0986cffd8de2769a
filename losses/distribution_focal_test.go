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
	assert.InEpsilon(t, 2*l.Row(nil, x[:4], 1.5)+0.5*l.Row(nil, x[4:8], 2), value, 1e-7)
	assert.Equal(t, make([]float32, 4), grad[8:], "a side of weight 0 does no harm")
	for _, g := range grad {
		assert.True(t, g-g == 0)
	}
	assert.Zero(t, testing.AllocsPerRun(5, func() { l.Eval(grad, x, []float32{1.5, 2, 1}, nil) }))
	assert.PanicsWithValue(t, "losses: DistributionFocal.Eval: 12 logits, 0 gradients, 0 weights for 2 sides of 4 columns",
		func() { l.Eval(nil, x, []float32{1, 2}, nil) })
}

// Gradients are differences of two terms, to which their deviation is compared.
func TestDistributionFocalAgreesWithFloat64ToTwoInAMillion(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, bins := range []int{1, 2, 4, 5, 7, 15, 16, 17, 40, 3000} {
		l, columns := DistributionFocal{Bins: bins}, bins+1
		const n = 75
		x, distance, weight := make([]float32, n*columns), make([]float32, n), make([]float32, n)
		for i := range x {
			x[i] = []float32{3, 80}[rng.IntN(2)] * (2*rng.Float32() - 1)
		}
		for i := range distance {
			distance[i], weight[i] = float32(bins)*(1.2*rng.Float32()-0.1), rng.Float32()
			switch rng.IntN(8) {
			case 0:
				distance[i] = float32(rng.IntN(columns))
			case 1:
				weight[i] = 0
				x[i*columns] = float32(math.Inf(1))
			case 2:
				x[i*columns] = 3e38
				x[i*columns+1] = -3e38
			}
		}
		grad, want, wantGrad := make([]float32, len(x)), 0.0, make([]float32, columns)
		got := l.Eval(grad, x, distance, weight)
		assert.Equal(t, got, l.Eval(nil, x, distance, weight))
		for i, w := range weight {
			if w == 0 {
				require.Equal(t, make([]float32, columns), grad[i*columns:(i+1)*columns])
				continue
			}
			want += float64(w) * l.Row(wantGrad, x[i*columns:(i+1)*columns], distance[i])
			left, right := l.between(distance[i])
			for k, g := range wantGrad {
				term := math.Abs(float64(g))
				switch k {
				case left:
					term += 1 - right
				case left + 1:
					term += right
				}
				require.InDelta(t, float64(w)*float64(g), grad[i*columns+k], float64(w)*2e-6*term+1e-37, "%d bins, side %d, column %d", bins, i, k)
			}
		}
		require.InEpsilon(t, want, got, 1e-6)
	}
}

func BenchmarkDistributionFocal(b *testing.B) {
	const sides, bins = 4000, 16
	rng := rand.New(rand.NewPCG(1, 2))
	x, distance := make([]float32, sides*(bins+1)), make([]float32, sides)
	for i := range x {
		x[i] = float32(2 * rng.NormFloat64())
	}
	for i := range distance {
		distance[i] = bins * rng.Float32()
	}
	grad := make([]float32, len(x))
	fastest(b, len(x), func() { DistributionFocal{Bins: bins}.Eval(grad, x, distance, nil) })
}
