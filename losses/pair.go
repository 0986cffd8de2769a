package losses

import "math"

// pair is a predicted box beside its ground truth, in the terms of the IoU
// losses.
type pair struct {
	w, h           float64 // size of the prediction
	truthW, truthH float64 // size of the ground truth
	dx, dy         float64 // from the ground truth's centre to the prediction's
	hullW, hullH   float64 // smallest box that encloses both
	inter, union   float64 // areas
	x, y           axis
}

// axis is what two boxes share along x or along y, and how that and their hull
// move with the prediction's two sides.
type axis struct {
	overlap                        float64
	overlapBy1, overlapBy2         float64
	hull, hullBy1, hullBy2, centre float64
}

// newPair returns the pair, and whether its union and its hull have an area:
// without one there is nothing to compare, and the loss is 0.
func newPair(pred, truth *[4]float32) (p pair, ok bool) {
	x1, y1, x2, y2 := float64(pred[0]), float64(pred[1]), float64(pred[2]), float64(pred[3])
	u1, v1, u2, v2 := float64(truth[0]), float64(truth[1]), float64(truth[2]), float64(truth[3])
	p.x, p.y = newAxis(x1, x2, u1, u2), newAxis(y1, y2, v1, v2)
	p.w, p.h, p.truthW, p.truthH = x2-x1, y2-y1, u2-u1, v2-v1
	p.dx, p.dy, p.hullW, p.hullH = p.x.centre, p.y.centre, p.x.hull, p.y.hull
	p.inter = p.x.overlap * p.y.overlap
	p.union = p.w*p.h + p.truthW*p.truthH - p.inter
	return p, !(p.union <= 0 || p.hullW <= 0 || p.hullH <= 0) // a NaN shows
}

// newAxis compares the intervals [a1, a2], the prediction's, and [b1, b2]. Where
// ends tie, the slope is the mean of those to either side, so that boxes with a
// side in common are not pushed one way.
func newAxis(a1, a2, b1, b2 float64) axis {
	inner1, outer1 := share(a1, b1) // the prediction's first end is the inner one
	outer2, inner2 := share(a2, b2)
	x := axis{
		hull: max(a2, b2) - min(a1, b1), hullBy1: -outer1, hullBy2: outer2,
		centre: (a1+a2)/2 - (b1+b2)/2,
	}
	if overlap := min(a2, b2) - max(a1, b1); !(overlap <= 0) {
		x.overlap, x.overlapBy1, x.overlapBy2 = overlap, -inner1, inner2
	}
	return x
}

// share returns the derivatives by a of max(a, b) and of min(a, b).
func share(a, b float64) (larger, smaller float64) {
	switch {
	case a > b:
		return 1, 0
	case a < b:
		return 0, 1
	}
	return 0.5, 0.5
}

// slopes are a loss's derivatives by the quantities of a pair, each taken for
// independent of the others.
type slopes struct {
	w, h, dx, dy, hullW, hullH, inter, union float64
}

// iou returns the intersection over union and adds its derivatives, times by.
func (p *pair) iou(s *slopes, by float64) float64 {
	v := p.inter / p.union
	s.inter += by / p.union
	s.union -= by * v / p.union
	return v
}

// distance returns the squared distance of the centres over that of the hull's
// corners, in [0, 1), and adds its derivatives.
func (p *pair) distance(s *slopes) float64 {
	square := p.hullW*p.hullW + p.hullH*p.hullH
	v := (p.dx*p.dx + p.dy*p.dy) / square
	s.dx += 2 * p.dx / square
	s.dy += 2 * p.dy / square
	s.hullW -= 2 * v * p.hullW / square
	s.hullH -= 2 * v * p.hullH / square
	return v
}

// sides carries derivatives by the pair's quantities to the prediction's
// sides.
func (p *pair) sides(s slopes) [4]float64 {
	s.w += s.union * p.h
	s.h += s.union * p.w
	s.inter -= s.union
	overlapX, overlapY := s.inter*p.y.overlap, s.inter*p.x.overlap
	return [4]float64{
		overlapX*p.x.overlapBy1 + s.hullW*p.x.hullBy1 + s.dx/2 - s.w,
		overlapY*p.y.overlapBy1 + s.hullH*p.y.hullBy1 + s.dy/2 - s.h,
		overlapX*p.x.overlapBy2 + s.hullW*p.x.hullBy2 + s.dx/2 + s.w,
		overlapY*p.y.overlapBy2 + s.hullH*p.y.hullBy2 + s.dy/2 + s.h,
	}
}

// put writes the gradient by the prediction's sides, if grad is not nil, held
// to float32's range for boxes without extent.
func (p *pair) put(grad *[4]float32, s slopes) {
	if grad != nil {
		putSides(grad, p.sides(s))
	}
}

func putSides(grad *[4]float32, by [4]float64) {
	for k, d := range by {
		grad[k] = float32(max(-math.MaxFloat32, min(d, math.MaxFloat32)))
	}
}

// nothing is the loss of a pair that is not ok.
func nothing(grad *[4]float32) float64 {
	if grad != nil {
		clear(grad[:])
	}
	return 0
}
