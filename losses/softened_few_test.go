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

// softenedLosses are those whose gradients are differences, in settings that take
// different ways, and whether terms of theirs cancel.
var softenedLosses = []struct {
	Pointwise
	cancels bool
}{
	{LabelSmoothing{Epsilon: 0.1}, true}, {LabelSmoothing{Epsilon: 0.9}, true}, {LabelSmoothing{}, false},
	{Bootstrapped{Beta: 0.95}, true}, {Bootstrapped{Beta: 0.2}, true}, {Bootstrapped{Beta: 1}, false},
	{Bootstrapped{Beta: 0.8, Hard: true}, true}, {Bootstrapped{Beta: 0.2, Hard: true}, true}, {Bootstrapped{Beta: 1, Hard: true}, false},
}

// softenedProblem is [fewProblem], now and then with logits that are the same in
// more than one column.
func softenedProblem(rng *rand.Rand, columns int) *Batch {
	b := fewProblem(rng, columns)
	if rng.IntN(3) == 0 {
		for i, x := range b.Logits {
			if x > -80 && x < 80 {
				b.Logits[i] = float32(int(x) / 2)
			}
		}
	}
	return b
}

func TestSoftenedRowsOfFewColumnsAreFloat64Rounded(t *testing.T) {
	for _, l := range softenedLosses {
		t.Run(fmt.Sprintf("%T%v", l.Pointwise, l.Pointwise), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(91, 92))
			for columns := 2; columns < softened; columns++ {
				for range 12 {
					b := softenedProblem(rng, columns)
					want, wantGrad := evaluate(inFloat64{l.Pointwise}, b)
					wantLoss := slices.Clone(b.Loss)
					got, grad := evaluate(l.Pointwise, b)
					rounded := func(want, got, slack float64, what ...any) {
						t.Helper()
						ok := math.Abs(got-want) <= 2e-7*math.Abs(want)+slack+1e-37
						if want-want != 0 {
							ok = want == got || want != want && got != got
						}
						if !ok {
							require.Fail(t, "apart", "%v, want %v: %v", got, want, what)
						}
					}
					rounded(want, got, 0, columns, "sum")
					slack := 0.0
					if l.cancels {
						slack = 4e-12 // for weights up to 4
					}
					for i, w := range wantGrad {
						rounded(float64(w), float64(grad[i]), slack, columns, "gradient", i, b.Logits[i/columns*columns:][:columns])
					}
					for i, w := range wantLoss {
						rounded(float64(w), float64(b.Loss[i]), 0, columns, "loss", i)
					}
					without := l.Eval(nil, b)
					require.Equal(t, math.Float64bits(got), math.Float64bits(without), "without gradients")
				}
			}
		})
	}
}

// More rows than are evaluated together, and more than are added up together, so
// that some are left over and begin again.
func TestManySoftenedRowsOfFewColumns(t *testing.T) {
	rng := rand.New(rand.NewPCG(93, 94))
	for _, columns := range []int{2, 7, softened - 1} {
		for _, n := range []int{fewBlock - 1, fewBlock, fewBlock + 1, chunk + 77} {
			b := dense(rng, n, columns, false)
			for _, l := range softenedLosses {
				b.Threads = 0
				want, wantGrad := evaluate(inFloat64{l.Pointwise}, b)
				got, grad := evaluate(l.Pointwise, b)
				require.InEpsilon(t, want, got, 1e-11)
				for i, w := range wantGrad {
					require.InDelta(t, w, grad[i], 2e-7*math.Abs(float64(w))+4e-12)
				}
				loss := slices.Clone(b.Loss)
				b.Threads = 3
				again, gradAgain := evaluate(l.Pointwise, b)
				require.Equal(t, got, again)
				sameBits(t, grad, gradAgain)
				sameBits(t, loss, b.Loss)
				b.Threads = 1
				require.Zero(t, testing.AllocsPerRun(1, func() { l.Eval(grad, b) }))
			}
		}
	}
}

func TestTheLastGradientOfASoftenedRowThatIsListedTwiceStays(t *testing.T) {
	for columns := 2; columns < 12; columns++ {
		b := &Batch{Columns: columns, Logits: make([]float32, 4*columns), Class: []int32{0, 0, 0, anchors.Negative}, Rows: []int32{0, 1, 1, 1, 2, 2, 3}, Weight: []float32{1, 1, 2, 3, 1, 0, 1}}
		l := LabelSmoothing{Epsilon: 0.1}
		value, grad := evaluate(l, b)
		b.Rows, b.Weight = []int32{0, 1, 3}, []float32{1, 3, 1}
		_, once := evaluate(l, b)
		assert.Equal(t, once, grad)
		assert.InEpsilon(t, 9*math.Log(float64(columns)), value, 1e-12)
	}
}

func TestSoftenedRowsKeepNothingOfAnotherLoss(t *testing.T) {
	rng := rand.New(rand.NewPCG(95, 96))
	for range 40 {
		b := softenedProblem(rng, 2+rng.IntN(softened-2))
		b.Threads = 1
		fresh := *b
		for range 6 {
			l := softenedLosses[rng.IntN(len(softenedLosses))].Pointwise
			alone := fresh
			_, want := evaluate(l, &alone)
			_, got := evaluate(l, b)
			for i, w := range want {
				require.True(t, w == got[i] || w != w && got[i] != got[i], "%T%v after another: %v, want %v", l, l, got[i], w)
			}
		}
	}
}
