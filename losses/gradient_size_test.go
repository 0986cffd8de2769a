package losses

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// Of binary cross entropy the gradient is p - y in each column.
func TestGradientSizeIsTheNormOfEachRowsGradient(t *testing.T) {
	b := &Batch{Logits: []float32{0, math.MaxFloat32, 0, 0, 0, -1000}, Columns: 2, Class: []int32{anchors.Negative, anchors.Ignored, 0}}
	size := []float32{7, 7, 7}
	GradientSize(size, make([]float32, 2), CE{}, b)
	assert.InDeltaSlice(t, []float32{float32(math.Sqrt(0.25 + 1)), 0, 0.5}, size, 1e-6)
}

func TestSizesOfGradientsAreThoseOfRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(43, 44))
	for _, l := range kernelledLosses {
		for _, columns := range []int{1, 2, 5, 12, 33, 80, 700} {
			n := 250 + rng.IntN(100) // of the longest rows more than are evaluated together
			b := dense(rng, n, columns, false)
			for range b.Class {
				b.Quality = append(b.Quality, rng.Float32())
			}
			before := *b
			want, got := make([]float32, n), slices.Repeat([]float32{7}, n)
			GradientSize(got, make([]float32, columns), l, b)
			assert.Equal(t, before.Class, b.Class)
			assert.Equal(t, before.Logits, b.Logits)
			assert.Equal(t, before.Quality, b.Quality)
			b.Exact = true
			GradientSize(want, make([]float32, columns), l, b)
			for i, w := range want {
				require.InDelta(t, w, got[i], 2e-6*math.Abs(float64(w))+1e-37, "%T%v row %d", l, l, i)
			}
		}
	}
}

// The room for sizes is not that of an evaluation: the first row of a block had
// another row's gradient.
func TestSizesOfSoftenedGradientsAreThoseOfAnEvaluation(t *testing.T) {
	rng := rand.New(rand.NewPCG(47, 48))
	for _, l := range []Pointwise{LabelSmoothing{Epsilon: 0.1}, Bootstrapped{Beta: 0.9}, Bootstrapped{Beta: 0.8, Hard: true}} {
		for _, columns := range []int{softened - 1, softened, 81} {
			b := dense(rng, 300, columns, false)
			got := make([]float32, 300)
			GradientSize(got, make([]float32, columns), l, b)
			b.Weight = nil
			_, grad := evaluate(l, b)
			for i, size := range got {
				want := norm(grad[i*columns : (i+1)*columns])
				require.InDelta(t, want, size, 4e-7*want, "%T%v, %d columns, row %d", l, l, columns, i)
			}
		}
	}
}

// The squares of small gradients are nothing in float32, and those of large ones
// infinite.
func TestSizesFarFromOneAreThoseOfAnEvaluation(t *testing.T) {
	for _, l := range []Pointwise{
		CE{}, Focal{Alpha: 0.25, Gamma: 2}, Focal{Alpha: 0.25, Gamma: 5}, SoftmaxCE{}, NewSoftmaxFocal(0.25, 2), QualityFocal{Beta: 2},
		CE{ClassWeight: []float64{1e25}}, SoftmaxCE{ClassWeight: []float64{1e25}}, CE{ClassWeight: []float64{1e-25}}, SoftmaxCE{ClassWeight: []float64{1e-25}},
	} {
		for _, columns := range []int{1, 20, 81} {
			b := &Batch{Columns: columns, Class: []int32{0, anchors.Negative, 0, anchors.Negative, anchors.Ignored}}
			for r := range b.Class {
				for k := range columns {
					x := float32(-20 * r)
					if l.Link() == Softmax && k == columns-1 {
						x = -x
					}
					b.Logits = append(b.Logits, x-float32(k)/10)
				}
			}
			size := make([]float32, len(b.Class))
			GradientSize(size, make([]float32, columns), l, b)
			assert.Zero(t, size[4])
			_, grad := evaluate(l, b)
			for r, got := range size {
				want := 0.0
				for _, g := range grad[r*columns : (r+1)*columns] {
					want = math.Hypot(want, float64(g))
				}
				require.InDelta(t, want, got, 1e-6*want+1e-37, "%T%v, %d columns, row %d", l, l, columns, r)
			}
		}
	}
}

// twofold has the gradients of focal loss, twice.
type twofold struct{ Focal }

func (l twofold) Eval(grad []float32, b *Batch) float64 {
	value := l.Focal.Eval(grad, b)
	scale(grad, 2)
	return 2 * value
}

func TestSizesOfALossThatEmbedsOneAreOfItsOwnGradients(t *testing.T) {
	for _, columns := range []int{1, 4, 80} {
		b := dense(rand.New(rand.NewPCG(49, 50)), 100, columns, false)
		once, twice, row := make([]float32, 100), make([]float32, 100), make([]float32, columns)
		GradientSize(once, row, Focal{Alpha: 0.25, Gamma: 2}, b)
		GradientSize(twice, row, twofold{Focal{Alpha: 0.25, Gamma: 2}}, b)
		for r := range once {
			require.InDelta(t, 2*once[r], twice[r], 4e-6*float64(once[r]), "%d columns, row %d", columns, r)
		}
	}
}

func TestSizesTakeNoMemoryOnceWarm(t *testing.T) {
	for _, l := range kernelledLosses {
		for _, columns := range []int{1, 5, 80} {
			b := dense(rand.New(rand.NewPCG(51, 52)), 300, columns, false)
			size, row := make([]float32, 300), make([]float32, columns)
			var loss Pointwise = l
			require.Zero(t, testing.AllocsPerRun(2, func() { GradientSize(size, row, loss, b) }), "%T%v, %d columns", l, l, columns)
		}
	}
}
