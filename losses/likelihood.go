package losses

import "math"

// likelihood is what the columns of a row over exclusive classes share. The
// likeliest column's own exponential, 1, is kept apart, so that neither its
// -log p nor its 1-p cancels where p is nearly 1.
type likelihood struct {
	top  int     // the first of the largest logits
	most float64 // that logit
	rest float64 // sum of exp(x-most) over the others
	log  float64 // of 1+rest
}

// likelihoodOf returns that of a row. It is NaN where the largest logit is
// infinite.
func likelihoodOf(x []float32) (l likelihood) {
	for k, v := range x {
		if v > x[l.top] {
			l.top = k
		}
	}
	l.most = float64(x[l.top])
	l.rest = 0 * l.most
	for k, v := range x {
		if k != l.top {
			l.rest += math.Exp(float64(v) - l.most)
		}
	}
	l.log = math.Log1p(l.rest)
	return l
}

// nll is -log p of column k, whose logit is x.
func (l likelihood) nll(k int, x float32) float64 {
	if k == l.top {
		return l.log
	}
	return l.most - float64(x) + l.log
}

// excess is p-y of column k, whose -log p is nll and 1-y is others.
func (l likelihood) excess(k int, nll, y, others float64) float64 {
	if k == l.top && y > 0.5 {
		return others - l.rest/(1+l.rest)
	}
	return math.Exp(-nll) - y
}

// against is p - [k = truth].
func (l likelihood) against(k int, nll float64, truth int) float64 {
	if k == truth {
		return l.excess(k, nll, 1, 0)
	}
	return l.excess(k, nll, 0, 1)
}
