package losses

import "math"

// QualityFocal is the quality focal loss: the logit of the true class is
// trained towards the quality y of the candidate's box (its IoU), and every
// other towards 0. With p = sigmoid(x), in each column,
//
//	l = |p - y|^Beta ce,  ce = -y log p - (1-y) log(1-p)
//	dl/dx = |p - y|^Beta (p - y) + Beta |p - y|^(Beta-1) sign(p - y) p (1-p) ce
//
// With hard targets it is [Focal] without alpha. At p = y the derivative is 0,
// also for Beta in (0, 1), where it has no limit.
//
// Source: Generalized Focal Loss (Li et al. 2020), Beta 2; mmdetection's
// QualityFocalLoss.
type QualityFocal struct {
	Beta float64 `range:"[0,)" doc:"focusing: how fast the weight falls as the probability nears the quality"`
}

var _ Pointwise = QualityFocal{}

// Link implements [Cls].
func (QualityFocal) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l QualityFocal) Eval(grad []float32, b *Batch) float64 {
	return evalSoftFocal(l, grad, b, 1, l.Beta)
}

// Row implements [Pointwise].
func (l QualityFocal) Row(grad, logits []float32, t Target) float64 {
	return sigmoidColumns(l, grad, logits, t)
}

func (l QualityFocal) element(_ int, x, y float64) (value, slope float64) {
	switch y {
	case 0:
		value, slope = focalMargin(-x, l.Beta)
		return value, -slope
	case 1:
		return focalMargin(x, l.Beta)
	}
	ce, d := softBCE(x, y)
	if d == 0 {
		return power(0, l.Beta) * ce, 0
	}
	size := math.Abs(d)
	focus := power(size, l.Beta)
	return focus * ce, focus * (d + l.Beta*sigmoid(x)*sigmoid(-x)*ce/d)
}
