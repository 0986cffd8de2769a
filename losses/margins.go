package losses

import (
	"math"

	"detsample/internal/logits"
	"detsample/internal/reuse"
)

// Margins are columns of independent sigmoids by their margin m, which is the
// logit of a column that should be 1, and the negative of the logit of one that
// should be 0: lists of the same length. Loss and Slope are to be written.
//
// They are what a pointwise loss of one's own is a function of, which so has most
// of the kernels' speed without assembly: exponentials and logarithms come from a
// kernel, for many columns at once. Its methods Margins and ExactMargins are one
// generic function in practice, called in float32, and in float64 for rows of
// objects and for batches that are Exact. It implements Eval by calling
// [EvalMargins] and Row by calling [MarginRow].
type Margins[F float32 | float64] struct {
	Positive bool // whether the columns should be 1
	Quality  F    // the target's, where Positive; 1 where targets are hard

	Wrong []F // the probability of the wrong answer, sigmoid(-m)
	Right []F // 1-Wrong, which does not cancel
	NLL   []F // -log Right

	Loss  []F // of the column
	Slope []F // its derivative by -m
}

// EvalMargins is the Eval of a loss by margins. It panics if the batch's lengths
// disagree.
func EvalMargins[L interface {
	Pointwise
	Margins(m Margins[float32])
	ExactMargins(m Margins[float64])
}](l L, grad []float32, b *Batch) float64 {
	if b.margins == nil {
		b.margins = new(marginLists)
	}
	if b.Exact {
		return evalInOrder(exactMargins[L]{l, b.margins}, grad, b)
	}
	n := blockSize(b.Columns) + 15
	b.tiles = reuse.Grow(b.tiles, 3*n)
	own := ownMargins[L]{l: l, wrong: b.tiles[:n], right: b.tiles[n : 2*n], nll: b.tiles[2*n:], lists: b.margins}
	return evalBackgroundInOrder(own, grad, b)
}

// MarginRow is the Row of a loss by margins, in float64.
func MarginRow[L interface{ ExactMargins(m Margins[float64]) }](l L, grad, logits []float32, t Target) float64 {
	return marginRow(l, new(marginLists), grad, logits, t)
}

// marginal is a loss by margins.
type marginal interface {
	Pointwise
	Margins(m Margins[float32])
	ExactMargins(m Margins[float64])
}

// marginLists are lists of some columns.
type marginLists struct{ wrong, right, nll, loss, slope [64]float64 }

// marginRow is MarginRow with memory for lists, that are on the heap.
func marginRow[L interface{ ExactMargins(m Margins[float64]) }](l L, lists *marginLists, grad, logits []float32, t Target) (total float64) {
	for at := 0; at < len(logits); at += len(lists.wrong) {
		some := logits[at:min(at+len(lists.wrong), len(logits))]
		m := lists.of(1, some)
		l.ExactMargins(m)
		truth := int(t.Class) - at
		for k, loss := range m.Loss {
			if k == truth {
				continue
			}
			total += loss
			if grad != nil {
				grad[at+k] = float32(m.Slope[k])
			}
		}
		if truth < 0 || truth >= len(some) {
			continue
		}
		m = lists.of(-1, some[truth:truth+1])
		m.Positive, m.Quality = true, float64(t.Quality)
		l.ExactMargins(m)
		total += m.Loss[0]
		if grad != nil {
			grad[t.Class] = float32(-m.Slope[0])
		}
	}
	return total
}

// of lists logits whose margins are theirs times minus sign.
func (s *marginLists) of(sign float64, logits []float32) Margins[float64] {
	for k, x := range logits {
		z := sign * float64(x)
		e := math.Exp(-math.Abs(z))
		s.wrong[k], s.right[k], s.nll[k] = 1/(1+e), e/(1+e), math.Log1p(e)
		if z < 0 {
			s.wrong[k], s.right[k] = s.right[k], s.wrong[k]
		} else {
			s.nll[k] += z
		}
	}
	n := len(logits)
	return Margins[float64]{Wrong: s.wrong[:n], Right: s.right[:n], NLL: s.nll[:n], Loss: s.loss[:n], Slope: s.slope[:n]}
}

// exactMargins are the rows of such a loss with memory of their own.
type exactMargins[L marginal] struct {
	of    L
	lists *marginLists
}

// Link implements [Cls].
func (e exactMargins[L]) Link() Link { return e.of.Link() }

// Eval implements [Cls].
func (e exactMargins[L]) Eval(grad []float32, b *Batch) float64 { return evalInOrder(e, grad, b) }

// Row implements [Pointwise].
func (e exactMargins[L]) Row(grad, logits []float32, t Target) float64 {
	return marginRow(e.of, e.lists, grad, logits, t)
}

// ownMargins is such a loss as its background is evaluated.
type ownMargins[L marginal] struct {
	alike
	l                 L
	wrong, right, nll []float32
	lists             *marginLists
}

func (o ownMargins[L]) objectRow(slope, logits []float32, t Target) (value float64, ok bool) {
	return marginRow(o.l, o.lists, slope, logits, t), true
}

// element is not asked for, since rows of objects are.
func (o ownMargins[L]) element(int, float64, float64) (value, slope float64) { return 0, 0 }

func (o ownMargins[L]) backgroundEach(slope, loss, x []float32) {
	n := len(x)
	m := Margins[float32]{Wrong: o.wrong[:n], Right: o.right[:n], NLL: o.nll[:n], Loss: loss, Slope: slope}
	logits.Probabilities(m.Wrong, m.Right, m.NLL, x)
	o.l.Margins(m)
}
