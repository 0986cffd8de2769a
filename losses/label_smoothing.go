package losses

import "math"

// LabelSmoothing is cross entropy over exclusive classes and the background,
// C columns, towards a target that gives every column Epsilon/C and the rest
// to the true one:
//
//	l = -sum_j y_j log p_j,  dl/dx_j = p_j - y_j
//	y_j = (1-Epsilon) [j = t] + Epsilon/C
//
// Source: Inception-v3 (Szegedy et al. 2016), 0.1; PyTorch's cross_entropy,
// whose label_smoothing is Epsilon.
type LabelSmoothing struct {
	Epsilon float64 `range:"[0,1)" doc:"share of the target spread over all columns"`
}

var _ Pointwise = LabelSmoothing{}

// Link implements [Cls].
func (LabelSmoothing) Link() Link { return Softmax }

// Eval implements [Cls].
func (l LabelSmoothing) Eval(grad []float32, b *Batch) float64 {
	if b.Exact || b.Columns < widest {
		return EvalRows(l, grad, b)
	}
	return evalSoftened(l, grad, b)
}

func (l LabelSmoothing) soften(grad []float32, r softRow, w float64) float64 {
	spread := l.Epsilon / float64(len(r.x))
	if grad != nil {
		share, off := float32(w/r.sum), float32(w*spread)
		for k, e := range r.exp {
			grad[k] = e*share - off
		}
		grad[r.truth] = float32(w * (l.Epsilon - spread - r.rest/r.sum))
	}
	return (1-l.Epsilon)*r.nll() + spread*(float64(len(r.x))*r.log+r.below())
}

// Row implements [Pointwise].
func (l LabelSmoothing) Row(grad, logits []float32, t Target) float64 {
	truth := Softmax.column(t.Class, len(logits))
	lse, value := logSumExp(logits), 0.0
	for k, x := range logits {
		y := l.Epsilon / float64(len(logits))
		if k == truth {
			y += 1 - l.Epsilon
		}
		nll := lse - float64(x)
		value += y * nll
		if grad != nil {
			grad[k] = float32(math.Exp(-nll) - y)
		}
	}
	return value
}
