package losses

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// exclusiveLosses are those whose rows of few columns go together, in settings
// that take different ways.
var exclusiveLosses = []Pointwise{
	SoftmaxCE{}, SoftmaxCE{ClassWeight: []float64{0, 2}}, SoftmaxCE{ClassWeight: []float64{1, 1e-34, 3}}, SoftmaxCE{ClassWeight: []float64{1e-44, 1}}, SoftmaxAlphaCE{Alpha: 0.3}, SoftmaxAlphaCE{Alpha: 1},
	NewSoftmaxFocal(0.25, 2), NewSoftmaxFocal(0.25, 0.5), NewSoftmaxFocal(0.25, 0.3), NewSoftmaxFocal(0.5, 7), SoftmaxFocal{Alpha: 1, BackgroundAlpha: 0, Gamma: 1.5, ClassAlpha: []float64{3}},
	SoftmaxClassBalanced{Effective: Effective{Beta: 0.999, Count: []float64{900, 20}}, Gamma: 1},
}

// fewProblem is up to 70 rows of few columns, some of which do not count, listed or
// not, with logits as a network has them, beyond what an exponential reaches, or
// that are no numbers.
func fewProblem(rng *rand.Rand, columns int) *Batch {
	n := rng.IntN(70)
	b := &Batch{Columns: columns, Logits: make([]float32, n*columns), Class: make([]int32, n), Threads: rng.IntN(3)}
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	odd := []float32{inf, -inf, nan, 1e4, -1e4, 1 << 20, -(1 << 20), 3e38, -3e38, 0}
	kind := rng.IntN(3)
	for i := range b.Logits {
		b.Logits[i] = []float32{3, 80, 3}[kind] * (2*rng.Float32() - 1)
		if kind == 2 && rng.IntN(4*columns) == 0 {
			b.Logits[i] = odd[rng.IntN(len(odd))]
		}
	}
	listed := rng.IntN(2) == 0
	for r := range n {
		b.Class[r] = anchors.Negative
		switch rng.IntN(6) {
		case 0, 1:
			b.Class[r] = rng.Int32N(int32(columns - 1))
		case 2:
			b.Class[r] = anchors.Ignored
		}
		if listed && rng.IntN(3) > 0 {
			b.Rows = append(b.Rows, int32(r))
		}
	}
	if !listed {
		b.Rows = nil
	} else if b.Rows == nil {
		b.Rows = []int32{}
	}
	if rng.IntN(2) == 0 {
		b.Weight = make([]float32, b.count())
		for i := range b.Weight {
			b.Weight[i] = []float32{0, 1, 1e-33, rng.Float32(), 4 * rng.Float32()}[rng.IntN(5)]
		}
	}
	if rng.IntN(2) == 0 {
		b.Loss = make([]float32, b.count())
	}
	return b
}

// closeTo asserts that a number is what float64 has, no number if that is none.
func closeTo(t *testing.T, want, got float64, what ...any) {
	t.Helper()
	ok := math.Abs(got-want) <= 2e-6*math.Abs(want)+1e-37
	if want-want != 0 {
		ok = want == got || want != want && got != got
	}
	if !ok {
		require.Fail(t, "apart", "%v, want %v: %v", got, want, what)
	}
}

func TestRowsOfFewColumnsAreThoseOfFloat64(t *testing.T) {
	for _, l := range exclusiveLosses {
		t.Run(fmt.Sprintf("%T%v", l, l), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(81, 82))
			for columns := 2; columns <= fewColumns+2; columns++ {
				for range 6 {
					b := fewProblem(rng, columns)
					want, wantGrad := evaluate(inFloat64{l}, b)
					wantLoss := slices.Clone(b.Loss)
					got, grad := evaluate(l, b)
					closeTo(t, want, got, columns)
					for i, w := range wantGrad {
						closeTo(t, float64(w), float64(grad[i]), columns, "gradient", i, b.Logits[i/columns*columns:][:columns])
					}
					for i, w := range wantLoss {
						closeTo(t, float64(w), float64(b.Loss[i]), columns, "loss", i)
					}
					without := l.Eval(nil, b)
					require.Equal(t, math.Float64bits(got), math.Float64bits(without), "without gradients")
				}
			}
		})
	}
}

func TestSizesOfFewColumnsAreThoseOfFloat64(t *testing.T) {
	for _, l := range exclusiveLosses {
		rng := rand.New(rand.NewPCG(83, 84))
		for columns := 2; columns <= fewColumns+2; columns++ {
			for range 4 {
				b := fewProblem(rng, columns)
				want, got, row := make([]float32, len(b.Class)), make([]float32, len(b.Class)), make([]float32, columns)
				GradientSize(got, row, l, b)
				b.Exact = true
				GradientSize(want, row, l, b)
				for i, w := range want {
					if slices.Contains(b.Logits[i*columns:(i+1)*columns], float32(math.Inf(-1))) {
						continue // of a true column Exact makes no number, though the gradient has one
					}
					closeTo(t, float64(w), float64(got[i]), l, columns, i)
				}
			}
		}
	}
}

// More rows than are evaluated together, so that some are left over and begin
// again, among them some of which float32 does not hold the weight.
func TestManyRowsOfFewColumns(t *testing.T) {
	rng := rand.New(rand.NewPCG(85, 86))
	for _, columns := range []int{2, 3, 7, fewColumns} {
		for _, n := range []int{fewBlock - 1, fewBlock, fewBlock + 1, 2*fewBlock + 33, chunk + 77} {
			b := dense(rng, n, columns, false)
			for i := range b.Weight {
				if rng.IntN(50) == 0 {
					b.Weight[i] = 1e-35
				}
			}
			for _, b.Weight = range [][]float32{b.Weight, nil} {
				if b.Weight == nil { // which lets all rows count
					for i, x := range b.Logits {
						if x-x != 0 {
							b.Logits[i] = 1
						}
					}
				}
				for _, l := range []Pointwise{SoftmaxCE{}, SoftmaxAlphaCE{Alpha: 1}} {
					want, wantGrad := evaluate(inFloat64{l}, b)
					wantLoss := slices.Clone(b.Loss)
					got, grad := evaluate(l, b)
					require.InEpsilon(t, want, got, 1e-6)
					for i, w := range wantGrad {
						closeTo(t, float64(w), float64(grad[i]))
					}
					for i, w := range wantLoss {
						closeTo(t, float64(w), float64(b.Loss[i]))
					}
					size, row := make([]float32, n), make([]float32, columns)
					GradientSize(size, row, l, b)
					_, grad = evaluate(inFloat64{l}, &Batch{Logits: b.Logits, Columns: columns, Class: b.Class})
					if b.Weight == nil {
						for r, s := range size {
							closeTo(t, norm(grad[r*columns:(r+1)*columns]), float64(s))
						}
					}
				}
			}
		}
	}
}

func TestTheLastGradientOfARowOfFewColumnsThatIsListedTwiceStays(t *testing.T) {
	for columns := 2; columns < 12; columns++ {
		for twice := range int32(6) { // wherever that is among those that go together
			b := &Batch{Columns: columns, Logits: make([]float32, 7*columns), Class: []int32{0, 0, 0, 0, 0, 0, anchors.Negative}}
			once := *b
			for r := range int32(7) {
				once.Rows, once.Weight = append(once.Rows, r), append(once.Weight, 1)
				if r == twice {
					b.Rows, b.Weight = append(b.Rows, r), append(b.Weight, 2)
				}
				b.Rows, b.Weight = append(b.Rows, r), append(b.Weight, 1)
			}
			value, grad := evaluate(SoftmaxCE{}, b)
			_, want := evaluate(SoftmaxCE{}, &once)
			assert.Equal(t, want, grad, "%d columns, row %d", columns, twice)
			assert.InEpsilon(t, 9*math.Log(float64(columns)), value, 1e-6)
		}
	}
}

// Whether those that go together are evaluated between the two or after both.
func TestOfARowThatIsSkippedTheSecondTimeTheGradientStays(t *testing.T) {
	for _, columns := range []int{2, 3, 11, fewColumns, fewColumns + 12} {
		for n := range int32(2*fewBlock + 2) {
			b := &Batch{Columns: columns, Logits: make([]float32, int(n+1)*columns), Class: make([]int32, n+1)}
			for r := range n + 1 {
				b.Rows, b.Weight = append(b.Rows, r), append(b.Weight, 1)
			}
			_, want := evaluate(SoftmaxCE{}, b)
			b.Rows, b.Weight = append(b.Rows, n), append(b.Weight, 0)
			for _, b.Threads = range []int{1, 2} {
				_, grad := evaluate(SoftmaxCE{}, b)
				require.Equal(t, want, grad, "%d columns, row %d", columns, n)
			}
		}
	}
}

func TestWeightsThatFloat32DoesNotHoldKeepTheirDigits(t *testing.T) {
	const slightest = 1.23456e-42
	l := SoftmaxCE{ClassWeight: []float64{slightest, 1, 1, slightest}}
	for _, weight := range [][]float32{nil, {1, 1, 1}} {
		for _, class := range [][]int32{{0, 0, 0}, {anchors.Negative, anchors.Negative, anchors.Negative}} {
			value, _ := evaluate(l, &Batch{Columns: 4, Logits: make([]float32, 12), Class: class, Weight: weight})
			assert.InEpsilon(t, 3*slightest*math.Log(4), value, 1e-6)
		}
	}
}

func TestLossesOfWhichFloat32DoesNotHoldTheSumAddUp(t *testing.T) {
	const n = 40
	b := &Batch{Columns: 3, Class: make([]int32, n), Loss: make([]float32, n), Weight: make([]float32, n)}
	for i := range n {
		b.Logits = append(b.Logits, 0, 100, -1)
		b.Weight[i] = 3e36
	}
	value, grad := evaluate(SoftmaxCE{}, b)
	assert.InEpsilon(t, n*3e38, value, 1e-6)
	for i, loss := range b.Loss {
		require.InEpsilon(t, 3e38, loss, 1e-6)
		require.InEpsilon(t, -3e36, grad[3*i], 1e-6)
	}
	b.Logits[4] = 1000 // of which it does not even hold the loss
	value, _ = evaluate(SoftmaxCE{}, b)
	assert.InEpsilon(t, (n-1)*3e38+3e39, value, 1e-6)
	assert.EqualValues(t, math.MaxFloat32, b.Loss[1])
}
