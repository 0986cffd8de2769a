package losses

import "math"

// dual is a number with its derivatives by the four sides of a predicted box.
// A loss written in duals is the paper's formula and its exact gradient at
// once (forward-mode differentiation); box losses see the positives only, so
// that what it costs over derivatives by hand does not show.
type dual struct {
	v float64
	d [4]float64
}

// constant returns a number that no side moves.
func constant(v float64) dual { return dual{v: v} }

// side returns the k-th side of a box, as the variable that it is.
func side(box *[4]float32, k int) dual {
	x := dual{v: float64(box[k])}
	x.d[k] = 1
	return x
}

// chain returns f(a) with value v and slope f'(a).
func (a dual) chain(v, slope float64) dual {
	for k := range a.d {
		a.d[k] *= slope
	}
	a.v = v
	return a
}

func (a dual) plus(b dual) dual {
	for k := range a.d {
		a.d[k] += b.d[k]
	}
	a.v += b.v
	return a
}

func (a dual) minus(b dual) dual { return a.plus(b.times(-1)) }

func (a dual) times(c float64) dual { return a.chain(a.v*c, c) }

func (a dual) mul(b dual) dual {
	for k := range a.d {
		a.d[k] = a.d[k]*b.v + a.v*b.d[k]
	}
	a.v *= b.v
	return a
}

// over returns a/b. It squares no denominator, which could overflow.
func (a dual) over(b dual) dual {
	q := a.v / b.v
	for k := range a.d {
		a.d[k] = (a.d[k] - q*b.d[k]) / b.v
	}
	a.v = q
	return a
}

func (a dual) square() dual { return a.chain(a.v*a.v, 2*a.v) }

// abs has slope 0 at 0.
func (a dual) abs() dual {
	switch {
	case a.v > 0:
		return a
	case a.v < 0:
		return a.times(-1)
	}
	return a.chain(a.v, 0)
}

// max returns the larger; where they tie, the mean of their slopes, so that
// two boxes with a side in common are not pushed one way.
func (a dual) max(b dual) dual {
	switch {
	case a.v > b.v:
		return a
	case a.v < b.v:
		return b
	}
	return a.plus(b).times(0.5)
}

// min returns the smaller; ties as in max.
func (a dual) min(b dual) dual { return a.times(-1).max(b.times(-1)).times(-1) }

func (a dual) exp() dual {
	e := math.Exp(a.v)
	return a.chain(e, e)
}

// sqrt has slope 0 at 0.
func (a dual) sqrt() dual {
	root := math.Sqrt(a.v)
	if root == 0 {
		return constant(0)
	}
	return a.chain(root, 0.5/root)
}

// pow is a to a power of at least 1.
func (a dual) pow(c float64) dual { return a.chain(math.Pow(a.v, c), c*math.Pow(a.v, c-1)) }

// atan2 returns the angle of (b, a) with tangent a/b; constant where both are
// 0, which have none.
func (a dual) atan2(b dual) dual {
	norm := a.v*a.v + b.v*b.v
	if norm == 0 {
		return constant(0)
	}
	for k := range a.d {
		a.d[k] = (a.d[k]*b.v - a.v*b.d[k]) / norm
	}
	a.v = math.Atan2(a.v, b.v)
	return a
}

// put returns the value and, if grad is not nil, writes the derivatives, those
// of boxes without extent held to what float32 can say.
func (a dual) put(grad *[4]float32) float64 {
	if grad != nil {
		for k, d := range a.d {
			grad[k] = float32(max(-math.MaxFloat32, min(d, math.MaxFloat32)))
		}
	}
	return a.v
}
