package losses

import (
	"math"
	"slices"
)

// Bootstrapped is cross entropy over exclusive classes and the background for
// labels that may be wrong: part of the target is the model's own opinion z,
//
//	l = -sum_j (Beta y_j + (1-Beta) z_j) log p_j
//
// where y is the label and z the probabilities p (soft) or their largest
// (Hard; the first where they tie). The soft form is Beta times cross entropy
// plus (1-Beta) times the entropy H of p, which is differentiated too:
//
//	dl/dx_j = Beta (p_j - y_j) - (1-Beta) p_j (log p_j + H)     soft
//	dl/dx_j = p_j - Beta y_j - (1-Beta) z_j                     hard
//
// Source: Reed et al. 2015 (arXiv 1412.6596), Beta 0.95 soft and 0.8 hard.
type Bootstrapped struct {
	Beta float64 `range:"(0,1]" doc:"trust in the label; the rest is the model's own opinion"`
	Hard bool    `doc:"whether the opinion is the likeliest class alone instead of all probabilities"`
}

var _ Pointwise = Bootstrapped{}

// Link implements [Cls].
func (Bootstrapped) Link() Link { return Softmax }

// Eval implements [Cls].
func (l Bootstrapped) Eval(grad []float32, b *Batch) float64 {
	if b.Exact || b.Columns < widest {
		return EvalRows(l, grad, b)
	}
	return evalSoftened(l, grad, b)
}

func (l Bootstrapped) soften(grad []float32, r softRow, w float64) float64 {
	own, opinion, top := 1-l.Beta, r.log, -1
	if l.Hard {
		top = slices.Index(r.x, float32(r.top))
	} else {
		opinion = r.entropy()
	}
	if grad != nil {
		l.write(grad, &r, w, opinion, top)
	}
	return l.Beta*r.nll() + own*opinion
}

// write writes the gradient of a row.
func (l Bootstrapped) write(grad []float32, r *softRow, w, opinion float64, top int) {
	own, share := 1-l.Beta, w/r.sum
	if l.Hard {
		for k, e := range r.exp {
			grad[k] = float32(share * float64(e))
		}
		if top >= 0 {
			grad[top] = float32(share*float64(r.exp[top]) - w*own)
		}
		grad[r.truth] = float32(w * (own*indicator(r.truth != top) - r.rest/r.sum))
		return
	}
	level, slope := share*(l.Beta+own*(r.log-opinion+r.top)), share*own
	for k, e := range r.exp {
		grad[k] = float32(float64(e) * (level - slope*float64(r.x[k])))
	}
	p := float64(r.exp[r.truth]) / r.sum
	grad[r.truth] = float32(w * (own*p*(r.nll()-opinion) - l.Beta*r.rest/r.sum))
}

// Row implements [Pointwise].
func (l Bootstrapped) Row(grad, logits []float32, t Target) float64 {
	truth := Softmax.column(t.Class, len(logits))
	lse := logSumExp(logits)
	opinion, top := l.opinion(logits, lse)
	for k := range grad {
		nll := lse - float64(logits[k])
		p := math.Exp(-nll)
		slope := l.Beta * (p - indicator(k == truth))
		if l.Hard {
			slope += (1 - l.Beta) * (p - indicator(k == top))
		} else {
			slope += (1 - l.Beta) * p * (nll - opinion)
		}
		grad[k] = float32(slope)
	}
	return l.Beta*(lse-float64(logits[truth])) + (1-l.Beta)*opinion
}

// opinion returns the loss towards the model's own opinion, and its likeliest
// column.
func (l Bootstrapped) opinion(logits []float32, lse float64) (loss float64, top int) {
	entropy := 0.0
	for k, x := range logits {
		nll := lse - float64(x)
		entropy += math.Exp(-nll) * nll
		if x > logits[top] {
			top = k
		}
	}
	if l.Hard {
		return lse - float64(logits[top]), top
	}
	return entropy, top
}

func indicator(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
