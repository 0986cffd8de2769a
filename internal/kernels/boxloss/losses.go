package main

import (
	"math"

	"detsample/internal/kernels/isa"
)

// operands are what a kernel is given for a vector of boxes, and where it leaves its results.
type operands struct {
	*calculation
	pred, truth [4]*value
	parameters  [4]*value
	more        func(k int) *value    // a number of each box, beside the boxes
	keep        func(k int, v *value) // writes such a number
	finish      func(loss *value, grad [4]*value)
}

func (o *operands) pair() *pair { return o.calculation.pair(o.pred, o.truth, "done") }

// end writes the loss of pairs and their gradient, held to float32's range.
func (o *operands) end(p *pair, loss *value, s slopes) { o.endSides(loss, p.sides(s)) }

func (o *operands) endSides(loss *value, side [4]*value) {
	for k, v := range side {
		side[k] = o.most(o.number(-math.MaxFloat32), o.least(o.number(math.MaxFloat32), v))
	}
	o.finish(loss, side)
}

// kernels are in the order of package boxloss. Each is a loss of package losses, to its bits, but for functions that the
// processor lacks: their arguments are one kernel's results and their values another's operands.
var kernels = []func(o *operands){
	smoothL1, huber, balancedArguments, balancedL1, iouLog, iouLinear, iouSquare, giou, diou, ciou, eiou, siouArguments, siou, extendedIoU, distances, nwd,
}

func smoothL1(o *operands) { o.finish(o.bent()) }

// huber rounds like a product of two float32.
func huber(o *operands) {
	loss, slope := o.bent()
	for k, v := range slope {
		slope[k] = o.mul(o.rounded(v), o.rounded(o.parameters[0]))
	}
	o.finish(o.mul(loss, o.parameters[0]), slope)
}

// bent is a parabola up to an error of the parameter, and a line beyond, which is 0 at 0 where there is no parabola.
func (o *operands) bent() (total *value, slope [4]*value) {
	zero := o.number(0)
	total = zero
	for k := range slope {
		e := o.sub(o.pred[k], o.truth[k])
		size := o.abs(e)
		parabola := o.div(o.mul(e, e), o.mul(o.number(2), o.parameters[0]))
		line := o.sub(size, o.mul(o.parameters[0], o.number(0.5)))
		total = o.add(total, o.either(size, isa.Less, o.parameters[0], parabola, line))
		slope[k] = o.either(size, isa.Less, o.parameters[0], o.div(e, o.parameters[0]), o.when(size, notEqual, zero, o.signed(e)))
	}
	return total, slope
}

// balancedArguments leaves those of the logarithms of errors below Beta.
func balancedArguments(o *operands) {
	beta, b := o.parameters[0], o.parameters[3]
	for k := range o.pred {
		e := o.abs(o.sub(o.pred[k], o.truth[k]))
		o.keep(k, o.when(e, isa.Less, beta, o.div(o.mul(b, e), beta)))
	}
}

// balancedL1 is given the logarithms.
func balancedL1(o *operands) {
	beta, alpha, gamma, b := o.parameters[0], o.parameters[1], o.parameters[2], o.parameters[3]
	total := o.number(0)
	var slope [4]*value
	for k := range slope {
		e := o.sub(o.pred[k], o.truth[k])
		size := o.abs(e)
		small := func(x, y *value) *value { return o.either(size, isa.Less, beta, x, y) }
		steep := o.mul(alpha, o.more(k))
		curve := o.sub(o.mul(o.add(size, o.div(beta, b)), steep), o.mul(alpha, size))
		line := o.sub(o.add(o.mul(gamma, size), o.div(o.mul(gamma, beta), b)), o.mul(alpha, beta))
		total = o.add(total, small(curve, line))
		slope[k] = o.or(o.abs(small(steep, gamma)), o.and(e, o.bits(signBit)))
	}
	o.finish(total, slope)
}

// notEqual is true for NaN.
const notEqual = 0x04

// overlap returns the intersection over union, at least so much that it has a logarithm, and derivatives that vanish
// there.
func (o *operands) overlap(p *pair, slope func(iou *value) *value) (iou *value, s slopes) {
	least := o.number(1e-6)
	iou = o.most(o.div(p.inter, p.union), least)
	s = o.flat()
	p.iou(&s, slope(iou))
	s.inter, s.union = o.when(iou, isa.Greater, least, s.inter), o.when(iou, isa.Greater, least, s.union)
	return iou, s
}

// iouLog leaves the logarithm to others.
func iouLog(o *operands) {
	p := o.pair()
	iou, s := o.overlap(p, func(iou *value) *value { return o.div(o.number(-1), iou) })
	o.end(p, iou, s)
}

func iouLinear(o *operands) {
	p := o.pair()
	iou, s := o.overlap(p, func(*value) *value { return o.number(-1) })
	o.end(p, o.sub(o.number(1), iou), s)
}

func iouSquare(o *operands) {
	p := o.pair()
	iou, s := o.overlap(p, func(iou *value) *value { return o.mul(o.number(-2), iou) })
	o.end(p, o.sub(o.number(1), o.mul(iou, iou)), s)
}

func giou(o *operands) {
	p, s := o.pair(), o.flat()
	hull := o.mul(p.hullW, p.hullH)
	share := o.div(p.union, hull)
	s.union = o.div(o.number(-1), hull)
	s.hullW, s.hullH = o.div(share, p.hullW), o.div(share, p.hullH)
	loss := o.sub(o.sub(o.number(2), p.iou(&s, o.number(-1))), share)
	o.end(p, loss, s)
}

// apart is 1 - IoU and the distance of the centres.
func (p *pair) apart(s *slopes) (iou, loss *value) {
	iou = p.iou(s, p.number(-1))
	return iou, p.add(p.sub(p.number(1), iou), p.distance(s))
}

func diou(o *operands) {
	p, s := o.pair(), o.flat()
	_, loss := p.apart(&s)
	o.end(p, loss, s)
}

// ciou is given the difference of the angles of both boxes' diagonals.
func ciou(o *operands) {
	p, s, angle := o.pair(), o.flat(), o.more(0)
	iou, loss := p.apart(&s)
	v := o.mul(o.mul(o.number(4/(math.Pi*math.Pi)), angle), angle)
	counts := func(x *value) *value {
		return o.when(iou, isa.GreaterOrEqual, o.parameters[0], o.when(v, notEqual, o.number(0), x))
	}
	alpha := o.div(v, o.add(o.sub(o.number(1), iou), v))
	square := o.add(o.mul(p.w, p.w), o.mul(p.h, p.h))
	byAngle := o.mul(o.div(o.mul(o.minus(alpha), o.number(8)), o.number(math.Pi*math.Pi)), angle)
	by := func(length *value) *value {
		return counts(o.when(square, isa.Greater, o.number(0), o.div(o.mul(byAngle, length), square)))
	}
	s.w, s.h = o.add(s.w, by(p.h)), o.sub(s.h, by(p.w))
	o.end(p, o.add(loss, counts(o.mul(alpha, v))), s)
}

func eiou(o *operands) {
	p, s := o.pair(), o.flat()
	_, loss := p.apart(&s)
	differ := func(length, truth, hull *value, byHull **value) (cost, slope *value) {
		share := o.div(o.sub(length, truth), hull)
		twice := o.mul(o.number(2), share)
		*byHull = o.sub(*byHull, o.div(o.mul(twice, share), hull))
		return o.mul(share, share), o.div(twice, hull)
	}
	width, byW := differ(p.w, p.truthW, p.hullW, &s.hullW)
	height, byH := differ(p.h, p.truthH, p.hullH, &s.hullH)
	s.w, s.h = byW, byH
	o.end(p, o.add(o.add(loss, width), height), s)
}

// siouArguments leaves those of SIoU's four exponentials.
func siouArguments(o *operands) {
	p := o.pair()
	angle, _, _ := p.angle()
	x, y := o.div(p.dx, p.hullW), o.div(p.dy, p.hullH)
	less := o.sub(angle, o.number(2))
	o.keep(0, o.mul(o.mul(less, x), x))
	o.keep(1, o.mul(o.mul(less, y), y))
	shape := func(a, b *value) *value { return o.div(o.minus(o.abs(o.sub(a, b))), o.most(a, b)) }
	o.keep(2, shape(p.w, p.truthW))
	o.keep(3, shape(p.h, p.truthH))
}

// siou is the loss with Theta 4, given the exponentials.
func siou(o *operands) {
	p, s := o.pair(), o.flat()
	atX, atY := o.more(0), o.more(1)
	one, two := o.number(1), o.number(2)
	iou := p.iou(&s, o.number(-1))

	angle, byX, byY := p.angle()
	x, y := o.div(p.dx, p.hullW), o.div(p.dy, p.hullH)
	rest := o.sub(two, angle)
	pull := func(at, x, hull, byAngle, by *value) (byCentre, byHull *value) {
		steep := o.mul(o.mul(at, rest), x)
		return o.add(o.div(steep, hull), o.mul(byAngle, by)), o.div(o.mul(steep, x), hull)
	}
	byAngle := o.mul(o.minus(o.add(o.mul(o.mul(atX, x), x), o.mul(o.mul(atY, y), y))), o.number(0.5))
	dx, hullW := pull(atX, x, p.hullW, byAngle, byX)
	dy, hullH := pull(atY, y, p.hullH, byAngle, byY)
	s.dx, s.dy, s.hullW, s.hullH = o.add(s.dx, dx), o.add(s.dy, dy), o.sub(s.hullW, hullW), o.sub(s.hullH, hullH)
	loss := o.add(o.sub(one, iou), o.mul(o.sub(o.sub(two, atX), atY), o.number(0.5)))

	shape := func(a, b, e *value) (cost, slope *value) {
		less := o.div(o.number(-1), b)
		slope = o.either(a, isa.Greater, b, o.div(o.div(b, a), a), o.when(a, isa.Less, b, less))
		r := o.sub(one, e)
		square := o.mul(r, r)
		slope = o.mul(o.mul(o.mul(slope, o.number(4)), o.mul(r, square)), e)
		return o.mul(square, square), o.mul(slope, o.number(0.5))
	}
	width, byW := shape(p.w, p.truthW, o.more(2))
	height, byH := shape(p.h, p.truthH, o.more(3))
	s.w, s.h = byW, byH
	o.end(p, o.add(loss, o.mul(o.add(width, height), o.number(0.5))), s)
}

// angle is 0 where a centre is on an axis through the other and 1 on a diagonal; its derivatives are by the offset.
func (p *pair) angle() (v, byX, byY *value) {
	x, y, two, zero := p.abs(p.dx), p.abs(p.dy), p.number(2), p.number(0)
	square := p.add(p.mul(x, x), p.mul(y, y))
	v = p.when(square, isa.Greater, zero, p.div(p.mul(p.mul(two, x), y), square))
	by := func(d, x, y *value) *value {
		slope := p.div(p.mul(two, p.sub(y, p.mul(v, x))), square)
		return p.when(square, isa.Greater, zero, p.mul(p.when(d, notEqual, zero, p.signed(d)), slope))
	}
	return v, by(p.dx, x, y), by(p.dy, y, x)
}

func extendedIoU(o *operands) {
	p := o.pair()
	x, y := o.extent(0), o.extent(1)
	inter := o.add(o.mul(x.to, y.to), o.mul(x.low, y.low))
	inter = o.sub(o.sub(inter, o.mul(x.from, y.high)), o.mul(x.high, y.from))
	union := o.sub(p.areas(), inter)
	o.unless(union, isa.Greater, o.number(0), "done")
	e := o.sub(o.number(1), o.div(inter, union))
	smooth, half := o.parameters[0], o.number(0.5)
	loss := o.either(e, isa.Less, smooth, o.div(o.mul(o.mul(e, e), half), smooth), o.sub(e, o.mul(smooth, half)))
	slope := o.either(e, isa.Less, smooth, o.div(e, smooth), o.number(1))
	byUnion := o.div(o.div(o.mul(slope, inter), union), union)
	byInter := o.sub(o.div(o.minus(slope), union), byUnion)
	s := o.flat()
	s.w, s.h = o.mul(byUnion, p.h), o.mul(byUnion, p.w)
	side := p.sides(s)
	x.carry(&side, 0, byInter, y)
	y.carry(&side, 1, byInter, x)
	o.endSides(loss, side)
}

// extent is what two boxes share along an axis, measured from the nearer side of their hull.
type extent struct {
	*operands
	from, to, low, high   *value
	fromBy1, toBy1, toBy2 *value
}

func (o *operands) extent(axis int) extent {
	p1, p2, t1, t2 := o.pred[axis], o.pred[axis+2], o.truth[axis], o.truth[axis+2]
	larger1, smaller1 := o.share(p1, t1)
	_, smaller2 := o.share(p2, t2)
	origin := o.least(p1, t1)
	x := extent{
		operands: o, from: o.sub(o.most(p1, t1), origin), to: o.sub(o.least(p2, t2), origin),
		fromBy1: o.sub(larger1, smaller1), toBy1: o.minus(smaller1), toBy2: smaller2,
	}
	x.low, x.high = o.least(x.from, x.to), o.most(x.from, x.to)
	return x
}

// carry adds the derivatives of the shared area by the prediction's sides along an axis, times by; y is the other axis.
func (x extent) carry(side *[4]*value, axis int, by *value, y extent) {
	either := func(a, b *value) *value { return x.either(x.from, isa.Less, x.to, a, b) }
	high := x.minus(y.high)
	byFrom := either(x.add(high, y.low), x.sub(high, y.from))
	byTo := either(x.sub(y.to, y.from), x.add(y.to, y.low))
	along := x.add(x.mul(byFrom, x.fromBy1), x.mul(byTo, x.toBy1))
	side[axis] = x.add(side[axis], x.mul(by, along))
	side[axis+2] = x.add(side[axis+2], x.mul(x.mul(by, byTo), x.toBy2))
}

// halfDifferences are those of the sizes.
func (p *pair) halfDifferences() (w, h *value) {
	half := p.number(0.5)
	return p.mul(p.sub(p.w, p.truthW), half), p.mul(p.sub(p.h, p.truthH), half)
}

// distances leaves the Wasserstein distances.
func distances(o *operands) {
	p := o.pair()
	dw, dh := p.halfDifferences()
	square := o.add(o.mul(p.dx, p.dx), o.mul(p.dy, p.dy))
	o.keep(0, o.sqrt(o.add(o.add(square, o.mul(dw, dw)), o.mul(dh, dh))))
}

// nwd is given the distances and the exponentials of their share of the parameter.
func nwd(o *operands) {
	p, distance, similarity := o.pair(), o.more(0), o.more(1)
	dw, dh := p.halfDifferences()
	by := o.div(o.div(similarity, o.parameters[0]), distance)
	slope := func(d *value) *value { return o.when(distance, notEqual, o.number(0), o.mul(by, d)) }
	half := o.number(0.5)
	s := o.flat()
	s.dx, s.dy, s.w, s.h = slope(p.dx), slope(p.dy), o.mul(slope(dw), half), o.mul(slope(dh), half)
	o.end(p, o.sub(o.number(1), similarity), s)
}
