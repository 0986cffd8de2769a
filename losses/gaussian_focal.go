package losses

import "math"

// GaussianFocal is the focal loss against a heat map of Gaussians around the
// centres of objects: with p = sigmoid(x) and the heat y, in each column,
//
//	l = -(1-p)^Alpha log p                    y = 1
//	l = -(1-y)^Gamma p^Alpha log(1-p)         otherwise
//
// so that only the peak is positive, and a negative near it counts less. A
// candidate near an object has the object's class and its heat as quality.
//
// Source: CornerNet (Law and Deng 2018), CenterNet (Zhou et al. 2019), Alpha 2
// and Gamma 4; mmdetection's GaussianFocalLoss, without its 1e-12 inside the
// logarithms.
type GaussianFocal struct {
	Alpha float64 `range:"[0,)" doc:"focusing: how fast an easy candidate's weight falls"`
	Gamma float64 `range:"[0,)" doc:"how fast a negative's weight falls towards a peak"`
}

var _ Pointwise = GaussianFocal{}

// Link implements [Cls].
func (GaussianFocal) Link() Link { return Sigmoid }

// Eval implements [Cls].
func (l GaussianFocal) Eval(grad []float32, b *Batch) float64 {
	return evalSoftFocal(l, grad, b, 1, l.Alpha)
}

// Row implements [Pointwise].
func (l GaussianFocal) Row(grad, logits []float32, t Target) float64 {
	return sigmoidColumns(l, grad, logits, t)
}

func (l GaussianFocal) element(_ int, x, y float64) (value, slope float64) {
	if y == 1 {
		return focalMargin(x, l.Alpha)
	}
	value, slope = focalMargin(-x, l.Alpha)
	weight := 1.0
	if y > 0 {
		weight = math.Pow(1-y, l.Gamma)
	}
	return weight * value, -weight * slope
}
