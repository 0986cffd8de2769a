package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// candidates are some of a block, transposed: of each a corner's coordinates,
// its area, its largest IoU and the ground truth that it is with.
type candidates struct{ x1, y1, x2, y2, area, best, nearest reg.VecVirtual }

// transpose loads the vector of candidates at an offset from boxes, in the
// order in which transposing four vectors of boxes leaves them.
func (s scan) transpose(offset int) candidates {
	var in, pair [4]reg.VecVirtual
	for k := range in {
		in[k], pair[k] = s.Vector(), s.Vector()
		VMOVUPS(Mem{Base: s.boxes, Disp: offset + k*s.Bytes()}, in[k])
	}
	VUNPCKLPS(in[1], in[0], pair[0])
	VUNPCKLPS(in[3], in[2], pair[1])
	VUNPCKHPS(in[1], in[0], pair[2])
	VUNPCKHPS(in[3], in[2], pair[3])
	c := candidates{s.Vector(), s.Vector(), s.Vector(), s.Vector(), s.Vector(), s.Vector(), s.Vector()}
	VUNPCKLPD(pair[1], pair[0], c.x1)
	VUNPCKHPD(pair[1], pair[0], c.y1)
	VUNPCKLPD(pair[3], pair[2], c.x2)
	VUNPCKHPD(pair[3], pair[2], c.y2)

	height, none := s.Vector(), s.Vector()
	zero(none)
	VSUBPS(c.x1, c.x2, c.area)
	VMAXPS(none, c.area, c.area)
	VSUBPS(c.y1, c.y2, height)
	VMAXPS(none, height, height)
	VMULPS(height, c.area, c.area)
	return c
}

// compare finds what a part of the block overlaps most, among the ground
// truths that met lists.
func (s scan) compare(part int) {
	name := func(label string) string { return fmt.Sprintf("%s%d", label, part) }
	var cs []candidates
	for v := range s.together {
		c := s.transpose((part*s.together + v) * 4 * s.Bytes())
		zero(c.best)
		zero(c.nearest)
		cs = append(cs, c)
	}
	none := s.Vector()
	zero(none)
	left, at := GP64(), GP64()
	MOVQ(s.count, left)
	MOVQ(s.met, at)

	Label(name("truth"))
	index := GP64()
	MOVL(Mem{Base: at}, index.As32())
	number := s.Vector()
	if s.Wide() {
		VPBROADCASTD(index.As32(), number)
	} else {
		VPBROADCASTD(Mem{Base: at}, number)
	}
	SHLQ(Imm(5), index)
	ADDQ(s.truths, index)
	truth := func(offset int) Mem { return Mem{Base: index, Disp: offset} }
	var corner [4]reg.VecVirtual
	var area reg.VecVirtual
	if s.Wide() {
		for k := range corner {
			corner[k] = s.broadcast(truth(4 * k))
		}
		area = s.broadcast(truth(truthArea))
	}
	most := s.Vector()
	for v, c := range cs {
		iou := s.Vector()
		if v == 0 {
			iou = most
		}
		s.overlap(iou, c, none, func(k int) reg.VecVirtual {
			if s.Wide() {
				return corner[k]
			}
			return s.broadcast(truth(4 * k))
		}, func() reg.VecVirtual {
			if s.Wide() {
				return area
			}
			return s.broadcast(truth(truthArea))
		})
		if s.Wide() {
			k := K()
			VCMPPS(Imm(isa.Greater), c.best, iou, k)
			VMOVDQA32(number, k, c.nearest)
		} else {
			larger := s.Vector()
			VCMPPS(Imm(isa.Greater), c.best, iou, larger)
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
	s.any(isa.GreaterOrEqual, most, truth(truthBest))
	CMOVLNE(number32, lastBlock)
	MOVL(lastBlock, truth(truthLast))
	s.any(isa.Greater, most, truth(truthBest))
	JNZ(LabelRef(name("raise")))
	Label(name("lower"))
	ADDQ(Imm(4), at)
	DECQ(left)
	JNZ(LabelRef(name("truth")))

	order := s.Vector()
	VMOVUPS(s.order(), order)
	for v, c := range cs {
		VMAXPS(s.top, c.best, s.top)
		offset := (part*s.together + v) * s.Bytes()
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
	if m.Wide() {
		k := K()
		VCMPPS_BCST(Imm(predicate), number, x, k)
		KORTESTW(k, k)
		return
	}
	y, mask := m.Vector(), GP32()
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
		end, start := s.Vector(), s.Vector()
		VMINPS(corner(k+2), high, end)
		VMAXPS(corner(k), low, start)
		VSUBPS(start, end, end)
		return end
	}
	width := side(c.x1, c.x2, 0)
	VMAXPS(none, width, width)
	height := side(c.y1, c.y2, 1)
	VMULPS(height, width, width)
	union := s.Vector()
	VADDPS(area(), c.area, union)
	VSUBPS(width, union, union)
	VDIVPS(union, width, iou)
}
