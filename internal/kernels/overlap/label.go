package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// label writes the kernel that turns overlaps into labels.
func label() {
	TEXT("labelAVX2", NOSPLIT, "func(label, nearest *int32, iou *float32, n int, positive, negative, floor float32)")
	Pragma("noescape")
	Doc("labelAVX2 is labelPortable for n candidates, a positive multiple of 8.")
	to, nearest, iou, n := load("label"), load("nearest"), load("iou"), load("n")
	limit := func(name string) Op {
		c, err := Param(name).Resolve()
		if err != nil {
			panic(err)
		}
		x := YMM()
		VBROADCASTSS(c.Addr, x)
		return x
	}
	positive, negative, floor := limit("positive"), limit("negative"), limit("floor")
	one := YMM()
	VPCMPEQD(one, one, one) // Negative, -1
	Label("loop")
	x, low, y := YMM(), YMM(), YMM()
	VMOVUPS(Mem{Base: iou}, x)
	VCMPPS(Imm(greaterOrEqual), negative, x, y)
	VCMPPS(Imm(less), floor, x, low)
	VORPS(low, y, y)
	VPADDD(one, y, y) // Ignored, -2, where the comparison gave -1
	VCMPPS(Imm(greaterOrEqual), positive, x, x)
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
