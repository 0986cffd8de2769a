package losses

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ownFocal is focal loss as a user would write it, of hard targets.
type ownFocal struct{ Focal }

func (l ownFocal) Eval(grad []float32, b *Batch) float64 { return EvalMargins(l, grad, b) }

func (l ownFocal) Row(grad, logits []float32, t Target) float64 {
	return MarginRow(l, grad, logits, t)
}

func (l ownFocal) Margins(m Margins[float32]) { focalMargins(m, float32(l.Alpha)) }

func (l ownFocal) ExactMargins(m Margins[float64]) { focalMargins(m, l.Alpha) }

func focalMargins[F float32 | float64](m Margins[F], alpha F) {
	weight := 1 - alpha
	if m.Positive {
		weight = alpha
	}
	for i, q := range m.Wrong {
		focus := weight * q * q
		m.Loss[i], m.Slope[i] = focus*m.NLL[i], focus*(2*m.Right[i]*m.NLL[i]+q)
	}
}

// ownQuality is [QualityFocal] of Beta 2 as a user would write it.
type ownQuality struct{}

func (ownQuality) Link() Link { return Sigmoid }

func (l ownQuality) Eval(grad []float32, b *Batch) float64 { return EvalMargins(l, grad, b) }

func (l ownQuality) Row(grad, logits []float32, t Target) float64 {
	return MarginRow(l, grad, logits, t)
}

func (ownQuality) Margins(m Margins[float32]) { qualityMargins(m) }

func (ownQuality) ExactMargins(m Margins[float64]) { qualityMargins(m) }

func qualityMargins[F float32 | float64](m Margins[F]) {
	rest := F(0) // of the target, from the column's own
	if m.Positive {
		rest = 1 - m.Quality
	}
	for i, q := range m.Wrong {
		d, p := q-rest, m.Right[i]
		// -log Wrong is NLL plus the margin, which the odds give.
		ce := m.NLL[i]
		if rest > 0 {
			ce += rest * F(math.Log(float64(p/q)))
		}
		m.Loss[i], m.Slope[i] = d*d*ce, d*d*d+2*d*p*q*ce
	}
}

func TestALossOfOnesOwnAgreesWithItsRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 42))
	l := ownFocal{Focal{Alpha: 0.25, Gamma: 2}}
	for _, columns := range []int{1, 2, 3, 16, 17, 80} {
		for _, listed := range []bool{false, true} {
			b := dense(rng, 2*block+rng.IntN(40), columns, listed)
			want, wantGrad := evaluate(inFloat64{l}, b)
			wantLoss := append([]float32{}, b.Loss...)
			got, grad := evaluate(l, b)
			require.InEpsilon(t, want, got, 1e-6)
			for i, w := range wantGrad {
				require.InDelta(t, w, grad[i], 2e-6*math.Abs(float64(w))+1e-37, "%d columns, gradient %d at %v", columns, i, b.Logits[i])
			}
			for i, w := range wantLoss {
				require.InDelta(t, w, b.Loss[i], 2e-6*math.Abs(float64(w))+1e-37)
			}
			assert.Zero(t, testing.AllocsPerRun(2, func() { l.Eval(grad, b) }))
			b.Exact = true
			exact, exactGrad := evaluate(l, b)
			assert.Equal(t, want, exact)
			sameBits(t, wantGrad, exactGrad)
		}
	}
}

func TestALossByMarginsIsTheOneOfTheLibrary(t *testing.T) {
	rng := rand.New(rand.NewPCG(53, 54))
	for _, c := range []struct{ own, library Pointwise }{
		{ownFocal{Focal{Alpha: 0.25, Gamma: 2}}, Focal{Alpha: 0.25, Gamma: 2}}, {ownQuality{}, QualityFocal{Beta: 2}},
	} {
		for _, columns := range []int{1, 3, 64, 80, 130} {
			grad, want := make([]float32, columns), make([]float32, columns)
			for range 50 {
				x := make([]float32, columns)
				for k := range x {
					x[k] = 20 * (2*rng.Float32() - 1)
				}
				target := Target{Class: rng.Int32N(int32(columns)+1) - 1, Quality: 1}
				if _, soft := c.own.(ownQuality); soft {
					target.Quality = 0.1 + 0.8*rng.Float32()
				}
				require.InEpsilon(t, c.library.Row(want, x, target), c.own.Row(grad, x, target), 1e-9)
				for k, g := range want {
					require.InDelta(t, g, grad[k], 2e-7*math.Abs(float64(g))+1e-12)
				}
			}
			b := dense(rng, 200, columns, false)
			hardness, wanted := make([]float32, 200), make([]float32, 200)
			for range b.Class {
				b.Quality = append(b.Quality, 0.5)
			}
			if _, soft := c.own.(ownQuality); !soft {
				b.Quality = nil
			}
			b.Weight = nil
			for i, x := range b.Logits {
				if x-x != 0 {
					b.Logits[i] = 0
				}
			}
			Hardness(hardness, c.own, b)
			Hardness(wanted, c.library, b)
			for i, h := range wanted {
				require.InDelta(t, h, hardness[i], 4e-6*math.Abs(float64(h))+1e-37, "row %d", i)
			}
		}
	}
}

// A gradient of these is a difference of two terms, to which the deviation is
// compared.
func TestSoftenedLossesAgreeWithFloat64(t *testing.T) {
	tiny := 161 * math.Exp(-87) // an exponential that the kernel takes for 0, times a logarithm
	rng := rand.New(rand.NewPCG(45, 46))
	for _, l := range []Pointwise{
		LabelSmoothing{Epsilon: 0.1}, LabelSmoothing{}, Bootstrapped{Beta: 0.95}, Bootstrapped{Beta: 0.2}, Bootstrapped{Beta: 0.8, Hard: true}, Bootstrapped{Beta: 1},
	} {
		for _, columns := range []int{5, 16, 21, 81} {
			for _, threads := range []int{0, 3} {
				b := dense(rng, 300, columns, true)
				want, wantGrad := evaluate(inFloat64{l}, b)
				wantLoss := append([]float32{}, b.Loss...)
				b.Threads = threads
				got, grad := evaluate(l, b)
				require.InEpsilon(t, want, got, 1e-6)
				weight := make([]float64, len(b.Class))
				for i, r := range b.Rows {
					weight[r] = float64(b.Weight[i])
				}
				for i, w := range wantGrad {
					term := 0.0
					if r := i / columns; weight[r] > 0 {
						row := b.Logits[r*columns : (r+1)*columns]
						term = weight[r] * math.Exp(float64(b.Logits[i])-logSumExp(row))
						switch l := l.(type) {
						case LabelSmoothing:
							term += weight[r] * l.Epsilon / float64(columns)
						case Bootstrapped:
							term *= 1 + (1-l.Beta)*logSumExp(row) + 80
						}
					}
					require.InDelta(t, w, grad[i], 2e-6*math.Abs(float64(w))+5e-7*term+tiny, "%T%v, %d columns, gradient %d at %v", l, l, columns, i, b.Logits[i])
				}
				for i, w := range wantLoss {
					// The reference takes a logit of up to 80 from a logarithm.
					require.InDelta(t, w, b.Loss[i], 2e-6*math.Abs(float64(w))+1e-12, "%T%v, %d columns, loss %d", l, l, columns, i)
				}
				value := l.Eval(nil, b)
				require.Equal(t, got, value)
				b.Threads = 0
				require.Zero(t, testing.AllocsPerRun(2, func() { l.Eval(grad, b) }))
			}
		}
	}
}

func BenchmarkOfOnesOwn(b *testing.B) {
	for _, columns := range []int{80, 1} {
		n := 1_600_000 / columns
		rng := rand.New(rand.NewPCG(1, 2))
		in := &Batch{Columns: columns, Logits: make([]float32, n*columns), Class: make([]int32, n), Loss: make([]float32, n)}
		for i := range in.Logits {
			in.Logits[i] = float32(rng.NormFloat64()) - 4
		}
		for i := range in.Class {
			in.Class[i] = -1
			if i%1000 == 0 {
				in.Class[i] = rng.Int32N(int32(columns))
			}
		}
		grad, size, row := make([]float32, n*columns), make([]float32, n), make([]float32, columns)
		focal := Focal{Alpha: 0.25, Gamma: 2}
		for _, l := range []Pointwise{focal, ownFocal{focal}, QualityFocal{Beta: 2}, ownQuality{}, inFloat64{focal}} {
			name := fmt.Sprintf("%T/%d", l, columns)
			b.Run(name, func(b *testing.B) { fastest(b, len(grad), func() { l.Eval(grad, in) }) })
			b.Run(name+"/sizes", func(b *testing.B) { fastest(b, len(grad), func() { GradientSize(size, row, l, in) }) })
		}
	}
}
