package losses

import (
	"detsample/internal/logits"
	"detsample/internal/reuse"
)

// Probabilities are what a loss over independent sigmoids has of some logits x,
// for [Background]: lists of the same length.
type Probabilities struct {
	P   []float32 // sigmoid(x)
	Q   []float32 // 1-P, which does not cancel
	NLL []float32 // -log Q, which is log(1+exp(x))
}

// Background is a pointwise loss of one's own over independent sigmoids, which
// need no assembly to have most of the kernels' speed: nearly all columns of a
// dense head have the target 0, and what those have in common, the exponentials
// and logarithms, comes from a kernel. Background writes the loss of columns
// with target 0 and its derivative by their logits, given their probabilities,
// all lists of the same length. Its Row is asked about the rows of objects.
//
// Such a loss implements Eval by calling [EvalBackground].
type Background interface {
	Pointwise
	Background(loss, slope []float32, of Probabilities)
}

// EvalBackground evaluates a loss with a Background: in float32 what that says,
// and in float64 by Row the rows of objects; all rows if the batch is to be
// Exact. It panics if the batch's lengths disagree.
func EvalBackground[L Background](l L, grad []float32, b *Batch) float64 {
	if b.Exact {
		return EvalRows(l, grad, b)
	}
	n := blockSize(b.Columns) + 15
	b.tiles = reuse.Grow(b.tiles, 3*n)
	own := ownBackground[L]{l: l, p: b.tiles[:n], q: b.tiles[n : 2*n], nll: b.tiles[2*n:]}
	return evalBackgroundInOrder(own, grad, b)
}

// ownBackground is a loss of one's own.
type ownBackground[L Background] struct {
	alike
	l         L
	p, q, nll []float32
}

func (o ownBackground[L]) objectRow(slope, logits []float32, t Target) (value float64, ok bool) {
	return o.l.Row(slope, logits, t), true
}

// element is not asked for, since rows of objects are.
func (o ownBackground[L]) element(int, float64, float64) (value, slope float64) { return 0, 0 }

func (o ownBackground[L]) backgroundEach(slope, loss, x []float32) {
	n := len(x)
	of := Probabilities{o.p[:n], o.q[:n], o.nll[:n]}
	logits.Probabilities(of.P, of.Q, of.NLL, x)
	o.l.Background(loss, slope, of)
}
