package losses

import (
	"math"

	"detsample/internal/boxloss"
)

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

var _ vectored = SIoU{}

// Space implements [Box].
func (SIoU) Space() Space { return Decoded }

func (l SIoU) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.SIoU, boxloss.Parameters{}, l.Theta == 4
}

// Row implements [Box].
func (l SIoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, ok := newPair(&pred, &truth)
	if !ok {
		return nothing(grad)
	}
	var s slopes
	loss := 1 - p.iou(&s, -1) + p.pull(&s)/2
	width, byW := l.shape(p.w, p.truthW)
	height, byH := l.shape(p.h, p.truthH)
	s.w, s.h = byW/2, byH/2
	p.put(grad, s)
	return loss + (width+height)/2
}

// pull returns SIoU's distance and adds half its derivatives.
func (p *pair) pull(s *slopes) float64 {
	angle, byX, byY := p.angle()
	x, y := p.dx/p.hullW, p.dy/p.hullH
	atX, atY := math.Exp((angle-2)*x*x), math.Exp((angle-2)*y*y)
	byAngle := -(atX*x*x + atY*y*y) / 2
	s.dx += atX*(2-angle)*x/p.hullW + byAngle*byX
	s.dy += atY*(2-angle)*y/p.hullH + byAngle*byY
	s.hullW -= atX * (2 - angle) * x * x / p.hullW
	s.hullH -= atY * (2 - angle) * y * y / p.hullH
	return 2 - atX - atY
}

// angle is 0 where the prediction's centre is on an axis through the ground
// truth's and 1 on a diagonal; its derivatives are by the offset of the
// centres, and 0 across an axis, where it has a kink.
func (p *pair) angle() (v, byX, byY float64) {
	x, y := math.Abs(p.dx), math.Abs(p.dy)
	square := x*x + y*y
	if square == 0 {
		return 0, 0, 0
	}
	v = 2 * x * y / square
	byX, byY = 2*(y-v*x)/square, 2*(x-v*y)/square
	return v, sign(p.dx) * byX, sign(p.dy) * byY
}

// sign returns -1, 0 or 1.
func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// shape returns the cost of a predicted length beside the true one and its
// derivative.
func (l SIoU) shape(a, b float64) (cost, slope float64) {
	larger := max(a, b)
	if larger <= 0 {
		return 0, 0
	}
	switch {
	case a > b:
		slope = b / a / a
	case a < b:
		slope = -1 / b
	}
	e := math.Exp(-math.Abs(a-b) / larger)
	return math.Pow(1-e, l.Theta), slope * l.Theta * math.Pow(1-e, l.Theta-1) * e
}
