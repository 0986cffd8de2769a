package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// Where a Nearness has what, in bytes.
const (
	nearShape  = 0
	nearWeight = 16
	nearBox    = 32
	nearArea   = 48
	nearIoU    = 52
	nearLimit  = 56
)

// near writes the kernel that compares what the boxes of a block cost with a
// limit, by distance alone or by IoU too.
func (m machine) near(name string, withIoU bool) {
	TEXT(name+m.Name, NOSPLIT, "func(boxes, n *float32) uint32")
	Pragma("noescape")
	Doc(name + m.Name + " returns a bit for each box of a block, set if it costs at most the limit.")
	s := scan{machine: m, boxes: isa.Parameter("boxes")}
	n := isa.Parameter("n")
	mask, none, magnitude := GP32(), m.Vector(), m.broadcast(sign)
	XORL(mask, mask)
	zero(none)
	at := func(offset int) reg.VecVirtual { return m.broadcast(Mem{Base: n, Disp: offset}) }
	half := m.broadcast(half)
	for part := block/m.Lanes - 1; part >= 0; part-- {
		c := s.transpose(part * 4 * m.Bytes())
		var cost reg.VecVirtual
		for k, side := range [2][2]reg.VecVirtual{{c.x1, c.x2}, {c.y1, c.y2}} {
			centre := m.Vector()
			VADDPS(side[1], side[0], centre)
			VMULPS(half, centre, centre)
			term := m.term(centre, magnitude, at, k)
			if k == 0 {
				cost = term
			} else {
				VADDPS(term, cost, cost)
			}
		}
		for k, side := range [2][2]reg.VecVirtual{{c.x1, c.x2}, {c.y1, c.y2}} {
			size := m.Vector()
			VSUBPS(side[0], side[1], size)
			VADDPS(m.term(size, magnitude, at, 2+k), cost, cost)
		}
		if withIoU {
			iou := m.Vector()
			s.overlap(iou, c, none, func(k int) reg.VecVirtual { return at(nearBox + 4*k) }, func() reg.VecVirtual { return at(nearArea) })
			VMAXPS(none, iou, iou) // none where it is no number
			VMULPS(at(nearIoU), iou, iou)
			VSUBPS(iou, cost, cost)
		}
		VCMPPS(Imm(isa.LessOrEqual), at(nearLimit), cost, cost)
		m.prepend(mask, cost)
	}
	Store(mask, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// term returns what the difference in one measure costs.
func (m machine) term(v, magnitude reg.VecVirtual, at func(offset int) reg.VecVirtual, k int) reg.VecVirtual {
	VSUBPS(at(nearShape+4*k), v, v)
	VPAND(magnitude, v, v)
	VMULPS(at(nearWeight+4*k), v, v)
	return v
}
