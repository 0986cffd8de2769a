package losses

import "math"

// within returns the kernels' sum of the losses of the rows that count from
// start to end, if float32 could hold them. With logits beyond 1e38 it could
// not, and the rows are evaluated again in float64, which does not help for
// NaN.
func (c columnwise) within(total float64, grad []float32, b *Batch, start, end int) float64 {
	if total-total == 0 {
		return total
	}
	return evalRows(wideSigmoid{c}, grad, b, start, end)
}

// wideSigmoid and wideBackground are the losses of the kernels in float64.
type (
	wideSigmoid                  struct{ columnwise }
	wideBackground[L background] struct{ of L }
)

// Link implements [Cls].
func (wideSigmoid) Link() Link { return Sigmoid }

// Link implements [Cls].
func (wideBackground[L]) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l wideSigmoid) Eval(grad []float32, b *Batch) float64 { return EvalRows(l, grad, b) }

// Eval implements [Cls].
func (l wideBackground[L]) Eval(grad []float32, b *Batch) float64 { return EvalRows(l, grad, b) }

// Row implements [Pointwise].
func (l wideSigmoid) Row(grad, logits []float32, t Target) float64 { return l.row(grad, logits, t) }

// Row implements [Pointwise].
func (l wideBackground[L]) Row(grad, logits []float32, t Target) float64 {
	value, ok := l.of.objectRow(grad, logits, t)
	if !ok {
		t.Quality = float32(l.of.target(t))
		value = sigmoidColumns(l.of, grad, logits, t)
	}
	if factor := l.of.factor(t.Class); factor != 1 {
		value *= factor
		scale(grad, float32(factor))
	}
	return value
}

// single returns v as float32, the largest where it is beyond.
func single(v float64) float32 {
	return float32(max(-math.MaxFloat32, min(v, math.MaxFloat32)))
}
