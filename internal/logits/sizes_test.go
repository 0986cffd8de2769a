package logits

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sumOfSquares leaves out one column.
func sumOfSquares(x []float32, without int32) (sum float64) {
	for k, v := range x {
		if int32(k) != without {
			sum += float64(v) * float64(v)
		}
	}
	return sum
}

func TestSizesAreThoseOfTheGradientsThatAreNotWritten(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(13, 14))
		for _, gamma := range exponents {
			f := focusOf(t, gamma)
			for columns := 1; columns < 70; columns++ {
				x, grad := logitsUpTo(rng, 3*columns, 2), make([]float32, 3*columns)
				rows := []SigmoidRow{
					{Row: 2, Truth: -1, Hit: 1, Miss: 0.7},
					{Row: 0, Truth: rng.Int32N(int32(columns)), Hit: 30, Miss: 2},
				}
				SigmoidRows(grad, x, columns, columns, rows, f)
				SigmoidSizes(x, columns, rows, f)
				for _, r := range rows {
					require.InEpsilon(t, sumOfSquares(grad[int(r.Row)*columns:][:columns], -1), r.Sum, 3e-6, "gamma %v, %d columns", gamma, columns)
				}

				soft := []SoftmaxRow{{Row: 2, Truth: rng.Int32N(int32(columns))}, {Row: 0, Truth: 0}}
				exps := make([]float32, 2*Stride(columns))
				SoftmaxRows(exps, x, columns, soft, NoSpread, nil)
				for i := range soft {
					soft[i].Factor, soft[i].Shift = rng.Float32(), rng.Float32()-0.5
				}
				of := map[string]func(){
					"scaled": func() { ScaleRows(grad, exps, columns, soft); SquareRows(exps, columns, soft) },
					"leant":  func() { LeanRows(grad, exps, x, columns, soft); LeanSquareRows(exps, x, columns, soft) },
				}
				for name, square := range of {
					square()
					for _, r := range soft {
						want := sumOfSquares(grad[int(r.Row)*columns:][:columns], r.Truth)
						require.InDelta(t, want, r.Spread, 2e-6*want, "%s, %d columns", name, columns)
					}
				}
			}
		}
	})
}

func TestSizesOfSingleColumns(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		inf := float32(math.Inf(1))
		x := []float32{-1, 2, inf, 0.5, -inf, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, -0.25}
		class := []int32{-1, 0, -2, 5, -3, -1, 0, -1, -2, 0, -1, -2, 0, -1, -2, math.MinInt32}
		for _, gamma := range exponents {
			f := focusOf(t, gamma)
			size := make([]float32, 16)
			SizesEach(size, x, class, 3, 0.5, f)
			for i, v := range x {
				z, weight := float64(v), 0.5
				switch {
				case class[i] < -1:
					assert.Zero(t, size[i])
					continue
				case class[i] == 0:
					z, weight = -z, 3
				}
				q := 1 / (1 + math.Exp(-z))
				assert.InEpsilon(t, weight*math.Pow(q, gamma)*(gamma*(1-q)*math.Log1p(math.Exp(z))+q), size[i], 2e-6, "gamma %v, logit %v", gamma, v)
			}
		}
	})
}

// Between these bounds the kernel's exponential, of which the rest is left out, is
// exact to less than its polynomial and two roundings; beyond them it stands still.
func TestProbabilitiesOfSizesAreExactToSixInTenMillion(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(15, 16))
		x := append(logitsUpTo(rng, 1<<14, 87), logitsUpTo(rng, 1<<14, 8)...)
		background, size := make([]int32, len(x)), make([]float32, len(x))
		for i := range background {
			background[i] = -1
		}
		SizesEach(size, x, background, 1, 1, Focus{})
		worst := 0.0
		for i, v := range x {
			worst = max(worst, deviation(1/(1+math.Exp(-float64(v))), size[i]))
		}
		assert.Less(t, worst, 6e-7)
		t.Logf("%.2g", worst)

		copy(x, []float32{-1000, -math.MaxFloat32, float32(math.Inf(-1)), 1000, float32(math.Inf(1)), float32(math.NaN())})
		SizesEach(size, x, background, 1, 1, Focus{})
		for i := range 3 {
			assert.InDelta(t, 0, size[i], 2e-38)
		}
		assert.Equal(t, []float32{1, 1}, size[3:5])
		assert.NotEqual(t, size[5], size[5], "NaN")
	})
}
