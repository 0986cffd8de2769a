package main

import "detsample/internal/kernels/isa"

// pair is a predicted box beside its ground truth, as package losses has it, which says what each part is. Every step is
// taken in that package's order, so that the bits are the same.
type pair struct {
	*calculation
	w, h, truthW, truthH *value
	dx, dy, hullW, hullH *value
	inter, union         *value
	x, y                 axis
}

type axis struct {
	overlap, overlapBy1, overlapBy2 *value
	hull, hullBy1, hullBy2, centre  *value
}

// slopes are a loss's derivatives by the quantities of a pair.
type slopes struct{ w, h, dx, dy, hullW, hullH, inter, union *value }

// flat are slopes of 0.
func (c *calculation) flat() slopes {
	zero := c.number(0)
	return slopes{zero, zero, zero, zero, zero, zero, zero, zero}
}

// pair leaves for a label where the union or the hull of one of the pairs has no area, or none that is finite.
func (c *calculation) pair(pred, truth [4]*value, uncertain string) *pair {
	p := &pair{calculation: c}
	p.x, p.y = c.axis(pred[0], pred[2], truth[0], truth[2]), c.axis(pred[1], pred[3], truth[1], truth[3])
	p.w, p.h, p.truthW, p.truthH = c.sub(pred[2], pred[0]), c.sub(pred[3], pred[1]), c.sub(truth[2], truth[0]), c.sub(truth[3], truth[1])
	p.dx, p.dy, p.hullW, p.hullH = p.x.centre, p.y.centre, p.x.hull, p.y.hull
	p.inter = c.mul(p.x.overlap, p.y.overlap)
	p.union = c.sub(p.areas(), p.inter)
	c.unless(c.least(c.least(p.hullW, p.hullH), p.union), isa.Greater, c.number(0), uncertain)
	c.unless(p.union, isa.Less, c.bits(infinite), uncertain)
	return p
}

const infinite = 0x7ff << 52

// areas are those of both boxes.
func (p *pair) areas() *value { return p.add(p.mul(p.w, p.h), p.mul(p.truthW, p.truthH)) }

func (c *calculation) axis(a1, a2, b1, b2 *value) (x axis) {
	inner1, outer1 := c.share(a1, b1)
	outer2, inner2 := c.share(a2, b2)
	half := c.number(0.5)
	x.hull = c.sub(c.most(a2, b2), c.least(a1, b1))
	x.hullBy1, x.hullBy2 = c.minus(outer1), outer2
	x.centre = c.sub(c.mul(c.add(a1, a2), half), c.mul(c.add(b1, b2), half))
	overlap, zero := c.sub(c.least(a2, b2), c.most(a1, b1)), c.number(0)
	shared := func(v *value) *value { return c.when(overlap, isa.Greater, zero, v) }
	x.overlap, x.overlapBy1, x.overlapBy2 = shared(overlap), shared(c.minus(inner1)), shared(inner2)
	return x
}

// share returns the derivatives by a of the larger and of the smaller of a and b, each half of 1 where they are equal.
func (c *calculation) share(a, b *value) (larger, smaller *value) {
	half := c.number(0.5)
	larger = c.add(c.when(a, isa.Greater, b, half), c.when(a, isa.GreaterOrEqual, b, half))
	return larger, c.sub(c.number(1), larger)
}

// iou returns the intersection over union and adds its derivatives, times by.
func (p *pair) iou(s *slopes, by *value) *value {
	v := p.div(p.inter, p.union)
	s.inter = p.add(s.inter, p.div(by, p.union))
	s.union = p.sub(s.union, p.div(p.mul(by, v), p.union))
	return v
}

// distance returns the squared distance of the centres over that of the hull's corners and adds its derivatives.
func (p *pair) distance(s *slopes) *value {
	two := p.number(2)
	square := p.add(p.mul(p.hullW, p.hullW), p.mul(p.hullH, p.hullH))
	v := p.div(p.add(p.mul(p.dx, p.dx), p.mul(p.dy, p.dy)), square)
	s.dx = p.add(s.dx, p.div(p.mul(two, p.dx), square))
	s.dy = p.add(s.dy, p.div(p.mul(two, p.dy), square))
	s.hullW = p.sub(s.hullW, p.div(p.mul(p.mul(two, v), p.hullW), square))
	s.hullH = p.sub(s.hullH, p.div(p.mul(p.mul(two, v), p.hullH), square))
	return v
}

// sides carries derivatives to the prediction's sides.
func (p *pair) sides(s slopes) [4]*value {
	s.w, s.h = p.add(s.w, p.mul(s.union, p.h)), p.add(s.h, p.mul(s.union, p.w))
	s.inter = p.sub(s.inter, s.union)
	overlapX, overlapY := p.mul(s.inter, p.y.overlap), p.mul(s.inter, p.x.overlap)
	side := func(overlap, overlapBy, hull, hullBy, centre *value) *value {
		return p.add(p.add(p.mul(overlap, overlapBy), p.mul(hull, hullBy)), p.mul(centre, p.number(0.5)))
	}
	return [4]*value{
		p.sub(side(overlapX, p.x.overlapBy1, s.hullW, p.x.hullBy1, s.dx), s.w),
		p.sub(side(overlapY, p.y.overlapBy1, s.hullH, p.y.hullBy1, s.dy), s.h),
		p.add(side(overlapX, p.x.overlapBy2, s.hullW, p.x.hullBy2, s.dx), s.w),
		p.add(side(overlapY, p.y.overlapBy2, s.hullH, p.y.hullBy2, s.dy), s.h),
	}
}
