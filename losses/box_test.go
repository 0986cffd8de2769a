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
	for _, e := range boxLosses.All() {
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

// The reference decodes in float64 too, so that the gradient is checked through
// the decoder.
func TestEvalBoxGradientIsThatOfItsReference(t *testing.T) {
	forEveryBox(t, func(t *testing.T, l Box, rng *rand.Rand) {
		if _, ok := l.(BoxEvaluator); ok {
			t.Skip("a row's weight depends on the batch")
		}
		b := boxBatch(rng, 12, 30)
		grad := make([]float32, len(b.Deltas))
		for i := range grad {
			grad[i] = float32(math.NaN())
		}
		value := EvalBox(l, grad, b)
		assert.Equal(t, value, EvalBox(l, nil, b))
		want, sum := make([]float64, len(grad)), 0.0
		for i, row := range b.Rows {
			at := int(row)*b.Columns + 4*int(b.Slot[i])
			v, slopes := throughDecoder(l, b, i, at)
			sum += v
			copy(want[at:], slopes[:])
		}
		assert.InEpsilon(t, sum, value, 1e-5)
		for i := range want {
			require.InDelta(t, want[i], float64(grad[i]), 2e-5+1e-4*math.Abs(want[i]), "delta %d; only the slot of a row that counts has a gradient", i)
		}
	})
}

// throughDecoder is the weighted reference of the i-th row and its derivatives
// by the four deltas, by central differences.
func throughDecoder(l Box, b *BoxBatch, i, at int) (value float64, slopes [4]float64) {
	var delta [4]float64
	for k := range delta {
		delta[k] = float64(b.Deltas[at+k])
	}
	point := func(d [4]float64) ([4]float64, [4]float64) {
		if l.Space() == Deltas {
			return d, widen(b.Coder.Encode(b.Anchor[i], b.Truth[i]))
		}
		return decode64(b.Coder, b.Anchor[i], d), widen(b.Truth[i])
	}
	pred, truth := point(delta)
	reference := referenceAt(l, pred, truth)
	w := float64(b.Weight[i])
	for k := range delta {
		const h = 1e-5
		plus, minus := delta, delta
		plus[k] += h
		minus[k] -= h
		a, _ := point(plus)
		c, _ := point(minus)
		slopes[k] = w * (reference(a) - reference(c)) / (2 * h)
	}
	return w * reference(pred), slopes
}

func decode64(c anchors.Coder, a anchors.Box, d [4]float64) [4]float64 {
	for k := range d {
		d[k] /= float64(c.Weights[k])
	}
	box := widen(a)
	w, h := box[2]-box[0], box[3]-box[1]
	x, y := (box[0]+box[2])/2+d[0]*w, (box[1]+box[3])/2+d[1]*h
	w, h = w*math.Exp(d[2])/2, h*math.Exp(d[3])/2
	return [4]float64{x - w, y - h, x + w, y + h}
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
