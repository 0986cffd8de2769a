package losses

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// rowReference is a loss of one row in float64, written from its paper and not
// from the code under test, with column the true one or -1. Whatever the loss
// holds as a weight is held at the row's own logits.
type rowReference func(x []float64, column int) float64

// columnsOf sums a loss of log p and log (1-p) over independent columns.
func columnsOf(f func(k int, logP, logQ float64, positive bool) float64) rowReference {
	return func(x []float64, column int) float64 {
		sum := 0.0
		for k, v := range x {
			sum += f(k, -math.Log1p(math.Exp(-v)), -math.Log1p(math.Exp(v)), k == column)
		}
		return sum
	}
}

// focalOf is the focal loss with weights and exponents of positives and
// negatives.
func focalOf(pos, neg, gammaPos, gammaNeg float64) rowReference {
	return columnsOf(func(_ int, logP, logQ float64, positive bool) float64 {
		if positive {
			return -pos * math.Exp(gammaPos*logQ) * logP
		}
		return -neg * math.Exp(gammaNeg*logP) * logQ
	})
}

func logSoftmaxOf(x []float64) []float64 {
	top, sum := math.Inf(-1), 0.0
	for _, v := range x {
		top = max(top, v)
	}
	for _, v := range x {
		sum += math.Exp(v - top)
	}
	out := make([]float64, len(x))
	for k, v := range x {
		out[k] = v - top - math.Log(sum)
	}
	return out
}

func softmaxFocalOf(weight func(column, columns int) float64, gamma float64) rowReference {
	return func(x []float64, column int) float64 {
		logP, rest := logSoftmaxOf(x), 0.0
		for k, v := range logP {
			if k != column {
				rest += math.Exp(v)
			}
		}
		return -weight(column, len(x)) * math.Pow(rest, gamma) * logP[column]
	}
}

func one(int, int) float64 { return 1 }

// referencesOf returns the reference of every row of b, nil for a loss whose
// gradient is not the derivative of its value, and false for a loss that
// nobody wrote one for.
func referencesOf(l Cls, b *Batch) (of func(row int) rowReference, ok bool) {
	same := func(r rowReference) (func(int) rowReference, bool) { return func(int) rowReference { return r }, true }
	quality := func(r int) float64 {
		if len(b.Quality) == 0 {
			return 1
		}
		return float64(b.Quality[r])
	}
	switch l := l.(type) {
	case CE:
		return same(focalOf(1, 1, 0, 0))
	case AlphaCE:
		return same(focalOf(l.Alpha, 1-l.Alpha, 0, 0))
	case Focal:
		return same(focalOf(l.Alpha, 1-l.Alpha, l.Gamma, l.Gamma))
	case ClassBalanced: // without counts
		return same(focalOf(1, 1, l.Gamma, l.Gamma))
	case LinearFocal:
		return same(func(x []float64, column int) float64 {
			sum := 0.0
			for k, v := range x {
				if k != column {
					v = -v
				}
				sum += math.Log1p(math.Exp(-(l.Gamma*v + l.Beta))) / l.Gamma
			}
			return sum
		})
	case Asymmetric:
		return same(columnsOf(func(_ int, logP, logQ float64, positive bool) float64 {
			if positive {
				return -math.Exp(l.GammaPos*logQ) * logP
			}
			s := max(math.Exp(logP)-l.Clip, 0)
			return -math.Pow(s, l.GammaNeg) * math.Log(min(math.Exp(logQ)+l.Clip, 1))
		}))
	case QualityFocal:
		return func(r int) rowReference {
			return columnsOf(func(_ int, logP, logQ float64, positive bool) float64 {
				y := 0.0
				if positive {
					y = quality(r)
				}
				return math.Pow(math.Abs(math.Exp(logP)-y), l.Beta) * (-y*logP - (1-y)*logQ)
			})
		}, true
	case Varifocal: // the quality is a weight and a target
		return func(r int) rowReference {
			return columnsOf(func(_ int, logP, logQ float64, positive bool) float64 {
				if y := quality(r); positive && y > 0 {
					return -y * (y*logP + (1-y)*logQ)
				}
				return -l.Alpha * math.Exp(l.Gamma*logP) * logQ
			})
		}, true
	case GaussianFocal:
		return func(r int) rowReference {
			return columnsOf(func(_ int, logP, logQ float64, positive bool) float64 {
				y := 0.0
				if positive {
					y = quality(r)
				}
				if y == 1 {
					return -math.Exp(l.Alpha*logQ) * logP
				}
				return -math.Pow(1-y, l.Gamma) * math.Exp(l.Alpha*logP) * logQ
			})
		}, true
	case EQLv2: // before the first step
		w := 1 / (1 + math.Exp(-l.Gamma*(100-l.Mu)))
		return same(focalOf(1+l.Alpha*(1-w), w, 0, 0))
	case EqualizedFocal: // before the first step
		return same(focalOf(l.Alpha, 1-l.Alpha, l.Gamma, l.Gamma))
	case GHMC:
		return same(ghmOf(l, b))
	case SoftmaxCE, SoftmaxClassBalanced:
		return same(softmaxFocalOf(one, 0))
	case SoftmaxAlphaCE:
		return same(softmaxFocalOf(func(column, columns int) float64 {
			if column < columns-1 {
				return l.Alpha
			}
			return 1 - l.Alpha
		}, 0))
	case SoftmaxFocal:
		return same(softmaxFocalOf(func(column, columns int) float64 {
			if column < columns-1 {
				return l.Alpha
			}
			return l.BackgroundAlpha
		}, l.Gamma))
	case LabelSmoothing:
		return same(func(x []float64, column int) float64 {
			sum := 0.0
			for k, v := range logSoftmaxOf(x) {
				y := l.Epsilon / float64(len(x))
				if k == column {
					y += 1 - l.Epsilon
				}
				sum -= y * v
			}
			return sum
		})
	case Bootstrapped: // the soft form, whose opinion is differentiated
		return same(func(x []float64, column int) float64 {
			logP, sum := logSoftmaxOf(x), 0.0
			for _, v := range logP {
				sum -= (1 - l.Beta) * math.Exp(v) * v
			}
			return sum - l.Beta*logP[column]
		})
	case Seesaw:
		return func(r int) rowReference { return seesawOf(l, b, r) }, true
	case AveragePrecision, RankSort:
		return nil, true // driven by error: see TestRankingLossesAreTheirDefinitions
	}
	return nil, false
}

func TestEveryLossIsItsFormulaWithItsDerivative(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		const rows, h = 10_000, 1e-5
		b := batch(rng, l, rows, 30)
		b.Weight, b.Quality = nil, make([]float32, rows)
		for i := range b.Quality {
			b.Quality[i] = float32(rng.IntN(65)) / 64
		}
		of, ok := referencesOf(l, b)
		if !ok {
			name, _ := clsLosses.NameOf(l)
			require.True(t, strings.HasSuffix(name, "_of_a_user"), "write the loss's reference")
			t.Skip("a user's own")
		}
		if of == nil {
			t.Skip("its gradient is driven by error")
		}
		_, grad := evaluate(l, b)
		x := make([]float64, b.Columns)
		for r, class := range b.Class {
			reference, column := of(r), l.Link().column(class, b.Columns)
			for k := range x {
				x[k] = float64(b.Logits[r*b.Columns+k])
			}
			want := reference(x, column)
			require.InDelta(t, want, float64(b.Loss[r]), 1e-6+1e-5*math.Abs(want), "row %d %v", r, x)
			for k, v := range x {
				x[k] = v + h
				slope := reference(x, column)
				x[k] = v - h
				slope = (slope - reference(x, column)) / (2 * h)
				x[k] = v
				require.InDelta(t, slope, float64(grad[r*b.Columns+k]), 1e-6+1e-5*math.Abs(slope), "row %d %v, column %d of %d", r, x, k, class)
			}
		}
	})
}

func TestOneClassIsEnoughForEveryLoss(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		columns := l.Link().Columns(1)
		b := &Batch{Columns: columns, Class: []int32{0, anchors.Negative, anchors.Negative, 0}, State: NewState(l, columns)}
		for range columns * len(b.Class) {
			b.Logits = append(b.Logits, float32(4*rng.NormFloat64()))
		}
		for range 3 {
			value, grad := evaluate(l, b)
			assert.True(t, value >= 0 && !math.IsInf(value, 0), "%v", value)
			for _, g := range grad {
				assert.True(t, g-g == 0)
			}
		}
	})
}

func TestEveryLossOfIgnoredRowsIsZero(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		b := batch(rng, l, 20, 6)
		for i := range b.Class {
			b.Class[i] = anchors.Ignored
		}
		b.State = NewState(l, b.Columns)
		value, grad := evaluate(l, b)
		assert.Zero(t, value)
		assert.Equal(t, make([]float32, len(grad)), grad)
		assert.Equal(t, make([]float32, 20), b.Loss)
	})
}
