package losses

import "math"

// SoftmaxCE is cross entropy over exclusive classes and the background:
//
//	l = -log p_t,  dl/dx_j = p_j - [j = t],  p = softmax(x)
//
// Source: the classifier of Fast R-CNN (Girshick 2015) and SSD.
type SoftmaxCE struct{}

var _ Pointwise = SoftmaxCE{}

// Link implements [Cls].
func (SoftmaxCE) Link() Link { return Softmax }

// Eval implements [Cls].
func (l SoftmaxCE) Eval(grad []float32, b *Batch) float64 { return EvalRows(l, grad, b) }

// Row implements [Pointwise].
func (l SoftmaxCE) Row(grad, logits []float32, t Target) float64 {
	return softmaxRow(grad, logits, t, 1, 1, 0)
}

// SoftmaxFocal is the focal loss over exclusive classes and the background:
//
//	l = -a (1-p_t)^Gamma log p_t
//	dl/dx_j = a (1-p_t)^Gamma (1 - Gamma p_t log p_t / (1-p_t)) (p_j - [j = t])
//
// where a is Alpha for an object and BackgroundAlpha for the background. With
// both equal, as in the Caffe layer, alpha only scales the loss.
//
// Source: RetinaNet (Lin et al. 2017) carried to softmax; the form of
// zimenglan's Caffe layer and mmcv's softmax_focal_loss.
type SoftmaxFocal struct {
	Alpha           float64 `range:"[0,)" doc:"weight of objects"`
	BackgroundAlpha float64 `range:"[0,)" doc:"weight of the background"`
	Gamma           float64 `range:"[0,)" doc:"focusing: how fast an easy candidate's weight falls"`
}

// NewSoftmaxFocal returns the loss with objects weighted by alpha and the
// background by 1-alpha.
func NewSoftmaxFocal(alpha, gamma float64) SoftmaxFocal {
	return SoftmaxFocal{Alpha: alpha, BackgroundAlpha: 1 - alpha, Gamma: gamma}
}

var _ Pointwise = SoftmaxFocal{}

// Link implements [Cls].
func (SoftmaxFocal) Link() Link { return Softmax }

// Eval implements [Cls].
func (l SoftmaxFocal) Eval(grad []float32, b *Batch) float64 { return EvalRows(l, grad, b) }

// Row implements [Pointwise].
func (l SoftmaxFocal) Row(grad, logits []float32, t Target) float64 {
	return softmaxRow(grad, logits, t, l.Alpha, l.BackgroundAlpha, l.Gamma)
}

// softmaxRow is the focal loss of one row; gamma 0 is cross entropy.
func softmaxRow(grad, logits []float32, t Target, object, background, gamma float64) float64 {
	truth := Softmax.column(t.Class, len(logits))
	a := object
	if t.Class < 0 {
		a = background
	}
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
