package losses

import (
	"math"
	"slices"

	"detsample/internal/logits"
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
	if b.Exact || b.Columns < softened {
		return EvalRows(l, grad, b)
	}
	return evalSoftmax(l, grad, b)
}

func (Bootstrapped) weights() rowWeights { return unweighted }

func (l Bootstrapped) spread() logits.Spread {
	if l.Hard {
		return logits.NoSpread
	}
	return logits.Entropy
}

func (l Bootstrapped) leans() bool { return !l.Hard }

func (l Bootstrapped) settle(s *softRows) {
	for i := range s.n {
		if l.Hard {
			l.settleHard(s, i)
		} else {
			l.settleSoft(s, i)
		}
	}
}

func (l Bootstrapped) settleHard(s *softRows, i int) {
	r, w, own, sum := &s.rows[i], s.weight[i], 1-l.Beta, s.sum(i)
	s.loss[i] = w * (l.Beta*float64(s.nll[i]) + own*float64(s.log[i]))
	r.Factor, s.truth[i] = float32(w/sum), -w*float64(s.rest[i])/sum
	if top := int32(slices.Index(s.row(i), r.Top)); top != r.Truth && top >= 0 {
		s.truth[i] += w * own
		s.other[i], s.otherSlope[i] = top, float32(w*(1/sum-own))
	}
}

func (l Bootstrapped) settleSoft(s *softRows, i int) {
	r, w, own, sum := &s.rows[i], s.weight[i], 1-l.Beta, s.sum(i)
	mean := float64(r.Spread) / sum // of the distances from the largest logit
	nll, opinion := float64(s.nll[i]), float64(s.log[i])+mean
	s.loss[i] = w * (l.Beta*nll + own*opinion)
	r.Factor, r.Shift = float32(w/sum*(l.Beta-own*mean)), float32(w/sum*own)
	s.truth[i] = w / sum * (own*float64(s.hit[i])*(nll-opinion) - l.Beta*float64(s.rest[i]))
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
