package losses

import "math"

// dual is a number and its derivative by one logit. The derivative is a sum,
// and terms adds up the magnitudes of what it is the sum of: more than the
// derivative's own size only where terms cancel.
type dual struct{ v, d, terms float64 }

// duals are numbers of which one varies, or none for -1.
func duals(x []float64, varies int) []dual {
	out := make([]dual, len(x))
	for k, v := range x {
		out[k].v = v
	}
	if varies >= 0 {
		out[varies].d, out[varies].terms = 1, 1
	}
	return out
}

// mapped is a function of a, of this value and slope.
func (a dual) mapped(v, slope float64) dual {
	return dual{v, slope * a.d, math.Abs(slope) * a.terms}
}

func (a dual) plus(b dual) dual { return dual{a.v + b.v, a.d + b.d, a.terms + b.terms} }

func (a dual) minus(b dual) dual { return a.plus(b.by(-1)) }

func (a dual) add(c float64) dual { return a.mapped(a.v+c, 1) }

func (a dual) by(c float64) dual { return a.mapped(c*a.v, c) }

func (a dual) times(b dual) dual {
	return dual{a.v * b.v, a.d*b.v + a.v*b.d, a.terms*math.Abs(b.v) + math.Abs(a.v)*b.terms}
}

func (a dual) exp() dual { return a.mapped(math.Exp(a.v), math.Exp(a.v)) }

// softplus is log(1+exp(a)), exact to the last digits everywhere.
func (a dual) softplus() dual {
	return a.mapped(max(a.v, 0)+math.Log1p(math.Exp(-math.Abs(a.v))), 1/(1+math.Exp(-a.v)))
}

// minusLog1m is -log(1-a), where rest is 1-a.
func (a dual) minusLog1m(rest float64) dual {
	if a.v < 0.5 {
		return a.mapped(-math.Log1p(-a.v), 1/rest)
	}
	return a.mapped(-math.Log(rest), 1/rest)
}

// sizePow is |a|^exponent.
func (a dual) sizePow(exponent float64) dual {
	if exponent == 0 {
		return dual{v: 1}
	}
	size := math.Abs(a.v)
	return a.mapped(math.Pow(size, exponent), math.Copysign(exponent*math.Pow(size, exponent-1), a.v))
}

// logSum is log(sum of exp(x)) over all but one.
func logSum(x []dual, but int) (sum dual) {
	top := math.Inf(-1)
	for k, v := range x {
		if k != but {
			top = max(top, v.v)
		}
	}
	for k, v := range x {
		if k != but {
			sum = sum.plus(v.add(-top).exp())
		}
	}
	return sum.mapped(top+math.Log(sum.v), 1/sum.v)
}

// logSoftmaxOf is the logarithm of every column's probability.
func logSoftmaxOf(x []dual) []dual {
	p, top, sum := make([]float64, len(x)), math.Inf(-1), 0.0
	for _, v := range x {
		top = max(top, v.v)
	}
	for k, v := range x {
		p[k] = math.Exp(v.v - top)
		sum += p[k]
	}
	out := make([]dual, len(x))
	for k, v := range x {
		rest := 0.0
		for j, w := range x {
			if j != k {
				rest += p[j]
				out[k].d += p[j] / sum * (v.d - w.d)
				out[k].terms += p[j] / sum * math.Abs(v.d-w.d)
			}
		}
		if out[k].v = v.v - top - math.Log(sum); rest < sum/2 {
			out[k].v = math.Log1p(-rest / sum)
		}
	}
	return out
}
