package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

func forEveryBox(t *testing.T, test func(t *testing.T, l Box, rng *rand.Rand)) {
	for _, e := range BoxLosses.All() {
		t.Run(e.Name, func(t *testing.T) { test(t, e.New(), rand.New(rand.NewPCG(1, 2))) })
	}
}

// operand is a random box, or a random delta, that a loss compares.
func operand(rng *rand.Rand, space Space) (v [4]float32) {
	if space == Deltas {
		for k := range v {
			v[k] = float32(rng.NormFloat64())
		}
		return v
	}
	x, y := 20*rng.Float32(), 20*rng.Float32()
	return [4]float32{x, y, x + 4 + 20*rng.Float32(), y + 4 + 20*rng.Float32()}
}

func TestEveryBoxGradientIsThatOfItsValue(t *testing.T) {
	forEveryBox(t, func(t *testing.T, l Box, rng *rand.Rand) {
		const h = 1.0 / 2048
		checked := 0
		for range 2000 {
			pred, truth := operand(rng, l.Space()), operand(rng, l.Space())
			var grad [4]float32
			l.Row(&grad, pred, truth)
			for k := range pred {
				if math.Abs(float64(pred[k]-truth[k])) < 4*h || math.Abs(float64(pred[k]-truth[(k+2)%4])) < 4*h {
					continue // edges that meet are kinks
				}
				plus, minus := pred, pred
				plus[k] += h
				minus[k] -= h
				slope := (l.Row(nil, plus, truth) - l.Row(nil, minus, truth)) / (float64(plus[k]) - float64(minus[k]))
				require.InDelta(t, slope, float64(grad[k]), 2e-3*h+1e-4*math.Abs(slope)+curvature(l, pred, truth, k, h), "%v %v side %d", pred, truth, k)
				checked++
			}
		}
		assert.Greater(t, checked, 7000)
	})
}

// curvature bounds the error of a central difference where the slope itself
// has a kink within the step: half the change of the slope.
func curvature(l Box, pred, truth [4]float32, k int, h float32) float64 {
	var plus, minus [4]float32
	a, b := pred, pred
	a[k] += h
	b[k] -= h
	l.Row(&plus, a, truth)
	l.Row(&minus, b, truth)
	return math.Abs(float64(plus[k]-minus[k])) / 2
}

func TestEveryBoxLossVanishesAtEquality(t *testing.T) {
	forEveryBox(t, func(t *testing.T, l Box, rng *rand.Rand) {
		for range 200 {
			v := operand(rng, l.Space())
			var grad [4]float32
			assert.InDelta(t, 0, l.Row(&grad, v, v), 1e-12)
			for _, g := range grad {
				assert.InDelta(t, 0, g, 1e-6)
			}
			assert.Positive(t, l.Row(nil, v, operand(rng, l.Space())))
		}
	})
}

// boxBatch is n rows, two thirds of which count, with deltas near the truth.
func boxBatch(rng *rand.Rand, columns, n int) *BoxBatch {
	b := &BoxBatch{Deltas: make([]float32, n*columns), Columns: columns, Slot: []int32{}, Coder: anchors.NewCoder(10, 10, 5, 5)}
	for i := range b.Deltas {
		b.Deltas[i] = float32(rng.NormFloat64())
	}
	for r := range n {
		if r%3 == 1 {
			continue
		}
		b.Rows = append(b.Rows, int32(r))
		b.Slot = append(b.Slot, rng.Int32N(int32(columns/4)))
		b.Anchor = append(b.Anchor, operand(rng, Decoded))
		b.Truth = append(b.Truth, operand(rng, Decoded))
		b.Weight = append(b.Weight, 0.25+rng.Float32())
	}
	return b
}

func TestEvalBoxGradientIsThatOfItsValue(t *testing.T) {
	forEveryBox(t, func(t *testing.T, l Box, rng *rand.Rand) {
		b := boxBatch(rng, 12, 30)
		grad := make([]float32, len(b.Deltas))
		for i := range grad {
			grad[i] = float32(math.NaN())
		}
		value := EvalBox(l, grad, b)
		assert.Equal(t, value, EvalBox(l, nil, b))
		counts := map[int]bool{}
		for i, row := range b.Rows {
			for k := range 4 {
				counts[int(row)*b.Columns+4*int(b.Slot[i])+k] = true
			}
		}
		for i, d := range b.Deltas {
			const h = 1.0 / 64 // decoding is float32, which a smaller step would show
			b.Deltas[i] = d + h
			slope := EvalBox(l, nil, b)
			b.Deltas[i] = d - h
			slope = (slope - EvalBox(l, nil, b)) / (2 * h)
			b.Deltas[i] = d
			require.InDelta(t, slope, float64(grad[i]), 1e-3+0.01*math.Abs(slope), "delta %d", i)
			if !counts[i] {
				require.Zero(t, grad[i], "only the slot of a row that counts has a gradient")
			}
		}
	})
}

func TestEvalBoxSkipsRowsOfWeightZero(t *testing.T) {
	forEveryBox(t, func(t *testing.T, l Box, rng *rand.Rand) {
		b := boxBatch(rng, 4, 6)
		without := *b
		without.Rows, without.Slot, without.Weight = b.Rows[1:], b.Slot[1:], b.Weight[1:]
		without.Anchor, without.Truth = b.Anchor[1:], b.Truth[1:]
		want := EvalBox(l, nil, &without)
		b.Weight[0] = 0
		b.Deltas[0], b.Truth[0] = float32(math.NaN()), anchors.Box{0, 0, float32(math.Inf(1)), 0}
		grad := make([]float32, len(b.Deltas))
		assert.Equal(t, want, EvalBox(l, grad, b))
		assert.Equal(t, []float32{0, 0, 0, 0}, grad[:4])
	})
}

func TestNoSlotsMeansTheFirst(t *testing.T) {
	b := boxBatch(rand.New(rand.NewPCG(3, 4)), 4, 9)
	want := EvalBox(GIoU{}, nil, b)
	b.Slot = nil
	assert.Equal(t, want, EvalBox(GIoU{}, nil, b))
}

func TestEveryBoxLossShowsANaN(t *testing.T) {
	forEveryBox(t, func(t *testing.T, l Box, rng *rand.Rand) {
		b := boxBatch(rng, 4, 3)
		b.Deltas[2] = float32(math.NaN())
		assert.True(t, math.IsNaN(EvalBox(l, nil, b)), "a diverged head must not look perfect")
	})
}

func TestEveryBoxLossStaysOffTheHeap(t *testing.T) {
	forEveryBox(t, func(t *testing.T, l Box, rng *rand.Rand) {
		b := boxBatch(rng, 4, 300)
		grad := make([]float32, len(b.Deltas))
		assert.Zero(t, testing.AllocsPerRun(5, func() { EvalBox(l, grad, b) }))
	})
}

func TestBoxLengthsThatDisagreePanic(t *testing.T) {
	b := boxBatch(rand.New(rand.NewPCG(5, 6)), 4, 3)
	assert.PanicsWithValue(t, "losses: EvalBox: 11 gradients for 12 deltas", func() { EvalBox(GIoU{}, make([]float32, 11), b) })
	b.Weight = b.Weight[:1]
	assert.PanicsWithValue(t, "losses: EvalBox: 2 rows with 2 candidates, 2 boxes, 1 weights, 2 slots", func() { EvalBox(GIoU{}, nil, b) })
}
