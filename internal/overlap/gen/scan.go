package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// scan writes the kernel that walks over the blocks of candidates.
func (m machine) scan() {
	TEXT("scan"+m.name, NOSPLIT, "func(boxes *float32, blocks, first int, truths *float32, corners *float32, groups int, met *int32, iou *float32, nearest *int32, summary *float32)")
	Pragma("noescape")
	Doc(
		"scan"+m.name+" does what Scan.portable does for whole blocks of boxes, at least one, of which the first has the",
		"number first. There are groups groups in corners, and met has room for 16 entries more than they have.",
	)
	s := scan{
		machine: m,
		boxes:   load("boxes"), blocks: load("blocks"), first: load("first"), truths: load("truths"),
		met: load("met"), iou: load("iou"), nearest: load("nearest"), summary: load("summary"),
		top: m.vector(), count: GP64(),
	}
	Label("block")
	s.enclose()
	s.meet()
	zero(s.top)
	TESTQ(s.count, s.count)
	JZ(LabelRef("empty"))
	for part := range block / (m.lanes * m.together) {
		s.compare(part)
	}
	m.reduce(s.top, VMAXPS)
	t := XMM()
	VMOVHLPS(s.top.AsX(), s.top.AsX(), t)
	VMAXPS(t, s.top.AsX(), s.top.AsX())
	VMOVSHDUP(s.top.AsX(), t)
	VMAXSS(t, s.top.AsX(), s.top.AsX())
	Label("next")
	VMOVSS(s.top.AsX(), Mem{Base: s.summary, Disp: summaryMax})
	ADDQ(U32(block*boxBytes), s.boxes)
	ADDQ(U32(block*4), s.iou)
	ADDQ(U32(block*4), s.nearest)
	ADDQ(Imm(summaryBytes), s.summary)
	INCQ(s.first)
	DECQ(s.blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()

	Label("wild")
	VPCMPEQD(s.top.AsX(), s.top.AsX(), s.top.AsX()) // NaN
	Label("empty")
	nothing := m.vector()
	zero(nothing)
	for v := range block / m.lanes {
		VMOVUPS(nothing, Mem{Base: s.iou, Disp: v * m.bytes()})
		VMOVUPS(nothing, Mem{Base: s.nearest, Disp: v * m.bytes()})
	}
	JMP(LabelRef("next"))
}

// scan holds what lives through the kernel.
type scan struct {
	machine
	boxes, blocks, first, truths, met, iou, nearest, summary reg.Register

	top   reg.VecVirtual // the block's largest IoU, by lane
	count reg.GPVirtual  // of the ground truths that met lists
}

// reduce leaves in the lowest 128 bits what operation makes of all.
func (m machine) reduce(x reg.VecVirtual, operation func(ops ...Op)) {
	t := m.vector()
	if m.wide() {
		VEXTRACTF64X4(Imm(1), x.AsZ(), t.AsY())
		operation(t.AsY(), x.AsY(), x.AsY())
		VEXTRACTF32X4(Imm(1), x.AsY(), t.AsX())
	} else {
		VEXTRACTF128(Imm(1), x.AsY(), t.AsX())
	}
	operation(t.AsX(), x.AsX(), x.AsX())
}

// enclose stores the hull of the block, and leaves for wild where a coordinate
// is too large for arithmetic without overflow, or not a number.
func (s scan) enclose() {
	low, high, most := s.vector(), s.vector(), s.vector()
	mask := s.broadcast(sign)
	magnitude := func(x, y reg.VecVirtual) {
		if s.wide() {
			VPANDD(mask, x, y)
		} else {
			VPAND(mask, x, y)
		}
	}
	VMOVUPS(Mem{Base: s.boxes}, low)
	VMOVAPS(low, high)
	magnitude(low, most)
	for v := 1; v < block*boxBytes/s.bytes(); v++ {
		at, t := Mem{Base: s.boxes, Disp: v * s.bytes()}, s.vector()
		VMOVUPS(at, t)
		VMINPS(t, low, low)
		VMAXPS(t, high, high)
		magnitude(t, t)
		VPMAXUD(t, most, most)
	}
	s.reduce(low, VMINPS)
	s.reduce(high, VMAXPS)
	s.reduce(most, VPMAXUD)
	VBLENDPS(Imm(0b1100), high.AsX(), low.AsX(), low.AsX())
	VMOVUPS(low.AsX(), Mem{Base: s.summary})

	limit, wild := XMM(), GP32()
	VBROADCASTSS(bound, limit)
	VPCMPGTD(limit, most.AsX(), limit)
	VMOVMSKPS(limit, wild)
	TESTL(wild, wild)
	JNZ(LabelRef("wild"))
}

// meet lists the ground truths that overlap the hull.
func (s scan) meet() {
	var hull [4]reg.VecVirtual
	for k := range hull {
		hull[k] = s.broadcast(Mem{Base: s.summary, Disp: 4 * k})
	}
	number, step := s.vector(), s.vector()
	VMOVUPS(zeroToFifteen, number)
	lanes := GP32()
	MOVL(U32(s.lanes), lanes)
	VMOVD(lanes, step.AsX())
	VPBROADCASTD(step.AsX(), step)
	corners, groups := load("corners"), load("groups")
	XORQ(s.count, s.count)

	Label("meet")
	for half := range 16 / s.lanes {
		corner := func(k int) Mem { return Mem{Base: corners, Disp: 64*k + 32*half} }
		chosen, n := s.vector(), GP64()
		if s.wide() {
			k := K()
			VCMPPS(Imm(greater), corner(0), hull[2], k)
			VCMPPS(Imm(greater), corner(1), hull[3], k, k)
			VCMPPS(Imm(less), corner(2), hull[0], k, k)
			VCMPPS(Imm(less), corner(3), hull[1], k, k)
			VPCOMPRESSD_Z(number, k, chosen)
			KMOVW(k, n.As32())
		} else {
			all, one := s.vector(), s.vector()
			VCMPPS(Imm(greater), corner(0), hull[2], all)
			VCMPPS(Imm(greater), corner(1), hull[3], one)
			VANDPS(one, all, all)
			VCMPPS(Imm(less), corner(2), hull[0], one)
			VANDPS(one, all, all)
			VCMPPS(Imm(less), corner(3), hull[1], one)
			VANDPS(one, all, all)
			VMOVMSKPS(all, n.As32())
			table := GP64()
			LEAQ(choices, table)
			VPMOVZXBD(Mem{Base: table, Index: n, Scale: 8}, chosen)
			VPERMD(number, chosen, chosen)
		}
		VMOVUPS(chosen, Mem{Base: s.met, Index: s.count, Scale: 4})
		POPCNTL(n.As32(), n.As32())
		ADDQ(n, s.count)
		VPADDD(step, number, number)
	}
	ADDQ(U32(groupBytes), corners)
	DECQ(groups)
	JNZ(LabelRef("meet"))
}

// candidates are some of a block, transposed: of each a corner's coordinates,
// its area, its largest IoU and the ground truth that it is with.
type candidates struct{ x1, y1, x2, y2, area, best, nearest reg.VecVirtual }

// transpose loads the vector of candidates at an offset from boxes, in the
// order in which transposing four vectors of boxes leaves them.
func (s scan) transpose(offset int) candidates {
	var in, pair [4]reg.VecVirtual
	for k := range in {
		in[k], pair[k] = s.vector(), s.vector()
		VMOVUPS(Mem{Base: s.boxes, Disp: offset + k*s.bytes()}, in[k])
	}
	VUNPCKLPS(in[1], in[0], pair[0])
	VUNPCKLPS(in[3], in[2], pair[1])
	VUNPCKHPS(in[1], in[0], pair[2])
	VUNPCKHPS(in[3], in[2], pair[3])
	c := candidates{s.vector(), s.vector(), s.vector(), s.vector(), s.vector(), s.vector(), s.vector()}
	VUNPCKLPD(pair[1], pair[0], c.x1)
	VUNPCKHPD(pair[1], pair[0], c.y1)
	VUNPCKLPD(pair[3], pair[2], c.x2)
	VUNPCKHPD(pair[3], pair[2], c.y2)

	height, none := s.vector(), s.vector()
	zero(none)
	VSUBPS(c.x1, c.x2, c.area)
	VMAXPS(none, c.area, c.area)
	VSUBPS(c.y1, c.y2, height)
	VMAXPS(none, height, height)
	VMULPS(height, c.area, c.area)
	zero(c.best)
	zero(c.nearest)
	return c
}

// compare finds what a part of the block overlaps most, among the ground
// truths that met lists.
func (s scan) compare(part int) {
	name := func(label string) string { return fmt.Sprintf("%s%d", label, part) }
	var cs []candidates
	for v := range s.together {
		cs = append(cs, s.transpose((part*s.together+v)*4*s.bytes()))
	}
	none := s.vector()
	zero(none)
	left, at := GP64(), GP64()
	MOVQ(s.count, left)
	MOVQ(s.met, at)

	Label(name("truth"))
	index := GP64()
	MOVL(Mem{Base: at}, index.As32())
	number := s.vector()
	if s.wide() {
		VPBROADCASTD(index.As32(), number)
	} else {
		VPBROADCASTD(Mem{Base: at}, number)
	}
	SHLQ(Imm(5), index)
	ADDQ(s.truths, index)
	truth := func(offset int) Mem { return Mem{Base: index, Disp: offset} }
	var corner [4]reg.VecVirtual
	var area reg.VecVirtual
	if s.wide() {
		for k := range corner {
			corner[k] = s.broadcast(truth(4 * k))
		}
		area = s.broadcast(truth(truthArea))
	}
	most := s.vector()
	for v, c := range cs {
		iou := s.vector()
		if v == 0 {
			iou = most
		}
		s.overlap(iou, c, none, func(k int) reg.VecVirtual {
			if s.wide() {
				return corner[k]
			}
			return s.broadcast(truth(4 * k))
		}, func() reg.VecVirtual {
			if s.wide() {
				return area
			}
			return s.broadcast(truth(truthArea))
		})
		if s.wide() {
			k := K()
			VCMPPS(Imm(greater), c.best, iou, k)
			VMOVDQA32(number, k, c.nearest)
		} else {
			larger := s.vector()
			VCMPPS(Imm(greater), c.best, iou, larger)
			VBLENDVPS(larger, number, c.nearest, c.nearest)
		}
		VMAXPS(c.best, iou, c.best) // best where iou is not a number
		if v > 0 {
			VMAXPS(iou, most, most)
		}
	}
	// Large objects enclose many small anchors that share the best IoU for a
	// while: no branch hangs on that.
	number32, lastBlock := s.first.(reg.GPVirtual).As32(), GP32()
	MOVL(truth(truthLast), lastBlock)
	s.any(greaterOrEqual, most, truth(truthBest))
	CMOVLNE(number32, lastBlock)
	MOVL(lastBlock, truth(truthLast))
	s.any(greater, most, truth(truthBest))
	JNZ(LabelRef(name("raise")))
	Label(name("lower"))
	ADDQ(Imm(4), at)
	DECQ(left)
	JNZ(LabelRef(name("truth")))

	order := s.vector()
	VMOVUPS(s.order, order)
	for v, c := range cs {
		VMAXPS(s.top, c.best, s.top)
		offset := (part*s.together + v) * s.bytes()
		VPERMPS(c.best, order, c.best)
		VMOVUPS(c.best, Mem{Base: s.iou, Disp: offset})
		VPERMD(c.nearest, order, c.nearest)
		VMOVUPS(c.nearest, Mem{Base: s.nearest, Disp: offset})
	}
	JMP(LabelRef(name("done")))

	// The ground truth's best IoU is beaten.
	Label(name("raise"))
	s.reduce(most, VMAXPS)
	t := XMM()
	VMOVHLPS(most.AsX(), most.AsX(), t)
	VMAXPS(t, most.AsX(), most.AsX())
	VMOVSHDUP(most.AsX(), t)
	VMAXSS(t, most.AsX(), most.AsX())
	VMOVSS(most.AsX(), truth(truthBest))
	MOVL(number32, truth(truthFirst))
	JMP(LabelRef(name("lower")))
	Label(name("done"))
}

// any clears the zero flag if the predicate holds for any lane and a number.
func (m machine) any(predicate uint64, x reg.VecVirtual, number Mem) {
	if m.wide() {
		k := K()
		VCMPPS_BCST(Imm(predicate), number, x, k)
		KORTESTW(k, k)
		return
	}
	y, mask := m.vector(), GP32()
	VBROADCASTSS(number, y)
	VCMPPS(Imm(predicate), y, x, y)
	VMOVMSKPS(y, mask)
	TESTL(mask, mask)
}

// overlap computes the IoU of candidates with a ground truth, in the order of
// operations of the portable code. Where the boxes do not meet the result is
// not above 0, or not a number.
func (s scan) overlap(iou reg.VecVirtual, c candidates, none reg.VecVirtual, corner func(k int) reg.VecVirtual, area func() reg.VecVirtual) {
	side := func(low, high reg.VecVirtual, k int) reg.VecVirtual {
		end, start := s.vector(), s.vector()
		VMINPS(corner(k+2), high, end)
		VMAXPS(corner(k), low, start)
		VSUBPS(start, end, end)
		return end
	}
	width := side(c.x1, c.x2, 0)
	VMAXPS(none, width, width)
	height := side(c.y1, c.y2, 1)
	VMULPS(height, width, width)
	union := s.vector()
	VADDPS(area(), c.area, union)
	VSUBPS(width, union, union)
	VDIVPS(union, width, iou)
}
