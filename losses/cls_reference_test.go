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
type rowReference func(x []dual, column int) dual

// value is the reference without its derivative.
func (r rowReference) value(x []float64, column int) float64 { return r(duals(x, -1), column).v }

// columnsOf sums a loss of log p and log (1-p) over independent columns.
func columnsOf(f func(logP, logQ dual, positive bool) dual) rowReference {
	return func(x []dual, column int) (sum dual) {
		for k, v := range x {
			sum = sum.plus(f(v.by(-1).softplus().by(-1), v.softplus().by(-1), k == column))
		}
		return sum
	}
}

// focalOf is the focal loss with weights and exponents of positives and
// negatives.
func focalOf(pos, neg, gammaPos, gammaNeg float64) rowReference {
	return columnsOf(func(logP, logQ dual, positive bool) dual {
		if positive {
			return logQ.by(gammaPos).exp().times(logP).by(-pos)
		}
		return logP.by(gammaNeg).exp().times(logQ).by(-neg)
	})
}

// softmaxFocalOf is the focal loss of the margin between the true column and
// all others together.
func softmaxFocalOf(weight func(column, columns int) float64, gamma float64) rowReference {
	return func(x []dual, column int) dual {
		margin := x[column].minus(logSum(x, column))
		logP, logQ := margin.by(-1).softplus().by(-1), margin.softplus().by(-1)
		return logQ.by(gamma).exp().times(logP).by(-weight(column, len(x)))
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
		if l.Alpha < 0 {
			return same(focalOf(1, 1, l.Gamma, l.Gamma))
		}
		return same(focalOf(l.Alpha, 1-l.Alpha, l.Gamma, l.Gamma))
	case ClassBalanced: // without counts
		return same(focalOf(1, 1, l.Gamma, l.Gamma))
	case LinearFocal:
		return same(func(x []dual, column int) (sum dual) {
			for k, v := range x {
				gamma := l.Gamma
				if k == column {
					gamma = -gamma
				}
				sum = sum.plus(v.by(gamma).add(-l.Beta).softplus().by(1 / l.Gamma))
			}
			return sum
		})
	case Asymmetric:
		return same(columnsOf(func(logP, logQ dual, positive bool) dual {
			if positive {
				return logQ.by(l.GammaPos).exp().times(logP).by(-1)
			}
			s := logP.exp().add(-l.Clip)
			if s.v <= 0 {
				return dual{}
			}
			return s.sizePow(l.GammaNeg).times(s.minusLog1m(math.Exp(logQ.v) + l.Clip))
		}))
	case QualityFocal:
		return func(r int) rowReference {
			return columnsOf(func(logP, logQ dual, positive bool) dual {
				y := 0.0
				if positive {
					y = quality(r)
				}
				distance := logP.exp().add(-y)
				if y > 0.5 { // where p and y cancel less as 1-y and 1-p
					distance = logQ.exp().by(-1).add(1 - y)
				}
				return distance.sizePow(l.Beta).times(logP.by(-y).minus(logQ.by(1 - y)))
			})
		}, true
	case Varifocal: // the quality is a weight and a target
		return func(r int) rowReference {
			return columnsOf(func(logP, logQ dual, positive bool) dual {
				if y := quality(r); positive && y > 0 {
					weight := 1.0
					if l.Weighted {
						weight = y
					}
					return logP.by(-y).minus(logQ.by(1 - y)).by(weight)
				}
				return logP.by(l.Gamma).exp().times(logQ).by(-l.Alpha)
			})
		}, true
	case GaussianFocal:
		return func(r int) rowReference {
			return columnsOf(func(logP, logQ dual, positive bool) dual {
				y := 0.0
				if positive {
					y = quality(r)
				}
				if y == 1 {
					return logQ.by(l.Alpha).exp().times(logP).by(-1)
				}
				return logP.by(l.Alpha).exp().times(logQ).by(-math.Pow(1-y, l.Gamma))
			})
		}, true
	case EQLv2: // before the first step
		w := 1 / (1 + math.Exp(-l.Gamma*(100-l.Mu)))
		return same(focalOf(1+l.Alpha*(1-w), w, 0, 0))
	case EqualizedFocal: // before the first step
		if l.Alpha < 0 {
			return same(focalOf(1, 1, l.Gamma, l.Gamma))
		}
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
		return same(func(x []dual, column int) (sum dual) {
			for k, logP := range logSoftmaxOf(x) {
				y := l.Epsilon / float64(len(x))
				if k == column {
					y += 1 - l.Epsilon
				}
				sum = sum.minus(logP.by(y))
			}
			return sum
		})
	case Bootstrapped:
		return same(func(x []dual, column int) (sum dual) {
			own, top := 1-l.Beta, 0
			for k, v := range x {
				if v.v > x[top].v {
					top = k
				}
			}
			logP := logSoftmaxOf(x)
			for k, v := range logP {
				switch {
				case !l.Hard:
					sum = sum.minus(v.exp().times(v).by(own))
				case k == top:
					sum = sum.minus(v.by(own))
				}
			}
			return sum.minus(logP[column].by(l.Beta))
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
			want := reference.value(x, column)
			require.InDelta(t, want, float64(b.Loss[r]), 1e-6+1e-5*math.Abs(want), "row %d %v", r, x)
			for k, v := range x {
				x[k] = v + h
				slope := reference.value(x, column)
				x[k] = v - h
				slope = (slope - reference.value(x, column)) / (2 * h)
				x[k] = v
				derived := reference(duals(x, k), column)
				require.InDelta(t, slope, derived.d, 1e-7+1e-7*math.Abs(slope), "the reference's own")
				require.InDelta(t, want, derived.v, 0)
				require.LessOrEqual(t, math.Abs(derived.d), derived.terms*(1+1e-12))
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
