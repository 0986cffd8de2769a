package losses

import "detsample/internal/boxloss"

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

var _ vectored = ExtendedIoU{}

// Space implements [Box].
func (ExtendedIoU) Space() Space { return Decoded }

func (l ExtendedIoU) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.ExtendedIoU, boxloss.Parameters{l.Smooth}, true
}

// Row implements [Box].
func (l ExtendedIoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, ok := newPair(&pred, &truth)
	x, y := extend(pred[0], pred[2], truth[0], truth[2]), extend(pred[1], pred[3], truth[1], truth[3])
	inter := x.to*y.to + x.low*y.low - x.from*y.high - x.high*y.from
	union := p.w*p.h + p.truthW*p.truthH - inter
	if !ok || union <= 0 {
		return nothing(grad)
	}
	e := 1 - inter/union
	loss, slope := e-l.Smooth/2, 1.0
	if e < l.Smooth {
		loss, slope = e*e/2/l.Smooth, e/l.Smooth
	}
	if grad != nil {
		byUnion := slope * inter / union / union
		byInter := -slope/union - byUnion
		by := p.sides(slopes{w: byUnion * p.h, h: byUnion * p.w})
		x.carry(&by, 0, byInter, &y)
		y.carry(&by, 1, byInter, &x)
		putSides(grad, by)
	}
	return loss
}

// extent holds the ends of what two boxes share along an axis, measured from
// the nearer side of their hull; in the wrong order, from above to, where they
// share nothing. low and high are the two in order.
//
// With x and y the extents, the area that the boxes share, negative where they
// do not meet, is
//
//	x.to y.to + x.low y.low - x.from y.high - x.high y.from
//
// which is (x.to-x.from)(y.to-y.from) where both axes agree in order.
type extent struct {
	from, to, low, high   float64
	fromBy1, toBy1, toBy2 float64 // derivatives by the prediction's two sides
}

func extend(p1, p2, t1, t2 float32) extent {
	larger1, smaller1 := share(float64(p1), float64(t1))
	_, smaller2 := share(float64(p2), float64(t2))
	origin := float64(min(p1, t1))
	x := extent{
		from: float64(max(p1, t1)) - origin, to: float64(min(p2, t2)) - origin,
		fromBy1: larger1 - smaller1, toBy1: -smaller1, toBy2: smaller2,
	}
	x.low, x.high = min(x.from, x.to), max(x.from, x.to)
	return x
}

// carry adds the derivatives of the shared area by the prediction's sides along
// an axis, times by; y is the other axis.
func (x *extent) carry(sides *[4]float64, axis int, by float64, y *extent) {
	byFrom, byTo := -y.high, y.to
	if x.from < x.to {
		byFrom += y.low
		byTo -= y.from
	} else {
		byFrom -= y.from
		byTo += y.low
	}
	sides[axis] += by * (byFrom*x.fromBy1 + byTo*x.toBy1)
	sides[axis+2] += by * byTo * x.toBy2
}
