package losses

// Focal is the focal loss over independent sigmoids: with margin m and
// p_t = sigmoid(m),
//
//	l = -a (1-p_t)^Gamma log p_t
//	dl/dm = a (1-p_t)^Gamma (Gamma p_t log p_t + p_t - 1)
//
// where a is Alpha in the true class's column and 1-Alpha in the others. A
// negative Alpha switches the balance off, a = 1 everywhere (fvcore's
// alpha = -1). Gamma 0 is alpha-balanced cross entropy.
//
// Source: RetinaNet (Lin et al. 2017), 0.25 and 2; torchvision's
// sigmoid_focal_loss, mmdetection's FocalLoss.
type Focal struct {
	Alpha float64 `range:"[-1,1]" doc:"weight of positives, negatives get 1-alpha; below 0 switches the balance off"`
	Gamma float64 `range:"[0,)" doc:"focusing: how fast an easy candidate's weight falls"`
}

var _ Pointwise = Focal{}

// Validate reports a loss that positives have no part in.
func (l Focal) Validate() error { return taught(l.Alpha, "alpha", "positives") }

// Link implements [Cls].
func (Focal) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l Focal) Eval(grad []float32, b *Batch) float64 {
	if total, ok := l.columnwise().eval(grad, b); ok {
		return total
	}
	return EvalRows(l, grad, b)
}

func (l Focal) columnwise() columnwise {
	if l.Alpha < 0 {
		return columnwise{hit: 1, miss: 1, gamma: l.Gamma}
	}
	return columnwise{hit: l.Alpha, miss: 1 - l.Alpha, gamma: l.Gamma}
}

// Row implements [Pointwise].
func (l Focal) Row(grad, logits []float32, t Target) float64 {
	return l.columnwise().row(grad, logits, t)
}
