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
	switch {
	case b.Exact || b.Columns < logits.LeastLanes:
		return EvalRows(l, grad, b)
	case b.Columns < softened:
		return evalSoftened(l, grad, b)
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

func (l Bootstrapped) settleSoftened(s *softenedRows, n int) {
	if l.Hard {
		l.settleSoftenedHard(s, n)
		return
	}
	own := 1 - l.Beta
	for i, w := range s.weight[:n] {
		mean, share := s.spread[i]*s.share[i], w*s.share[i]
		opinion := s.log[i] + mean
		s.loss[i] = w * (l.Beta*s.nll[i] + own*opinion)
		s.factor[i], s.slope[i], s.shift[i] = share*(l.Beta-own*mean), share*own, 0
		s.own[i] = float32(share * (own*s.hit[i]*(s.nll[i]-opinion) - l.Beta*s.rest[i]))
	}
}

func (l Bootstrapped) settleSoftenedHard(s *softenedRows, n int) {
	own := 1 - l.Beta
	s.findTops(n)
	for i, w := range s.weight[:n] {
		s.loss[i] = w * (l.Beta*s.nll[i] + own*s.log[i])
		s.factor[i], s.slope[i], s.shift[i] = w*s.share[i], 0, 0
		slope := -w * s.rest[i] * s.share[i]
		if s.other[i] == s.truth[i] {
			s.other[i] = -1
		} else {
			slope += w * own
			s.otherSlope[i] = float32(w * (s.share[i] - own))
		}
		s.own[i] = float32(slope)
	}
}

// Row implements [Pointwise].
func (l Bootstrapped) Row(grad, logits []float32, t Target) float64 {
	truth := Softmax.column(t.Class, len(logits))
	row := likelihoodOf(logits)
	opinion := l.opinion(row, logits)
	for k := range grad {
		nll := row.nll(k, logits[k])
		slope := l.Beta * row.against(k, nll, truth)
		if l.Hard {
			slope += (1 - l.Beta) * row.against(k, nll, row.top)
		} else {
			slope += (1 - l.Beta) * math.Exp(-nll) * (nll - opinion)
		}
		grad[k] = float32(slope)
	}
	return l.Beta*row.nll(truth, logits[truth]) + (1-l.Beta)*opinion
}

// opinion returns the loss towards the model's own opinion.
func (l Bootstrapped) opinion(row likelihood, logits []float32) (loss float64) {
	if l.Hard {
		return row.log
	}
	for k, x := range logits {
		nll := row.nll(k, x)
		loss += math.Exp(-nll) * nll
	}
	return loss
}
