package losses

// pair is a predicted box beside its ground truth, in the terms of the IoU
// losses.
type pair struct {
	w, h           dual // size of the prediction
	truthW, truthH dual // size of the ground truth
	dx, dy         dual // from the ground truth's centre to the prediction's
	hullW, hullH   dual // smallest box that encloses both
	inter, union   dual // areas
}

// newPair returns the pair, and whether its union and its hull have an area:
// nothing can be said of one that has none, whose loss is 0.
func newPair(pred, truth [4]float32) (p pair, ok bool) {
	x1, y1, x2, y2 := side(&pred, 0), side(&pred, 1), side(&pred, 2), side(&pred, 3)
	u1, v1, u2, v2 := constant(float64(truth[0])), constant(float64(truth[1])), constant(float64(truth[2])), constant(float64(truth[3]))
	p = pair{
		w: x2.minus(x1), h: y2.minus(y1),
		truthW: u2.minus(u1), truthH: v2.minus(v1),
		dx: x1.plus(x2).minus(u1.plus(u2)).times(0.5), dy: y1.plus(y2).minus(v1.plus(v2)).times(0.5),
		hullW: x2.max(u2).minus(x1.min(u1)), hullH: y2.max(v2).minus(y1.min(v1)),
		inter: overlap(x1, x2, u1, u2).mul(overlap(y1, y2, v1, v2)),
	}
	p.union = p.w.mul(p.h).plus(p.truthW.mul(p.truthH)).minus(p.inter)
	return p, !(p.union.v <= 0 || p.hullW.v <= 0 || p.hullH.v <= 0) // a NaN shows
}

// overlap returns the length that two intervals share.
func overlap(a1, a2, b1, b2 dual) dual {
	length := a2.min(b2).minus(a1.max(b1))
	if length.v <= 0 {
		return constant(0)
	}
	return length
}

func (p *pair) iou() dual { return p.inter.over(p.union) }

// distance is the squared distance of the centres over that of the hull's
// corners, in [0, 1).
func (p *pair) distance() dual {
	return p.dx.square().plus(p.dy.square()).over(p.hullW.square().plus(p.hullH.square()))
}

// nothing is the loss of a pair that is not ok.
func nothing(grad *[4]float32) float64 { return constant(0).put(grad) }
