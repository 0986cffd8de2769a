package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// ties writes the kernel that finds a ground truth's best boxes in a block.
func (m machine) ties() { m.mark("ties", isa.Equal, "is the best") }

// reach writes the kernel that finds those with as much.
func (m machine) reach() { m.mark("reach", isa.GreaterOrEqual, "is at least what is the best so far") }

// mark writes a kernel that compares the boxes of a block with a ground truth's best.
func (m machine) mark(name string, how uint64, is string) {
	TEXT(name+m.Name, NOSPLIT, "func(boxes, truth *float32) uint32")
	Pragma("noescape")
	Doc(name + m.Name + " returns a bit for each box of a block, set if its IoU with the ground truth " + is + ".")
	s := scan{machine: m, boxes: isa.Parameter("boxes")}
	truth := isa.Parameter("truth")
	mask, none := GP32(), m.Vector()
	XORL(mask, mask)
	zero(none)
	for part := block/m.Lanes - 1; part >= 0; part-- {
		c := s.transpose(part * 4 * m.Bytes())
		iou, best := m.Vector(), m.Vector()
		at := func(offset int) reg.VecVirtual { return m.broadcast(Mem{Base: truth, Disp: offset}) }
		s.overlap(iou, c, none, func(k int) reg.VecVirtual { return at(4 * k) }, func() reg.VecVirtual { return at(truthArea) })
		VBROADCASTSS(Mem{Base: truth, Disp: truthBest}, best)
		VCMPPS(Imm(how), best, iou, iou)
		m.prepend(mask, iou)
	}
	Store(mask, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// prepend puts a bit for each box of a transposed comparison, in the boxes' order,
// before those of mask.
func (m machine) prepend(mask reg.GPVirtual, holds reg.VecVirtual) {
	order, few := m.Vector(), GP32()
	VMOVUPS(m.order(), order)
	VPERMPS(holds, order, holds)
	VMOVMSKPS(holds, few)
	SHLL(U8(m.Lanes), mask)
	ORL(few, mask)
}
