package losses

// ExtendedIoU is the loss of decoded boxes by an IoU that goes on below 0
// where the boxes do not meet, with a parabola where they nearly agree: with
// e = 1 - I/U,
//
//	l = e²/(2 Smooth)    e < Smooth
//	l = e - Smooth/2     otherwise
//
// The intersection I of intervals that do not meet is extended with the
// coordinates measured from the corner of the smallest box that encloses both.
// It is symmetric in the boxes and does not change with scale, but it knows
// left from right.
//
// Source: Peng and Yu 2021 ("A Systematic IoU-Related Method", IEEE TIP);
// mmdetection's EIoULoss, Smooth 0.1.
type ExtendedIoU struct {
	Smooth float64 `range:"(0,1]" doc:"error at which the parabola becomes a line"`
}

// NewExtendedIoU returns the loss with the given transition.
func NewExtendedIoU(smooth float64) ExtendedIoU { return ExtendedIoU{Smooth: smooth} }

var _ Box = ExtendedIoU{}

// Space implements [Box].
func (ExtendedIoU) Space() Space { return Decoded }

// Row implements [Box].
func (l ExtendedIoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, ok := newPair(pred, truth)
	if !ok {
		return nothing(grad)
	}
	inter := extendedIntersection(&pred, &truth)
	union := p.w.mul(p.h).plus(p.truthW.mul(p.truthH)).minus(inter)
	if union.v <= 0 {
		return nothing(grad)
	}
	e := constant(1).minus(inter.over(union))
	if e.v < l.Smooth {
		return e.square().times(0.5 / l.Smooth).put(grad)
	}
	return e.minus(constant(l.Smooth / 2)).put(grad)
}

// extendedIntersection is the area that the boxes share, and negative where
// they do not meet. With a1, a2 the larger left and the smaller right side and
// b1, b2 the same for top and bottom, from the hull's corner, it is
// (a2-a1)(b2-b1) where both agree in order.
func extendedIntersection(pred, truth *[4]float32) dual {
	a1, a2 := extendedOverlap(pred, truth, 0)
	b1, b2 := extendedOverlap(pred, truth, 1)
	return a2.mul(b2).plus(a1.min(a2).mul(b1.min(b2))).minus(a1.mul(b1.max(b2))).minus(a1.max(a2).mul(b1))
}

// extendedOverlap returns the ends of what two boxes share along an axis,
// measured from the nearer side of their hull; in the wrong order where they
// share nothing.
func extendedOverlap(pred, truth *[4]float32, axis int) (from, to dual) {
	p1, p2 := side(pred, axis), side(pred, axis+2)
	t1, t2 := constant(float64(truth[axis])), constant(float64(truth[axis+2]))
	origin := p1.min(t1)
	return p1.max(t1).minus(origin), p2.min(t2).minus(origin)
}
