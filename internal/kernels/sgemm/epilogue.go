package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// epilogueAVX512 needs no branch for the edge: the last vector always has a mask.
func epilogueAVX512(k *kernel, rows int) {
	bits := GP32()
	Load(Param("lanes"), reg.RCX)
	MOVL(U32(1), bits)
	SHLL(reg.CL, bits)
	DECL(bits)
	KMOVW(bits, reg.K1)
	k.scale(rows)
	beta, row := k.scratch(1), GP64()
	VBROADCASTSS(isa.Address("beta"), beta)
	MOVQ(k.c, row)
	// All loads come before all stores: a load of memory that an edge's masked store overlaps waits for it.
	k.unlessBetaIsZero(fmt.Sprintf("store%d", rows), func() {
		k.each(rows, row, func(c Mem, acc reg.VecPhysical, last bool) {
			if last {
				VFMADD231PS(c, beta, reg.K1, acc)
			} else {
				VFMADD231PS(c, beta, acc)
			}
		})
	})
	k.each(rows, k.c, func(c Mem, acc reg.VecPhysical, last bool) {
		if last {
			VMOVUPS(acc, reg.K1, c)
		} else {
			VMOVUPS(acc, c)
		}
	})
}

// epilogueAVX2 has a branch for a partial last vector, because VMASKMOVPS is slow to store on AMD.
func epilogueAVX2(k *kernel, rows int) {
	k.scale(rows)
	beta, mask, tmp := k.scratch(1), k.scratch(2), k.scratch(3)
	VBROADCASTSS(isa.Address("beta"), beta)
	lanes, row := GP64(), GP64()
	Load(Param("lanes"), lanes)
	MOVQ(k.c, row)
	CMPQ(lanes, Imm(uint64(k.Lanes)))
	JNE(LabelRef(fmt.Sprintf("partial%d", rows)))

	k.unlessBetaIsZero(fmt.Sprintf("store%d", rows), func() {
		k.each(rows, row, func(c Mem, acc reg.VecPhysical, last bool) { VFMADD231PS(c, beta, acc) })
	})
	k.each(rows, k.c, func(c Mem, acc reg.VecPhysical, last bool) { VMOVUPS(acc, c) })
	VZEROUPPER()
	RET()

	Label(fmt.Sprintf("partial%d", rows))
	table := GP64()
	LEAQ(laneMasks(), table)
	NEGQ(lanes)
	VMOVUPS(Mem{Base: table, Index: lanes, Scale: 4, Disp: 4 * k.Lanes}, mask)
	k.unlessBetaIsZero(fmt.Sprintf("storePartial%d", rows), func() {
		k.each(rows, row, func(c Mem, acc reg.VecPhysical, last bool) {
			if last {
				VMASKMOVPS(c, mask, tmp)
				VFMADD231PS(tmp, beta, acc)
			} else {
				VFMADD231PS(c, beta, acc)
			}
		})
	})
	k.each(rows, k.c, func(c Mem, acc reg.VecPhysical, last bool) {
		if last {
			VMASKMOVPS(acc, mask, c)
		} else {
			VMOVUPS(acc, c)
		}
	})
}

// scale multiplies the accumulators by alpha.
func (k *kernel) scale(rows int) {
	alpha := k.scratch(0)
	VBROADCASTSS(isa.Address("alpha"), alpha)
	for _, acc := range k.vec[:rows*k.vectors] {
		VMULPS(alpha, acc, acc)
	}
}

// unlessBetaIsZero runs body and goes on at label.
func (k *kernel) unlessBetaIsZero(label string, body func()) {
	bits := GP32()
	MOVL(isa.Address("beta"), bits)
	SHLL(Imm(1), bits) // without the sign
	JZ(LabelRef(label))
	body()
	Label(label)
}

// each visits the accumulators with their places in C, moving row, a pointer to C's first row, along.
func (k *kernel) each(rows int, row reg.Register, visit func(c Mem, acc reg.VecPhysical, last bool)) {
	for r := range rows {
		for v := range k.vectors {
			visit(Mem{Base: row, Disp: v * k.Lanes * 4}, k.acc(r, v), v == k.vectors-1)
		}
		if r < rows-1 {
			ADDQ(k.rowC, row)
		}
	}
}

// laneMasks is a table of 8 set and 8 clear lanes: read 8-n lanes into it, it is the mask of n lanes.
func laneMasks() Mem {
	return isa.Table("laneMasks", isa.Words(16, func(i int) uint32 {
		if i < 8 {
			return 0xffffffff
		}
		return 0
	})...)
}
