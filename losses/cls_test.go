package losses

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

const classes = 3

// batch is n rows of random logits in [-range, range], a third of them
// objects, with weights that differ.
func batch(rng *rand.Rand, l Cls, n int, span float32) *Batch {
	b := &Batch{Columns: l.Link().Columns(classes), Class: make([]int32, n), Weight: make([]float32, n), Loss: make([]float32, n)}
	b.Logits = make([]float32, n*b.Columns)
	for i := range b.Logits {
		b.Logits[i] = span * (2*rng.Float32() - 1)
	}
	for i := range n {
		b.Class[i] = anchors.Negative
		if rng.IntN(3) == 0 {
			b.Class[i] = rng.Int32N(classes)
		}
		b.Weight[i] = 0.25 + rng.Float32()
	}
	return b
}

// evaluate returns the loss of b and its gradient, in a buffer that held NaN, as
// did that of the rows' losses.
func evaluate(l Cls, b *Batch) (value float64, grad []float32) {
	for i := range b.Loss {
		b.Loss[i] = float32(math.NaN())
	}
	grad = make([]float32, len(b.Logits))
	for i := range grad {
		grad[i] = float32(math.NaN())
	}
	return l.Eval(grad, b), grad
}

func forEveryCls(t *testing.T, test func(t *testing.T, l Cls, rng *rand.Rand)) {
	for _, e := range clsLosses.All() {
		t.Run(e.Name, func(t *testing.T) { test(t, e.New(), rand.New(rand.NewPCG(1, 2))) })
	}
}

// sameUpTo asserts that two lists agree up to a share of each element.
func sameUpTo(t *testing.T, want, got []float32, share float64) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		require.InDelta(t, want[i], got[i], share*(1e-6+math.Abs(float64(want[i]))), "element %d", i)
	}
}

func TestEveryPointwiseGradientIsThatOfItsValue(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		p, ok := l.(Pointwise)
		if !ok {
			t.Skip("a row's loss depends on the batch")
		}
		for range 300 {
			b := batch(rng, l, 1, 8)
			grad := make([]float32, b.Columns)
			target := Hard(b.Class[0])
			p.Row(grad, b.Logits, target)
			for k, x := range b.Logits {
				// The values are float64, so a step this small loses nothing.
				const h = 1.0 / 4096
				at := func(v float32) float64 {
					b.Logits[k] = v
					defer func() { b.Logits[k] = x }()
					return p.Row(nil, b.Logits, target)
				}
				plus, minus := x+h, x-h
				slope := (at(plus) - at(minus)) / (float64(plus) - float64(minus))
				require.InDelta(t, slope, float64(grad[k]), 1e-6+1e-5*math.Abs(slope), "%v for %v, column %d", b.Logits, target, k)
			}
		}
	})
}

func TestEveryLossIsFiniteForExtremeLogits(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 200, 1)
		for i := range b.Logits {
			b.Logits[i] = [...]float32{-1e4, -100, 0, 100, 1e4}[rng.IntN(5)]
		}
		value, grad := evaluate(l, b)
		assert.False(t, math.IsNaN(value) || math.IsInf(value, 0), "%v", value)
		for i, g := range grad {
			require.True(t, g-g == 0, "gradient %d is %v at logit %v", i, g, b.Logits[i])
		}
	})
}

func TestEveryLossIsTheSumOfItsRows(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 2*chunk+17, 6)
		value, _ := evaluate(l, b)
		sum := 0.0
		for _, v := range b.Loss {
			sum += float64(v)
		}
		assert.InEpsilon(t, value, sum, 1e-6)
		assert.Equal(t, value, l.Eval(nil, b), "without gradients the value is the same")
		if p, ok := l.(Pointwise); ok {
			for i, class := range b.Class {
				row := p.Row(nil, b.Logits[i*b.Columns:(i+1)*b.Columns], Hard(class))
				if want := math.Abs(float64(b.Weight[i]) * row); want < 1e-37 { // which float32 does not hold in full precision
					require.InDelta(t, want, b.Loss[i], 1e-43)
				} else if _, ok := l.(kernelled); ok { // in float32
					share := 1e-6
					if _, ok := l.(Asymmetric); ok { // a fourth power has four times the error of what is raised
						share = 2e-6
					}
					require.InEpsilon(t, float64(b.Weight[i])*row, b.Loss[i], share, "row %d %v of %d: %v", i, b.Logits[i*b.Columns:(i+1)*b.Columns], class, b.Loss[i])
				} else {
					require.Equal(t, float32(float64(b.Weight[i])*row), b.Loss[i])
				}
			}
		}
	})
}

func TestEveryLossDoublesWithItsWeights(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 100, 6)
		value, grad := evaluate(l, b)
		for i := range b.Weight {
			b.Weight[i] *= 2
		}
		twice, twiceGrad := evaluate(l, b)
		assert.InEpsilon(t, 2*value, twice, 1e-12)
		for i := range grad {
			grad[i] *= 2
		}
		sameUpTo(t, grad, twiceGrad, 1e-6)
	})
}

func TestNoWeightsMeansOne(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 100, 6)
		for i := range b.Weight {
			b.Weight[i] = 1
		}
		value, grad := evaluate(l, b)
		b.Weight = nil
		same, sameGrad := evaluate(l, b)
		assert.Equal(t, value, same)
		assert.Equal(t, grad, sameGrad)
	})
}

// Three ways to leave rows out: not listing them, weight 0, and Ignored. What
// the rows hold must not matter, and their gradients are zero.
func TestRowsThatDoNotCountDoNoHarm(t *testing.T) {
	poison := [...]float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 7}
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		const n = 120
		out := func(i int) bool { return i%3 == 1 }
		clean := batch(rng, l, n, 6)
		listed := *clean
		listed.Rows, listed.Weight, listed.Loss = []int32{}, nil, nil
		for i := range n {
			if !out(i) {
				listed.Rows = append(listed.Rows, int32(i))
				listed.Weight = append(listed.Weight, clean.Weight[i])
				continue
			}
			for k := range clean.Columns {
				clean.Logits[i*clean.Columns+k] = poison[rng.IntN(len(poison))]
			}
		}
		listed.Loss = make([]float32, len(listed.Rows))
		value, grad := evaluate(l, &listed)
		require.False(t, math.IsNaN(value))

		weightless, ignored := *clean, *clean
		weightless.Weight = append([]float32{}, clean.Weight...)
		ignored.Class = append([]int32{}, clean.Class...)
		for i := range n {
			if out(i) {
				weightless.Weight[i], ignored.Class[i] = 0, anchors.Ignored
			}
		}
		for name, b := range map[string]*Batch{"weight 0": &weightless, "ignored": &ignored} {
			other, otherGrad := evaluate(l, b)
			assert.InEpsilon(t, value, other, 1e-12, name)
			assert.Equal(t, grad, otherGrad, name)
			for i := range n {
				if out(i) {
					assert.Zero(t, b.Loss[i], name)
				}
			}
		}
		for i := range n {
			for k := range clean.Columns {
				if out(i) {
					require.Zero(t, grad[i*clean.Columns+k], fmt.Sprint("row ", i))
				}
			}
		}
	})
}

func TestNothingCountedIsZero(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 10, 6)
		b.Rows, b.Weight, b.Loss = []int32{}, nil, nil
		value, grad := evaluate(l, b)
		assert.Zero(t, value)
		assert.Equal(t, make([]float32, len(grad)), grad)
		value, _ = evaluate(l, &Batch{Columns: b.Columns})
		assert.Zero(t, value)
	})
}

func TestABatchOfNothingIsZero(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, _ *rand.Rand) {
		for _, threads := range []int{1, 2} {
			assert.Zero(t, l.Eval([]float32{}, &Batch{Threads: threads}))
		}
		if p, ok := l.(Pointwise); ok {
			Hardness(nil, p, &Batch{})
			GradientSize(nil, nil, p, &Batch{})
		}
	})
}

func TestABatchWithoutPositivesIsNormal(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 10, 6)
		for i := range b.Class {
			b.Class[i] = anchors.Negative
		}
		value, grad := evaluate(l, b)
		assert.True(t, value >= 0 && !math.IsInf(value, 0))
		for _, g := range grad {
			assert.True(t, g-g == 0)
		}
	})
}

func TestEveryLossStaysOffTheHeap(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 500, 6)
		grad := make([]float32, len(b.Logits))
		assert.Zero(t, testing.AllocsPerRun(5, func() { l.Eval(grad, b) }))
	})
}

func TestThreadsChangeNoBit(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 3*chunk+100, 6)
		for _, columns := range []int{b.Columns, 20} {
			if b.Columns != columns { // for kernels that go row by row
				b = dense(rng, 3*chunk+100, columns, true)
			}
			b.State = NewState(l, b.Columns)
			want, wantGrad := evaluate(l, b)
			wantLoss := append([]float32{}, b.Loss...)
			for _, threads := range []int{2, 5} {
				b.Threads, b.State = threads, NewState(l, b.Columns)
				got, grad := evaluate(l, b)
				assert.Equal(t, want, got)
				assert.True(t, slices.Equal(wantGrad, grad), "gradients")
				assert.True(t, slices.Equal(wantLoss, b.Loss), "losses of the rows")
				b.State = NewState(l, b.Columns)
				assert.Equal(t, want, l.Eval(nil, b))
			}
		}
	})
}

func TestHardnessIsTheUnweightedLoss(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		p, ok := l.(Pointwise)
		if !ok {
			t.Skip("has no hardness")
		}
		b := batch(rng, l, 50, 6)
		b.Class[3] = anchors.Ignored
		b.Logits[3*b.Columns] = float32(math.NaN())
		dst := make([]float32, 50)
		Hardness(dst, p, b)
		b.Weight = nil
		p.Eval(nil, b)
		assert.Equal(t, b.Loss, dst)
		assert.Zero(t, dst[3])
		assert.PanicsWithValue(t, "losses: Hardness: room for 49 of 50 rows, "+fmt.Sprint(len(b.Logits))+" logits", func() { Hardness(dst[:49], p, b) })
	})
}

func TestLengthsThatDisagreePanic(t *testing.T) {
	good := func() *Batch {
		return &Batch{Logits: make([]float32, 6), Columns: 2, Class: make([]int32, 3), Rows: []int32{0, 2}, Weight: make([]float32, 2), Loss: make([]float32, 2)}
	}
	for want, spoil := range map[string]func(*Batch){
		"losses: Eval: 5 logits for 3 rows of 2 columns": func(b *Batch) { b.Logits = b.Logits[:5] },
		"losses: Eval: 3 weights for 2 rows":             func(b *Batch) { b.Weight = make([]float32, 3) },
		"losses: Eval: room for 1 losses of 2 rows":      func(b *Batch) { b.Loss = b.Loss[:1] },
	} {
		b := good()
		spoil(b)
		assert.PanicsWithValue(t, want, func() { CE{}.Eval(make([]float32, len(b.Logits)), b) })
	}
	assert.PanicsWithValue(t, "losses: Eval: 4 gradients for 6 logits", func() { CE{}.Eval(make([]float32, 4), good()) })
	assert.NotPanics(t, func() { CE{}.Eval(make([]float32, 6), good()) })
}

// A class that has no column is a mistake of the caller in every loss, not the
// background in some; of rows that do not count it is nobody's.
func TestAClassWithoutAColumnPanics(t *testing.T) {
	const why = ": classes count from 0, and the background is anchors.Negative"
	for _, e := range clsLosses.All() {
		loss := e.New()
		for class, want := range map[int32]string{
			2: "losses: Eval: row 1 is of class 2, of 2 columns" + why, 80: "losses: Eval: row 1 is of class 80, of 2 columns" + why,
			-3: "losses: Eval: row 1 is of class -3, of 2 columns" + why, 1: "", anchors.Negative: "", anchors.Ignored: "",
		} {
			for _, rows := range [][]int32{nil, {1, 2}, {0, 2}} {
				b := &Batch{Logits: make([]float32, 6), Columns: 2, Class: []int32{0, class, anchors.Negative}, Rows: rows}
				b.State = NewState(loss, b.Columns)
				eval := func() { loss.Eval(make([]float32, 6), b) }
				if want == "" || rows != nil && rows[0] == 0 {
					assert.NotPanics(t, eval, "%s, class %d, rows %v", e.Name, class, rows)
				} else {
					assert.PanicsWithValue(t, want, eval, "%s, class %d, rows %v", e.Name, class, rows)
				}
			}
		}
	}
}

// fastest measures f, which is done once before, and reports its fastest run by
// the logit: on a machine with other work it is the run that says most.
func fastest(b *testing.B, logits int, f func()) {
	f()
	least := time.Hour
	for b.Loop() {
		start := time.Now()
		f()
		least = min(least, time.Since(start))
	}
	b.ReportMetric(float64(least.Nanoseconds())/float64(logits), "fastest-ns/logit")
}

func BenchmarkClsLosses(b *testing.B) {
	const n = 100_000
	for _, e := range clsLosses.All() {
		b.Run(e.Name, func(b *testing.B) {
			l := e.New()
			in := batch(rand.New(rand.NewPCG(1, 2)), l, n, 6)
			grad := make([]float32, len(in.Logits))
			b.ReportAllocs()
			fastest(b, len(in.Logits), func() { l.Eval(grad, in) })
		})
	}
}
