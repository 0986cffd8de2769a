package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/internal/boxloss"
)

// byRow is a box loss without vector code, as a user's own.
type byRow struct{ Box }

// mixedBatch is a batch of which a share of rows are odd: extreme deltas, boxes
// without area or beyond float32, weights 0 and 1, rows that are listed twice.
func mixedBatch(rng *rand.Rand, n int, odd float64) *BoxBatch {
	b := boxBatch(rng, 8, n)
	boxes := [][]anchors.Box{b.Anchor, b.Truth}
	for i := range b.Rows {
		if rng.Float64() < 0.3 { // near the truth, as when trained
			at := b.at(i)
			encoded := b.Coder.Encode(b.Anchor[i], b.Truth[i])
			for k := range encoded {
				b.Deltas[at+k] = encoded[k] + float32(0.1*rng.NormFloat64())
			}
		}
		if rng.Float64() < odd {
			b.Deltas[b.at(i)+rng.IntN(4)] = []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}[rng.IntN(3)]
		}
		if rng.Float64() < odd {
			b.Deltas[b.at(i)+rng.IntN(4)] = extremes[rng.IntN(len(extremes))]
		}
		if rng.Float64() < odd { // between the limit of a scale and twice that
			k := 2 + rng.IntN(2)
			b.Deltas[b.at(i)+k] = b.Coder.Weights[k] * b.Coder.MaxScale * (1 + rng.Float32())
		}
		if rng.Float64() < odd {
			boxes[rng.IntN(2)][i][rng.IntN(4)] = extremes[rng.IntN(len(extremes))]
		}
		if rng.Float64() < odd {
			b.Deltas[b.at(i)], b.Deltas[b.at(i)+1], b.Deltas[b.at(i)+2], b.Deltas[b.at(i)+3] = 0, 0, 0, 0
			b.Truth[i] = b.Anchor[i] // sides that meet
		}
		if rng.Float64() < odd {
			b.Weight[i] = float32(rng.IntN(2))
		}
		if rng.Float64() < odd {
			b.Rows[i] = b.Rows[rng.IntN(i+1)]
		}
	}
	return b
}

// equalBits compares bits, any NaN being the same.
func equalBits(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// doubled is a loss of one's own around a built-in one.
type doubled struct{ GIoU }

func (d doubled) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	value := d.GIoU.Row(grad, pred, truth)
	if grad != nil {
		scale(grad[:], 2)
	}
	return 2 * value
}

func TestALossAroundABuiltInOneKeepsItsRow(t *testing.T) {
	b := mixedBatch(rand.New(rand.NewPCG(13, 14)), 200, 0)
	own, plain := make([]float32, len(b.Deltas)), make([]float32, len(b.Deltas))
	assert.InEpsilon(t, 2*EvalBox(GIoU{}, plain, b), EvalBox(doubled{}, own, b), 1e-12)
	for i, g := range plain {
		require.InDelta(t, 2*g, own[i], 1e-6)
	}
}

func TestABlockOfBoxesHasTheBitsOfItsRows(t *testing.T) {
	losses := everyBoxLoss()
	losses["siou theta 3"], losses["smooth_l1 beta 1e-30"] = SIoU{Theta: 3}, SmoothL1{Beta: 1e-30}
	for name, l := range losses {
		if _, ok := l.(BoxEvaluator); ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			_, vectors := newBoxBlock(l)
			require.Equal(t, boxloss.Vectors() && name != "siou theta 3", vectors)
			rng := rand.New(rand.NewPCG(11, 12))
			for _, n := range []int{0, 1, 2, 9, 11, 12, 13, 95, 96, 97, 98, 400, 10_000} {
				for _, odd := range []float64{0, 0.002, 0.2} {
					b := mixedBatch(rng, n, odd)
					got, want := make([]float32, len(b.Deltas)), make([]float32, len(b.Deltas))
					value, reference := EvalBox(l, got, b), EvalBox(byRow{l}, want, b)
					require.True(t, equalBits(value, reference), "%d rows: %v, not %v", n, value, reference)
					for i, w := range want {
						if g := got[i]; !equalBits(float64(g), float64(w)) {
							require.Equal(t, w, g, "%d rows, share %v: delta %d of row %d: %v", n, odd, i%8, i/8, b.Deltas[i/8*8:i/8*8+8])
						}
					}
					assert.True(t, equalBits(value, EvalBox(l, nil, b)), "without a gradient")
				}
			}
		})
	}
}
