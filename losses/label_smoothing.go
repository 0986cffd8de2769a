package losses

import "detsample/internal/logits"

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
	switch {
	case b.Exact || b.Columns < logits.LeastLanes:
		return EvalRows(l, grad, b)
	case b.Columns < softened:
		return evalSoftened(l, grad, b)
	}
	return evalSoftmax(l, grad, b)
}

func (LabelSmoothing) weights() rowWeights { return unweighted }

func (LabelSmoothing) spread() logits.Spread { return logits.Distance }

func (LabelSmoothing) leans() bool { return false }

func (l LabelSmoothing) settle(s *softRows) {
	columns := float64(s.columns)
	each := l.Epsilon / columns
	for i := range s.n {
		r, w, sum := &s.rows[i], s.weight[i], s.sum(i)
		s.loss[i] = w * ((1-l.Epsilon)*float64(s.nll[i]) + each*(columns*float64(s.log[i])+float64(r.Spread)))
		r.Factor, r.Shift = float32(w/sum), float32(-w*each)
		s.truth[i] = w * (l.Epsilon - each - float64(s.rest[i])/sum)
	}
}

func (l LabelSmoothing) settleSoftened(s *softenedRows, n int) {
	columns := float64(s.columns)
	each := l.Epsilon / columns
	for i, w := range s.weight[:n] {
		s.loss[i] = w * ((1-l.Epsilon)*s.nll[i] + each*(columns*s.log[i]+s.far[i]))
		s.factor[i], s.slope[i], s.shift[i] = w*s.share[i], 0, -w*each
		s.own[i] = float32(w * (l.Epsilon - each - s.rest[i]*s.share[i]))
	}
}

// Row implements [Pointwise].
func (l LabelSmoothing) Row(grad, logits []float32, t Target) float64 {
	truth := Softmax.column(t.Class, len(logits))
	row, value, each := likelihoodOf(logits), 0.0, l.Epsilon/float64(len(logits))
	for k, x := range logits {
		y, others := each, 1-each
		if k == truth {
			y, others = each+(1-l.Epsilon), l.Epsilon-each
		}
		nll := row.nll(k, x)
		value += y * nll
		if grad != nil {
			grad[k] = float32(row.excess(k, nll, y, others))
		}
	}
	return value
}
