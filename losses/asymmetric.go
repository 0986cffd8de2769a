package losses

import (
	"math"

	"detsample/internal/logits"
)

// Asymmetric is the asymmetric loss: positives and negatives are focused
// apart, and negatives whose probability is at most Clip count for nothing.
// With p = sigmoid(x) and s = max(p - Clip, 0), in each column,
//
//	l = -(1-p)^GammaPos log p        the true class
//	l = -s^GammaNeg log(1-s)         otherwise
//	dl/dx = p (1-p) s^GammaNeg (1/(1-s) - GammaNeg log(1-s)/s)
//
// Source: Ben-Baruch et al. 2021, GammaNeg 4, GammaPos 1, Clip 0.05; the
// authors' AsymmetricLoss where its focusing is differentiated too
// (disable_torch_grad_focal_loss False), without its floor of 1e-8 under the
// probabilities.
type Asymmetric struct {
	GammaNeg float64 `range:"[0,)" doc:"focusing of negatives"`
	GammaPos float64 `range:"[0,)" doc:"focusing of positives"`
	Clip     float64 `range:"[0,1)" doc:"probability up to which a negative counts for nothing"`
}

var _ Pointwise = Asymmetric{}

// Link implements [Cls].
func (Asymmetric) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l Asymmetric) Eval(grad []float32, b *Batch) float64 {
	if b.Exact {
		return EvalRows(l, grad, b)
	}
	if l.Clip == 0 {
		if f, ok := focalBackgroundOf(l, b, 1, l.GammaNeg); ok {
			return evalBackground(f, grad, b)
		}
	} else if a, ok := logits.AsymmetryOf(l.GammaNeg, l.Clip); ok {
		return evalBackground(clippedBackground{Asymmetric: l, kernel: a}, grad, b)
	}
	return EvalRows(l, grad, b)
}

// clippedBackground evaluates clipped negatives by a kernel.
type clippedBackground struct {
	alike
	Asymmetric
	kernel logits.Asymmetry
}

func (l clippedBackground) backgroundEach(slope, loss, x []float32) {
	logits.AsymmetricEach(slope, loss, x, l.kernel)
}

// Row implements [Pointwise].
func (l Asymmetric) Row(grad, logits []float32, t Target) float64 {
	return sigmoidColumns(l, grad, logits, Hard(t.Class))
}

func (l Asymmetric) element(_ int, x, y float64) (value, slope float64) {
	if y == 1 {
		return focalMargin(x, l.GammaPos)
	}
	if l.Clip == 0 {
		value, slope = focalMargin(-x, l.GammaNeg)
		return value, -slope
	}
	p, q := sigmoid(x), sigmoid(-x)
	s := p - l.Clip
	if s <= 0 {
		return 0, 0
	}
	nll := -math.Log1p(-s)
	if s > 0.5 { // where 1-s would cancel
		nll = -math.Log(q + l.Clip)
	}
	focus := power(s, l.GammaNeg)
	return focus * nll, p * q * focus * (1/(q+l.Clip) + l.GammaNeg*nll/s)
}
