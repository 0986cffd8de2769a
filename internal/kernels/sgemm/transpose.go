package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// transpose writes the 8 x 8 block transposition that packs a transposed B.
func transpose() {
	TEXT("transpose8", NOSPLIT, "func(dst *float32, stepDst uintptr, src *float32, rowSrc uintptr, blocks int)")
	Doc(
		"transpose8 transposes 8 rows of 8*blocks columns, blocks at least 1, strides in bytes:",
		"",
		"	for l := range 8 * blocks {",
		"		for j := range 8 {",
		"			dst[l*stepDst+j] = src[j*rowSrc+l]",
		"		}",
		"	}",
	)
	dst := isa.Parameter("dst")
	step := isa.Parameter("stepDst")
	src := isa.Parameter("src")
	row := isa.Parameter("rowSrc")
	blocks := isa.Parameter("blocks")
	half := GP64()
	LEAQ(Mem{Base: src, Index: row, Scale: 4}, half)
	row3 := GP64()
	LEAQ(Mem{Base: row, Index: row, Scale: 2}, row3)

	from := func(base reg.Register, i, disp int) Mem {
		m := Mem{Base: base, Disp: disp}
		switch i {
		case 1, 2:
			m.Index, m.Scale = row, uint8(i)
		case 3:
			m.Index, m.Scale = row3, 1
		}
		return m
	}
	Label("block")
	// Rows i and i+4 share a register, so that only in-lane shuffles are left.
	var low, high, t [4]reg.VecVirtual
	for i := range 4 {
		low[i], high[i] = YMM(), YMM()
		VMOVUPS(from(src, i, 0), low[i].AsX())
		VINSERTF128(Imm(1), from(half, i, 0), low[i], low[i])
		VMOVUPS(from(src, i, 16), high[i].AsX())
		VINSERTF128(Imm(1), from(half, i, 16), high[i], high[i])
	}
	for _, x := range [][4]reg.VecVirtual{low, high} {
		for i := range 4 {
			t[i] = YMM()
		}
		VUNPCKLPS(x[1], x[0], t[0])
		VUNPCKHPS(x[1], x[0], t[1])
		VUNPCKLPS(x[3], x[2], t[2])
		VUNPCKHPS(x[3], x[2], t[3])
		for i := range 4 {
			out := YMM()
			if i%2 == 0 {
				VUNPCKLPD(t[2+i/2], t[i/2], out)
			} else {
				VUNPCKHPD(t[2+i/2], t[i/2], out)
			}
			VMOVUPS(out, Mem{Base: dst})
			ADDQ(step, dst)
		}
	}
	ADDQ(Imm(32), src)
	ADDQ(Imm(32), half)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
}
