package losses

import "math"

// columnwise is a focal loss of every column for itself, which the kernels of
// internal/logits evaluate.
type columnwise struct {
	hit, miss   float64   // weights of the true column and of the others
	gamma       float64   // focusing
	classWeight []float64 // factors of hit by class, 1 where the list ends
}

// row is the loss of one row in float64. Columns of weight 0 are skipped.
func (c columnwise) row(grad, logits []float32, t Target) float64 {
	total := 0.0
	truth := int(t.Class)
	hit := c.hit * classWeight(c.classWeight, truth)
	for k, x := range logits {
		weight, sign := c.miss, -1.0
		if k == truth {
			weight, sign = hit, 1
		}
		value, slope := 0.0, 0.0
		if weight != 0 {
			value, slope = focalMargin(sign*float64(x), c.gamma)
		}
		total += weight * value
		if grad != nil {
			grad[k] = float32(weight * sign * slope)
		}
	}
	return total
}

// focalMargin returns (1-p)^gamma (-log p) and its derivative by the margin m
// at p = sigmoid(m). 1-p is computed as sigmoid(-m), exact where p rounds to
// 1, and shares its exponential with the logarithm.
func focalMargin(m, gamma float64) (value, slope float64) {
	e := math.Exp(-math.Abs(m))
	q, nll := e/(1+e), math.Log1p(e)
	if m < 0 {
		q, nll = 1/(1+e), nll-m
	}
	focus := power(q, gamma)
	return focus * nll, -focus * (gamma*(1-q)*nll + q)
}

// power is math.Pow with the exponents of the field done by multiplication.
func power(q, gamma float64) float64 {
	switch gamma {
	case 0:
		return 1
	case 1:
		return q
	case 2:
		return q * q
	}
	return math.Pow(q, gamma)
}
