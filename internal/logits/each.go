package logits

import (
	"fmt"
	"math"
)

// lists panics unless n is a multiple of 16 and the length of all lists.
func lists(method string, n int, others ...[]float32) {
	for _, o := range others {
		if n%16 != 0 || len(o) != n {
			panic(fmt.Sprintf("logits: %s: %d logits and a list of %d, expected equal multiples of 16", method, n, len(o)))
		}
	}
}

// Probabilities computes p = sigmoid(x), q = sigmoid(-x) and nll = -log q. All
// have the same length, a multiple of 16, or Probabilities panics.
func Probabilities(p, q, nll, x []float32) {
	lists("Probabilities", len(x), p, q, nll)
	if len(x) > 0 && !probabilitiesVector(p, q, nll, x) {
		probabilities(p, q, nll, x)
	}
}

// probabilities is Probabilities in Go.
func probabilities(p, q, nll, x []float32) {
	for i, z := range x {
		v := partsOf(z, 0)
		p[i], q[i], nll[i] = v.q, v.p, v.nll
	}
}

// PowerEach is [SigmoidEach] with an exponent for each element, from 0 to
// [MaxPower], which is the sum of gamma and low.
func PowerEach(grad, loss, x, weight, gamma, low []float32) {
	lists("PowerEach", len(x), grad, loss, weight, gamma, low)
	if len(x) > 0 && !powerEachVector(grad, loss, x, weight, gamma, low) {
		powerEach(grad, loss, x, weight, gamma, low)
	}
}

// MaxPower bounds the exponents of [PowerEach], which multiply the deviation of
// a logarithm.
const MaxPower = 10

// powerEach is PowerEach in Go.
func powerEach(grad, loss, x, weight, gamma, low []float32) {
	for i, z := range x {
		v, g := partsOf(z, 0), gamma[i]
		exponent := -float64(float32(g * v.near))
		if z < 0 {
			exponent += (float64(g) + float64(low[i])) * float64(z)
		}
		high := float32(exponent)
		power := exp(high, float32(exponent-float64(high))) * weight[i]
		grad[i], loss[i] = power*(float32(float32(v.p*v.nll)*g)+v.q), power*v.nll
	}
}

// AffineEach is cross entropy of z = by x + shift: loss and grad receive over
// log(1+exp(z)) and sigmoid(z). All have the same length, a multiple of 16, or
// AffineEach panics.
func AffineEach(grad, loss, x []float32, by, shift, over float64) {
	lists("AffineEach", len(x), grad, loss)
	a := affine{by: float32(by), shift: float32(shift)}
	a.byLow, a.shiftLow = float32(by-float64(a.by)), float32(shift-float64(a.shift))
	if len(x) > 0 && !affineEachVector(grad, loss, x, a, float32(over)) {
		affineEach(grad, loss, x, a, float32(over))
	}
}

// affine is a factor and a shift, each the sum of two numbers.
type affine struct{ by, byLow, shift, shiftLow float32 }

// affineEach is AffineEach in Go.
func affineEach(grad, loss, x []float32, a affine, over float32) {
	by, shift := float64(a.by)+float64(a.byLow), float64(a.shift)+float64(a.shiftLow)
	for i, v := range x {
		exact := by*float64(v) + shift
		z := float32(exact)
		y := partsOf(z, float32(exact-float64(z)))
		grad[i], loss[i] = y.q, y.nll*over
	}
}

// Asymmetry is an asymmetric loss of negatives: p clipped to s = p - Clip from
// 0 on, and focused by an exponent.
type Asymmetry struct {
	gamma           float32
	halves          int // of the exponent less one
	clip, unclipped float32
	opposite, low   float32 // the sum is the logit whose probability is the clip, with its sign changed
}

// AsymmetryOf returns the loss, and false if gamma is not among 1, 1.5, 2 and so
// on to 16, or clip not within (0, 1) by what float32 can tell.
func AsymmetryOf(gamma, clip float64) (a Asymmetry, ok bool) {
	f, ok := FocusOf(gamma)
	if !ok || f.halves < 2 || !(clip > 1e-6 && clip < 1-1e-6) {
		return a, false
	}
	at := math.Log(clip) - math.Log1p(-clip)
	a = Asymmetry{gamma: f.gamma, halves: f.halves - 2, clip: float32(clip), unclipped: float32(1 - clip), opposite: float32(-at)}
	a.low = float32(-at - float64(a.opposite))
	return a, true
}

// AsymmetricEach is that loss, -s^gamma log(1-s), and its derivative by x. All
// have the same length, a multiple of 16, or AsymmetricEach panics.
func AsymmetricEach(grad, loss, x []float32, a Asymmetry) {
	lists("AsymmetricEach", len(x), grad, loss)
	if len(x) > 0 && !asymmetricEachVector(grad, loss, x, a) {
		asymmetricEach(grad, loss, x, a)
	}
}

// asymmetricEach is AsymmetricEach in Go. The clipped probability is clip
// expm1(d) q of the distance d of the logit from the clip's own, which does not
// cancel near the clip.
func asymmetricEach(grad, loss, x []float32, a Asymmetry) {
	for i, z := range x {
		v := partsOf(z, 0)
		p, q := v.q, v.p
		exact := float64(z) + float64(a.opposite) + float64(a.low)
		d := float32(exact)
		rest := float32(exact - float64(d))
		if rest != rest { // of an infinite logit
			rest = 0
		}
		s := expm1(max(-1, min(d, farAbove)), rest) * float32(float64(a.clip)*float64(q))
		switch {
		case !(d >= farAbove):
		case z < 1:
			s = p - a.clip
		default:
			s = a.unclipped - q
		}
		s = positive(s)
		share := 1 / (a.clip + q)
		nll := logarithm(s / (a.clip + q))
		most := power(s, a.halves)
		focus := s * most
		loss[i] = focus * nll
		grad[i] = (float32(share*focus) + float32(a.gamma*float32(most*nll))) * float32(p*q)
	}
}

// farAbove is the distance from which a probability and the clip do not
// cancel.
const farAbove = 3

// BinnedEach is cross entropy with a weight for each bin of logits: that of the
// last threshold, of ascending ones, that is not above x; the first is for
// those that are below the second. All have the same length, a multiple of 16,
// and so have threshold and weight, at least 1, or BinnedEach panics.
func BinnedEach(grad, loss, x, threshold, weight []float32) {
	lists("BinnedEach", len(x), grad, loss)
	if len(threshold) != len(weight) || len(weight) == 0 {
		panic(fmt.Sprintf("logits: BinnedEach: %d thresholds and %d weights, expected equal numbers above 0", len(threshold), len(weight)))
	}
	if len(x) > 0 && !binnedEachVector(grad, loss, x, threshold, weight) {
		binnedEach(grad, loss, x, threshold, weight)
	}
}

// binnedEach is BinnedEach in Go.
func binnedEach(grad, loss, x, threshold, weight []float32) {
	for i, z := range x {
		bin := 0
		for bin+1 < len(threshold) && z >= threshold[bin+1] {
			bin++
		}
		value, slope := sigmoid(z, Focus{})
		loss[i], grad[i] = value*weight[bin], slope*weight[bin]
	}
}

// CountFrom returns how many elements of x are not below a threshold. Their
// number is a multiple of 16, or CountFrom panics.
func CountFrom(x []float32, threshold float32) int {
	lists("CountFrom", len(x), x)
	if len(x) == 0 {
		return 0
	}
	if n, ok := countFromVector(x, threshold); ok {
		return n
	}
	return countFrom(x, threshold)
}

// countFrom is CountFrom in Go.
func countFrom(x []float32, threshold float32) (n int) {
	for _, v := range x {
		if v >= threshold {
			n++
		}
	}
	return n
}

// AddMagnitudes adds the absolute values of x to sum, which is at least as long.
func AddMagnitudes(sum, x []float32) {
	sum = sum[:len(x)]
	if len(x) > 0 && !addMagnitudesVector(sum, x) {
		addMagnitudes(sum, x)
	}
}

// addMagnitudes is AddMagnitudes in Go.
func addMagnitudes(sum, x []float32) {
	for k, v := range x {
		sum[k] += math.Float32frombits(math.Float32bits(v) &^ (1 << 31))
	}
}

// parts are what a calculation has of a logit z: sigmoid(z), sigmoid(-z),
// log(1+exp(-|z|)) and log(1+exp(z)).
type parts struct{ q, p, near, nll float32 }

// partsOf is that of z + rest, for a far smaller rest.
func partsOf(z, rest float32) (x parts) {
	negative := math.Signbit(float64(z))
	if !negative {
		rest = -rest
	}
	e := exp(math.Float32frombits(math.Float32bits(z)|1<<31), rest)
	s := 1 / (1 + e)
	x.q, x.p = s, float32(e*s)
	if negative {
		x.q, x.p = x.p, x.q
	}
	x.near = log1p(e)
	x.nll = x.near + positive(z)
	return x
}
