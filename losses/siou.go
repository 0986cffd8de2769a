package losses

// SIoU is the loss of decoded boxes that pulls a box towards the nearer axis
// through its ground truth's centre first: with D the vector between the
// centres and cw, ch the size of the smallest box that encloses both,
//
//	l = 1 - IoU + (distance + shape)/2
//	distance = sum over x, y of 1 - exp(-(2-angle) (D/c)²)
//	angle    = sin(2 atan(|Dy|/|Dx|)) = 2 |Dx Dy| / (Dx² + Dy²)
//	shape    = sum over w, h of (1 - exp(-|w-wt|/max(w, wt)))^Theta
//
// It is symmetric and does not change with scale.
//
// Source: Gevorgyan 2022 (arXiv 2205.12740), Theta 4; mmdetection's SIoULoss
// with neg_gamma, the paper's sign. Its default sign rewards distance. It also
// cuts the loss at 2, and with it the slope of the worst boxes: here it goes
// on.
type SIoU struct {
	Theta float64 `range:"[1,)" doc:"how late a difference of shape counts"`
}

// NewSIoU returns the loss with the given exponent of the shape's cost.
func NewSIoU(theta float64) SIoU { return SIoU{Theta: theta} }

var _ Box = SIoU{}

// Space implements [Box].
func (SIoU) Space() Space { return Decoded }

// Row implements [Box].
func (l SIoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, ok := newPair(pred, truth)
	if !ok {
		return nothing(grad)
	}
	pull := p.angle().minus(constant(2))
	distance := constant(2).
		minus(p.dx.over(p.hullW).square().mul(pull).exp()).
		minus(p.dy.over(p.hullH).square().mul(pull).exp())
	shape := l.shape(p.w, p.truthW).plus(l.shape(p.h, p.truthH))
	return constant(1).minus(p.iou()).plus(distance.plus(shape).times(0.5)).put(grad)
}

// angle is 0 where the prediction's centre is on an axis through the ground
// truth's, at which it has no slope, and 1 on a diagonal.
func (p *pair) angle() dual {
	square := p.dx.square().plus(p.dy.square())
	if square.v == 0 {
		return constant(0)
	}
	return p.dx.mul(p.dy).abs().times(2).over(square)
}

func (l SIoU) shape(a, b dual) dual {
	larger := a.max(b)
	if larger.v <= 0 {
		return constant(0)
	}
	share := a.minus(b).abs().over(larger)
	return constant(1).minus(share.times(-1).exp()).pow(l.Theta)
}
