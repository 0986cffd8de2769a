package losses

import (
	"math"

	"detsample/internal/logits"
	"detsample/internal/registry"
)

// SoftmaxCE is cross entropy over exclusive classes and the background:
//
//	l = -w_t log p_t,  dl/dx_j = w_t (p_j - [j = t]),  p = softmax(x)
//
// with w from ClassWeight, whose last entry is the background's; columns
// without an entry weigh 1.
//
// Source: the classifier of Fast R-CNN (Girshick 2015) and SSD; PyTorch's
// cross_entropy, whose weight is the same.
type SoftmaxCE struct {
	ClassWeight []float64 `range:"[0,)" per:"column" doc:"weight of each class and, last, of the background; 1 where the list ends"`
}

var _ Pointwise = SoftmaxCE{}

// Link implements [Cls].
func (SoftmaxCE) Link() Link { return Softmax }

// Eval implements [Cls].
func (l SoftmaxCE) Eval(grad []float32, b *Batch) float64 {
	if b.Exact {
		return EvalRows(l, grad, b)
	}
	return l.exclusive().evalTogether(grad, b)
}

func (l SoftmaxCE) exclusive() exclusive {
	return exclusive{rowWeights: rowWeights{object: 1, background: 1, weight: l.ClassWeight}}
}

// Row implements [Pointwise].
func (l SoftmaxCE) Row(grad, logits []float32, t Target) float64 {
	return l.exclusive().Row(grad, logits, t)
}

// SoftmaxAlphaCE is alpha-balanced cross entropy over exclusive classes:
// [SoftmaxCE] with objects weighted by Alpha and the background by 1-Alpha.
//
// Source: RetinaNet (Lin et al. 2017, section 3.1) carried to softmax.
type SoftmaxAlphaCE struct {
	Alpha float64 `range:"[0,1]" doc:"weight of objects; the background gets 1-alpha"`
}

var _ Pointwise = SoftmaxAlphaCE{}

// Validate reports a loss that objects have no part in.
func (l SoftmaxAlphaCE) Validate() error { return taught(l.Alpha, "alpha", "objects") }

// Link implements [Cls].
func (SoftmaxAlphaCE) Link() Link { return Softmax }

// Eval implements [Cls].
func (l SoftmaxAlphaCE) Eval(grad []float32, b *Batch) float64 {
	if b.Exact {
		return EvalRows(l, grad, b)
	}
	return l.exclusive().evalTogether(grad, b)
}

func (l SoftmaxAlphaCE) exclusive() exclusive {
	return exclusive{rowWeights: rowWeights{object: l.Alpha, background: 1 - l.Alpha}}
}

// Row implements [Pointwise].
func (l SoftmaxAlphaCE) Row(grad, logits []float32, t Target) float64 {
	return l.exclusive().Row(grad, logits, t)
}

// SoftmaxFocal is the focal loss over exclusive classes and the background:
//
//	l = -a (1-p_t)^Gamma log p_t
//	dl/dx_j = a (1-p_t)^Gamma (1 - Gamma p_t log p_t / (1-p_t)) (p_j - [j = t])
//
// where a is Alpha for an object and BackgroundAlpha for the background, both 1
// to switch the balance off; with both equal, as in the Caffe layer, alpha
// only scales the loss. ClassAlpha, where it has an entry for the true column,
// the background's last, takes the place of both.
//
// Source: RetinaNet (Lin et al. 2017) carried to softmax; the form of
// zimenglan's Caffe layer and mmcv's softmax_focal_loss.
type SoftmaxFocal struct {
	Alpha           float64 `range:"[0,)" doc:"weight of objects"`
	BackgroundAlpha float64 `range:"[0,)" doc:"weight of the background"`
	Gamma           float64 `range:"[0,)" doc:"focusing: how fast an easy candidate's weight falls"`

	ClassAlpha []float64 `range:"[0,)" per:"column" doc:"weight of each class and, last, of the background, in place of the alphas; those hold where the list ends"`
}

// NewSoftmaxFocal returns the loss with objects weighted by alpha and the
// background by 1-alpha. It panics if the configuration is invalid.
func NewSoftmaxFocal(alpha, gamma float64) SoftmaxFocal {
	return registry.Must("losses: NewSoftmaxFocal", SoftmaxFocal{Alpha: alpha, BackgroundAlpha: 1 - alpha, Gamma: gamma})
}

var _ Pointwise = SoftmaxFocal{}

// Validate reports a loss that objects or the background have no part in, where
// ClassAlpha does not say otherwise.
func (l SoftmaxFocal) Validate() error {
	switch {
	case len(l.ClassAlpha) > 0:
		return nil
	case l.Alpha == 1: // which leaves the background nothing where the two sum to 1
		return nil
	case l.Alpha == 0:
		return taught(l.Alpha, "alpha", "objects")
	}
	return taught(l.BackgroundAlpha, "background_alpha", "the background")
}

// Link implements [Cls].
func (SoftmaxFocal) Link() Link { return Softmax }

// Eval implements [Cls].
func (l SoftmaxFocal) Eval(grad []float32, b *Batch) float64 {
	if b.Exact {
		return EvalRows(l, grad, b)
	}
	return l.exclusive().evalTogether(grad, b)
}

func (l SoftmaxFocal) exclusive() exclusive {
	return exclusive{rowWeights{object: l.Alpha, background: l.BackgroundAlpha, weight: l.ClassAlpha}, l.Gamma}
}

// Row implements [Pointwise].
func (l SoftmaxFocal) Row(grad, logits []float32, t Target) float64 {
	return l.exclusive().Row(grad, logits, t)
}

// exclusive is a focal loss over exclusive classes and the background.
type exclusive struct {
	rowWeights
	gamma float64
}

// Link implements [Cls].
func (exclusive) Link() Link { return Softmax }

// Eval implements [Cls].
func (e exclusive) Eval(grad []float32, b *Batch) float64 { return EvalRows(e, grad, b) }

// Row implements [Pointwise].
func (e exclusive) Row(grad, logits []float32, t Target) float64 {
	return softmaxRow(grad, logits, t, e.of(t.Class, Softmax.column(t.Class, len(logits))), e.gamma)
}

func (e exclusive) weights() rowWeights { return e.rowWeights }

func (exclusive) spread() logits.Spread { return logits.NoSpread }

func (exclusive) leans() bool { return false }

// evalTogether is the Eval of many rows in float32.
func (e exclusive) evalTogether(grad []float32, b *Batch) float64 {
	if b.isFew() {
		return e.evalFew(grad, b)
	}
	return evalSoftmax(e, grad, b)
}

func (e exclusive) settle(s *softRows) {
	for i := range s.n {
		row := e.settled(float64(s.hit[i]), float64(s.rest[i]), float64(s.nll[i]), s.weight[i])
		s.loss[i], s.rows[i].Factor, s.truth[i] = row.loss, float32(row.factor), row.own
	}
}

// settled is the loss of a row, what its exponentials are multiplied by for its
// gradient, and the gradient of its true column.
type settled struct{ loss, factor, own float64 }

// settled finds those given the exponential of the true column, the sum of the
// others, -log p and the row's weight.
func (e exclusive) settled(hit, others, nll, weight float64) (s settled) {
	share := 1 / (hit + others)
	p, rest := hit*share, others*share // rest is 1-p without cancellation
	focus := weight * power(rest, e.gamma)
	s.loss = focus * nll
	slope := focus // the others share it
	if e.gamma > 0 && rest > 0 {
		slope += focus * e.gamma * p * nll / rest
	}
	if rest != 0 {
		s.factor, s.own = slope*share, -slope*rest
	}
	return s
}

// softmaxRow is a times the focal loss of one row; gamma 0 is cross entropy.
func softmaxRow(grad, logits []float32, t Target, a, gamma float64) float64 {
	truth := Softmax.column(t.Class, len(logits))
	if a == 0 {
		clear(grad)
		return 0
	}
	lse := logSumExp(logits)
	nll := lse - float64(logits[truth])
	rest := 0.0 // 1-p_t, summed from the other columns so that it does not cancel
	for k, x := range logits {
		if k != truth {
			rest += math.Exp(float64(x) - lse)
		}
	}
	if rest < 0.5 { // where lse and the logit would cancel
		nll = -math.Log1p(-rest)
	}
	focus := power(rest, gamma)
	if grad != nil {
		// d l / d log p_t = -slope; slope/(1-p_t) would be 0/0 at p_t = 1, so
		// the columns share it as p_j/(1-p_t), which stays bounded.
		slope := a * focus * (rest + gamma*math.Exp(-nll)*nll)
		for k, x := range logits {
			switch {
			case k == truth:
				grad[k] = float32(-slope)
			case rest == 0:
				grad[k] = 0
			default:
				grad[k] = float32(slope * math.Exp(float64(x)-lse) / rest)
			}
		}
	}
	return a * focus * nll
}
