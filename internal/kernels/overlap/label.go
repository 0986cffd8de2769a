package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"

	"detsample/internal/kernels/isa"
)

// label writes the kernel that turns overlaps into labels.
func label() {
	TEXT("labelAVX2", NOSPLIT, "func(label, nearest *int32, iou *float32, n int, positive, negative, floor float32)")
	Pragma("noescape")
	Doc("labelAVX2 is labelPortable for n candidates, a positive multiple of 8.")
	to, nearest, iou, n := isa.Parameter("label"), isa.Parameter("nearest"), isa.Parameter("iou"), isa.Parameter("n")
	limit := func(name string) Op {
		x := YMM()
		VBROADCASTSS(isa.Address(name), x)
		return x
	}
	positive, negative, floor := limit("positive"), limit("negative"), limit("floor")
	one := YMM()
	VPCMPEQD(one, one, one) // Negative, -1
	Label("loop")
	x, low, y := YMM(), YMM(), YMM()
	VMOVUPS(Mem{Base: iou}, x)
	VCMPPS(Imm(isa.GreaterOrEqual), negative, x, y)
	VCMPPS(Imm(isa.Less), floor, x, low)
	VORPS(low, y, y)
	VPADDD(one, y, y) // Ignored, -2, where the comparison gave -1
	VCMPPS(Imm(isa.GreaterOrEqual), positive, x, x)
	VBLENDVPS(x, Mem{Base: nearest}, y, y)
	VMOVUPS(y, Mem{Base: to})
	ADDQ(Imm(32), iou)
	ADDQ(Imm(32), nearest)
	ADDQ(Imm(32), to)
	SUBQ(Imm(8), n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
