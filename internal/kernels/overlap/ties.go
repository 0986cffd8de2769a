package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// ties writes the kernel that finds a ground truth's best boxes in a block.
func (m machine) ties() {
	TEXT("ties"+m.name, NOSPLIT, "func(boxes, truth *float32) uint32")
	Pragma("noescape")
	Doc("ties" + m.name + " returns a bit for each box of a block, set if its IoU with the ground truth is the best.")
	s := scan{machine: m, boxes: load("boxes")}
	truth := load("truth")
	mask, none := GP32(), m.vector()
	XORL(mask, mask)
	zero(none)
	for part := block/m.lanes - 1; part >= 0; part-- {
		c := s.transpose(part * 4 * m.bytes())
		iou, best, order, few := m.vector(), m.vector(), m.vector(), GP32()
		at := func(offset int) reg.VecVirtual { return m.broadcast(Mem{Base: truth, Disp: offset}) }
		s.overlap(iou, c, none, func(k int) reg.VecVirtual { return at(4 * k) }, func() reg.VecVirtual { return at(truthArea) })
		VBROADCASTSS(Mem{Base: truth, Disp: truthBest}, best)
		VCMPPS(Imm(equal), best, iou, iou)
		VMOVUPS(m.order, order)
		VPERMPS(iou, order, iou)
		VMOVMSKPS(iou, few)
		SHLL(U8(m.lanes), mask)
		ORL(few, mask)
	}
	Store(mask, ReturnIndex(0))
	VZEROUPPER()
	RET()
}
