package losses

import "detsample/internal/registry"

// Varifocal trains the logit of the true class towards the quality y of the
// candidate's box (its IoU) at full strength and fades only the negatives:
// with p = sigmoid(x), in each column,
//
//	l = q (-y log p - (1-y) log(1-p))     y > 0
//	l = -Alpha p^Gamma log(1-p)           y = 0
//
// where q is y if Weighted, so that good boxes count more, and 1 otherwise.
// The derivatives are q (p - y) and the focal loss's.
//
// Source: VarifocalNet (Zhang et al. 2021), Alpha 0.75, Gamma 2, weighted;
// mmdetection's VarifocalLoss, whose iou_weighted is Weighted.
type Varifocal struct {
	Alpha    float64 `range:"[0,)" doc:"weight of negatives"`
	Gamma    float64 `range:"[0,)" doc:"focusing: how fast an easy negative's weight falls"`
	Weighted bool    `doc:"whether a positive is weighted by its quality"`
}

// NewVarifocal returns the loss, weighted by quality, with the given weight
// and focusing of negatives. It panics if the configuration is invalid.
func NewVarifocal(alpha, gamma float64) Varifocal {
	return registry.Must("losses: NewVarifocal", Varifocal{Alpha: alpha, Gamma: gamma, Weighted: true})
}

var _ Pointwise = Varifocal{}

// Validate reports a loss that negatives have no part in.
func (l Varifocal) Validate() error { return taught(l.Alpha, "alpha", "negatives") }

// Link implements [Cls].
func (Varifocal) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l Varifocal) Eval(grad []float32, b *Batch) float64 {
	return evalSoftFocal(l, grad, b, l.Alpha, l.Gamma)
}

// Row implements [Pointwise].
func (l Varifocal) Row(grad, logits []float32, t Target) float64 {
	return sigmoidColumns(l, grad, logits, t)
}

func (l Varifocal) element(_ int, x, y float64) (value, slope float64) {
	if y > 0 {
		value, slope = softBCE(x, y)
		if l.Weighted {
			return y * value, y * slope
		}
		return value, slope
	}
	value, slope = focalMargin(-x, l.Gamma)
	return l.Alpha * value, -l.Alpha * slope
}
