package losses

import "math"

// element is a loss over independent sigmoids as it is in one column: the
// logit x of column k against its target y in [0, 1].
type element interface {
	element(k int, x, y float64) (value, slope float64)
}

// sigmoidColumns is the Row of a loss over independent sigmoids: the target's
// quality is the target of its class's column, 0 that of the others. A loss of
// hard targets is given them.
func sigmoidColumns[E element](l E, grad, logits []float32, t Target) float64 {
	total := 0.0
	for k, x := range logits {
		y := 0.0
		if k == int(t.Class) {
			y = float64(t.Quality)
		}
		value, slope := l.element(k, float64(x), y)
		total += value
		if grad != nil {
			grad[k] = float32(slope)
		}
	}
	return total
}

// softBCE returns the cross entropy of sigmoid(x) against a target y in
// [0, 1], -y log p - (1-y) log(1-p), and its derivative p - y by x.
func softBCE(x, y float64) (value, slope float64) {
	e := math.Exp(-math.Abs(x))
	value = math.Log1p(e) + max(x, 0)
	if y != 0 {
		value = math.Log1p(e) + y*max(-x, 0) + (1-y)*max(x, 0)
	}
	return value, distance(x, y)
}

// distance returns sigmoid(x) - y, which does not cancel where y is 1.
func distance(x, y float64) float64 {
	if y == 1 {
		return -sigmoid(-x)
	}
	return sigmoid(x) - y
}
