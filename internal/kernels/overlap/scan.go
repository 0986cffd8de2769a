package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// scan writes the kernel that walks over the blocks of candidates.
func (m machine) scan() {
	TEXT("scan"+m.Name, NOSPLIT, "func(boxes *float32, blocks, first int, truths *float32, corners *float32, groups int, met *int32, iou *float32, nearest *int32, summary *float32)")
	Pragma("noescape")
	Doc(
		"scan"+m.Name+" does what Scan.portable does for whole blocks of boxes, at least one, of which the first has the",
		"number first. There are groups groups in corners, and met has room for 16 entries more than they have.",
	)
	s := scan{
		machine: m,
		boxes:   isa.Parameter("boxes"), blocks: isa.Parameter("blocks"), first: isa.Parameter("first"), truths: isa.Parameter("truths"),
		met: isa.Parameter("met"), iou: isa.Parameter("iou"), nearest: isa.Parameter("nearest"), summary: isa.Parameter("summary"),
		top: m.Vector(), count: GP64(),
	}
	Label("block")
	s.enclose()
	s.meet()
	zero(s.top)
	TESTQ(s.count, s.count)
	JZ(LabelRef("empty"))
	for part := range block / (m.Lanes * m.together) {
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
	nothing := m.Vector()
	zero(nothing)
	for v := range block / m.Lanes {
		VMOVUPS(nothing, Mem{Base: s.iou, Disp: v * m.Bytes()})
		VMOVUPS(nothing, Mem{Base: s.nearest, Disp: v * m.Bytes()})
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
	t := m.Vector()
	if m.Wide() {
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
	low, high, most := s.Vector(), s.Vector(), s.Vector()
	mask := s.broadcast(sign)
	magnitude := func(x, y reg.VecVirtual) {
		if s.Wide() {
			VPANDD(mask, x, y)
		} else {
			VPAND(mask, x, y)
		}
	}
	VMOVUPS(Mem{Base: s.boxes}, low)
	VMOVAPS(low, high)
	magnitude(low, most)
	for v := 1; v < block*boxBytes/s.Bytes(); v++ {
		at, t := Mem{Base: s.boxes, Disp: v * s.Bytes()}, s.Vector()
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
	number, step := s.Vector(), s.Vector()
	VMOVUPS(zeroToFifteen, number)
	lanes := GP32()
	MOVL(U32(s.Lanes), lanes)
	VMOVD(lanes, step.AsX())
	VPBROADCASTD(step.AsX(), step)
	corners, groups := isa.Parameter("corners"), isa.Parameter("groups")
	XORQ(s.count, s.count)

	Label("meet")
	for half := range 16 / s.Lanes {
		corner := func(k int) Mem { return Mem{Base: corners, Disp: 64*k + 32*half} }
		chosen, n := s.Vector(), GP64()
		if s.Wide() {
			k := K()
			VCMPPS(Imm(isa.Greater), corner(0), hull[2], k)
			VCMPPS(Imm(isa.Greater), corner(1), hull[3], k, k)
			VCMPPS(Imm(isa.Less), corner(2), hull[0], k, k)
			VCMPPS(Imm(isa.Less), corner(3), hull[1], k, k)
			VPCOMPRESSD_Z(number, k, chosen)
			KMOVW(k, n.As32())
		} else {
			all, one := s.Vector(), s.Vector()
			VCMPPS(Imm(isa.Greater), corner(0), hull[2], all)
			VCMPPS(Imm(isa.Greater), corner(1), hull[3], one)
			VANDPS(one, all, all)
			VCMPPS(Imm(isa.Less), corner(2), hull[0], one)
			VANDPS(one, all, all)
			VCMPPS(Imm(isa.Less), corner(3), hull[1], one)
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
