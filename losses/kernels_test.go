package losses

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// kernelledLosses are those with kernels, in settings that take different ways.
var kernelledLosses = []kernelled{
	CE{}, CE{ClassWeight: []float64{2, 0.5}}, CE{ClassWeight: []float64{2, 0}},
	AlphaCE{Alpha: 0.75}, AlphaCE{Alpha: 1}, AlphaCE{Alpha: 0},
	Focal{Alpha: 0.25, Gamma: 2}, Focal{Alpha: -1, Gamma: 2}, Focal{Alpha: 0.25, Gamma: 0}, Focal{Alpha: 0.25, Gamma: 0.5}, Focal{Alpha: 0.25, Gamma: 1}, Focal{Alpha: 0.5, Gamma: 1.7}, Focal{Alpha: 0.25, Gamma: 5},
	SoftmaxCE{}, SoftmaxCE{ClassWeight: []float64{0, 2}}, SoftmaxAlphaCE{Alpha: 0.3}, SoftmaxAlphaCE{Alpha: 1},
	NewSoftmaxFocal(0.25, 2), NewSoftmaxFocal(0.25, 0.3), SoftmaxFocal{Alpha: 1, BackgroundAlpha: 1, Gamma: 5, ClassAlpha: []float64{3}},
	QualityFocal{Beta: 2}, QualityFocal{Beta: 0}, QualityFocal{Beta: 1.7}, QualityFocal{Beta: 40}, NewVarifocal(0.75, 2), Varifocal{Alpha: 0.3, Gamma: 1.5},
	GaussianFocal{Alpha: 2, Gamma: 4}, LinearFocal{Gamma: 2, Beta: 1}, LinearFocal{Gamma: 1.7, Beta: -0.3}, LinearFocal{Gamma: 0.3, Beta: 1.1},
	Asymmetric{GammaNeg: 4, GammaPos: 1, Clip: 0.05}, Asymmetric{GammaNeg: 1, GammaPos: 0, Clip: 0.7}, Asymmetric{GammaNeg: 2.5, GammaPos: 1, Clip: 1e-4}, Asymmetric{GammaNeg: 4, GammaPos: 1},
	Asymmetric{GammaNeg: 1.7, GammaPos: 1, Clip: 0.05},
	ClassBalanced{Effective: Effective{Beta: 0.999, Count: []float64{900, 20}}, Gamma: 2}, SoftmaxClassBalanced{Effective: Effective{Beta: 0.999, Count: []float64{900, 20}}, Gamma: 1},
}

// dense is rows of the given number of columns with logits up to 80, some
// ignored, some without weight, in which case logits are not even numbers.
func dense(rng *rand.Rand, n, columns int, listed bool) *Batch {
	b := &Batch{Columns: columns, Logits: make([]float32, n*columns), Class: make([]int32, n)}
	for i := range b.Logits {
		b.Logits[i] = []float32{3, 80}[rng.IntN(2)] * (2*rng.Float32() - 1)
	}
	for r := range n {
		b.Class[r] = anchors.Negative
		switch rng.IntN(6) {
		case 0:
			b.Class[r] = rng.Int32N(int32(columns))
		case 1:
			b.Class[r] = anchors.Ignored
		}
		if !listed || rng.IntN(3) > 0 {
			b.Rows = append(b.Rows, int32(r))
			b.Weight = append(b.Weight, 0.25+rng.Float32())
			if rng.IntN(9) == 0 {
				b.Weight[len(b.Weight)-1] = 0
			}
			if b.Class[r] == anchors.Ignored || b.Weight[len(b.Weight)-1] == 0 {
				b.Logits[r*columns] = float32(math.Inf(1))
				b.Logits[(r+1)*columns-1] = float32(math.NaN())
			}
		}
	}
	b.Loss = make([]float32, len(b.Rows))
	if !listed {
		b.Rows = nil
	}
	return b
}

func TestKernelsAgreeWithFloat64ToTwoInAMillion(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	// What float32 cannot hold in full precision does not count.
	const small = 1e-37
	for _, l := range kernelledLosses {
		t.Run(fmt.Sprintf("%T%v", l, l), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(21, 22))
			for _, columns := range []int{1, 2, 3, 4, 5, 16, 17, 31, 80, 81, 200} {
				if l.Link() == Softmax && columns == 1 {
					continue
				}
				for _, listed := range []bool{false, true} {
					b := dense(rng, 2*block+rng.IntN(40), columns, listed)
					want, wantGrad := evaluate(inFloat64{l}, b)
					wantLoss := append([]float32{}, b.Loss...)
					got, grad := evaluate(l, b)
					require.InEpsilon(t, want, got, 1e-6)
					for i, w := range wantGrad {
						require.InDelta(t, w, grad[i], 2e-6*math.Abs(float64(w))+small, "%d columns, gradient %d at %v", columns, i, b.Logits[i])
					}
					for i, w := range wantLoss {
						require.InDelta(t, w, b.Loss[i], 2e-6*math.Abs(float64(w))+small, "%d columns, loss %d", columns, i)
					}
					value, without := l.Eval(nil, b), append([]float32{}, b.Loss...)
					assert.Equal(t, got, value, "without gradients")
					l.Eval(grad, b)
					assert.Equal(t, without, b.Loss)
				}
			}
		})
	}
}

// TestLossesOfABatchAgreeWithFloat64ToTwoInAMillion is that of the losses that
// look at more than a row, over steps of a run with soft targets and without.
func TestLossesOfABatchAgreeWithFloat64ToTwoInAMillion(t *testing.T) {
	const small = 1e-37
	for _, l := range []Cls{
		GHMC{Bins: 10}, GHMC{Bins: 1}, GHMC{Bins: 256, Momentum: 0.75}, GHMC{Bins: 30, Momentum: 0.5},
		EQLv2{Gamma: 12, Mu: 0.8, Alpha: 4}, EQLv2{Gamma: 1, Mu: 0.1, Alpha: 1},
		EqualizedFocal{Alpha: 0.25, Gamma: 2, Scale: 8}, EqualizedFocal{Alpha: -1, Gamma: 1.5, Scale: 2}, EqualizedFocal{Alpha: 0.25, Gamma: 2, Scale: 9},
		Seesaw{P: 0.8, Q: 2, Epsilon: 0.01},
	} {
		t.Run(fmt.Sprintf("%T%v", l, l), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(27, 28))
			for _, classes := range []int{1, 2, 3, 5, 16, 17, 80} {
				columns := l.Link().Columns(classes)
				state, exactState := NewState(l, columns), NewState(l, columns)
				for _, listed := range []bool{false, true, true, false} {
					b := dense(rng, 2*block+rng.IntN(40), columns, listed)
					if l.Link() == Softmax { // whose last column no row has for its class
						for i, class := range b.Class {
							if int(class) == columns-1 {
								b.Class[i] = anchors.Negative
							}
						}
					}
					b.Exact, b.State = true, exactState
					want, wantGrad := evaluate(l, b)
					wantLoss := append([]float32{}, b.Loss...)
					b.Exact, b.State = false, state
					got, grad := evaluate(l, b)
					require.InEpsilon(t, want, got, 1e-6)
					for i, w := range wantGrad {
						require.InDelta(t, w, grad[i], 2e-6*math.Abs(float64(w))+small, "%d columns, gradient %d at %v", columns, i, b.Logits[i])
					}
					for i, w := range wantLoss {
						require.InDelta(t, w, b.Loss[i], 2e-6*math.Abs(float64(w))+small, "%d columns, loss %d", columns, i)
					}
					for i, w := range exactState {
						require.InDelta(t, w, state[i], 2e-6*math.Abs(w)+small, "state %d", i)
					}
					copy(state, exactState) // so that a step is compared, not a run
				}
			}
		})
	}
}

func TestSoftTargetsAgreeWithFloat64ToTwoInAMillion(t *testing.T) {
	rng := rand.New(rand.NewPCG(29, 30))
	for _, l := range []Pointwise{QualityFocal{Beta: 2}, QualityFocal{Beta: 0.5}, NewVarifocal(0.75, 2), GaussianFocal{Alpha: 2, Gamma: 4}} {
		for _, columns := range []int{1, 3, 20, 80} {
			b := dense(rng, 300, columns, true)
			for range b.Class {
				b.Quality = append(b.Quality, float32(rng.IntN(5))/4)
			}
			want, wantGrad := evaluate(inFloat64{l}, b)
			got, grad := evaluate(l, b)
			require.InEpsilon(t, want, got, 1e-6)
			for i, w := range wantGrad {
				require.InDelta(t, w, grad[i], 2e-6*math.Abs(float64(w))+1e-37, "%T, %d columns, gradient %d at %v", l, columns, i, b.Logits[i])
			}
		}
	}
}

func TestExactIsFloat64RoundedToTheBit(t *testing.T) {
	elements := 20_000
	if testing.Short() {
		elements = 6_000 // of one column, still more than one thread gets at a time
	}
	edges := []float32{0, float32(math.Copysign(0, -1)), 1e-45, -1e-45, 1e-6, -1e-6, 87, -87, 103, -103, 350, -350, 699, -699, 701, -701, 1e4, -1e4, 3e38, -3e38}
	for _, l := range kernelledLosses {
		t.Run(fmt.Sprintf("%T%v", l, l), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(25, 26))
			for _, columns := range []int{1, 3, 20} {
				columns = l.Link().Columns(columns)
				for _, listed := range []bool{false, true} {
					b := dense(rng, elements/columns, columns, listed)
					for range len(b.Logits) / 50 {
						b.Logits[rng.IntN(len(b.Logits))] = edges[rng.IntN(len(edges))]
					}
					want, wantGrad := evaluate(inFloat64{l}, b)
					wantLoss := append([]float32{}, b.Loss...)
					b.Exact = true
					for _, threads := range []int{1, 3} {
						b.Threads = threads
						got, grad := evaluate(l, b)
						assert.InEpsilon(t, want, got, 1e-12)
						sameBits(t, wantGrad, grad)
						sameBits(t, wantLoss, b.Loss)
						l.Eval(nil, b)
						sameBits(t, wantLoss, b.Loss)
					}
					b.Threads = 0
					assert.Zero(t, testing.AllocsPerRun(1, func() { l.Eval(wantGrad, b) }))
				}
			}
		})
	}
}

func sameBits(t *testing.T, want, got []float32) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, w := range want {
		if math.Float32bits(w) != math.Float32bits(got[i]) { // an assertion a bit took longer than what is tested
			require.Equal(t, math.Float32bits(w), math.Float32bits(got[i]), "element %d: %v, want %v", i, got[i], w)
		}
	}
}

func TestAListOfAllRowsIsNoList(t *testing.T) {
	for _, l := range kernelledLosses {
		for _, columns := range []int{2, 9, 80} {
			b := dense(rand.New(rand.NewPCG(23, 24)), 3*block+5, columns, false)
			want, wantGrad := evaluate(l, b)
			for r := range b.Class {
				b.Rows = append(b.Rows, int32(r))
			}
			got, grad := evaluate(l, b)
			assert.Equal(t, want, got)
			assert.Equal(t, wantGrad, grad)
		}
	}
}

func TestARowThatIsListedTwiceKeepsOneGradient(t *testing.T) {
	for _, l := range kernelledLosses {
		columns := l.Link().Columns(5)
		b := &Batch{Columns: columns, Logits: make([]float32, 2*columns), Class: []int32{1, 2}, Rows: []int32{0, 1, 1}}
		for i := range b.Logits {
			b.Logits[i] = float32(i%4) - 1
		}
		_, twice := evaluate(l, b)
		b.Rows = []int32{0, 1}
		_, once := evaluate(l, b)
		assert.Equal(t, once, twice, "%T%v", l, l)
	}
}

// BenchmarkShelf is every loss at the widths in use, from a region proposal
// network's one column to LVIS's 1203, one thread.
func BenchmarkShelf(b *testing.B) {
	for _, columns := range []int{1, 2, 3, 5, 6, 8, 15, 20, 80, 81, 1203} {
		for _, e := range clsLosses.All() {
			l := e.New()
			if l.Link() == Softmax && columns == 1 {
				continue
			}
			n := 800_000 / columns
			rng := rand.New(rand.NewPCG(1, 2))
			in := &Batch{Columns: columns, Logits: make([]float32, n*columns), Class: make([]int32, n), Loss: make([]float32, n), State: NewState(l, columns)}
			for i := range in.Logits {
				in.Logits[i] = float32(rng.NormFloat64()) - 4
			}
			for i := range in.Class {
				in.Class[i] = anchors.Negative
				if i%1000 == 0 {
					in.Class[i] = rng.Int32N(int32(columns - l.Link().Columns(0)))
				}
			}
			grad := make([]float32, len(in.Logits))
			b.Run(fmt.Sprintf("columns=%d/%s", columns, e.Name), func(b *testing.B) {
				b.ReportAllocs()
				fastest(b, len(in.Logits), func() { l.Eval(grad, in) })
			})
		}
	}
}

// BenchmarkDense is a whole dense head: what the goals of docs/performance.md are about.
func BenchmarkDense(b *testing.B) {
	const n = 200_000
	for _, c := range []struct {
		loss    Cls
		columns int
	}{{Focal{Alpha: 0.25, Gamma: 2}, 80}, {CE{}, 80}, {SoftmaxCE{}, 81}, {Focal{Alpha: 0.25, Gamma: 2}, 1}, {CE{}, 1}, {SoftmaxCE{}, 2}} {
		rng := rand.New(rand.NewPCG(1, 2))
		in := &Batch{Columns: c.columns, Logits: make([]float32, n*c.columns), Class: make([]int32, n)}
		for i := range in.Logits {
			in.Logits[i] = float32(rng.NormFloat64()) - 4
		}
		for i := range in.Class {
			in.Class[i] = anchors.Negative
			if i%1000 == 0 {
				in.Class[i] = rng.Int32N(int32(c.columns))
			}
		}
		grad := make([]float32, len(in.Logits))
		b.Run(fmt.Sprintf("%T/columns=%d", c.loss, c.columns), func(b *testing.B) {
			b.SetBytes(8 * int64(len(in.Logits)))
			b.ReportAllocs()
			for b.Loop() {
				c.loss.Eval(grad, in)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(in.Logits)), "ns/logit")
		})
		if c.columns > 2 {
			continue
		}
		b.Run(fmt.Sprintf("%T/columns=%d/exact", c.loss, c.columns), func(b *testing.B) {
			exact := *in
			exact.Exact = true
			b.ReportAllocs()
			for b.Loop() {
				c.loss.Eval(grad, &exact)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(in.Logits)), "ns/logit")
		})
	}
}
