package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

func addTo(sum reg.VecVirtual, x Mem) { VADDPS(x, sum, sum) }

// raiseTo keeps the largest where x is no number, which VMAXPS does of its second source: the first operand in Go's order.
func raiseTo(largest reg.VecVirtual, x Mem) {
	value := YMM()
	VMOVUPS(x, value)
	VMAXPS(largest, value, largest)
}

// columns keeps what up to four vectors of columns come to in registers while it walks down the rows.
func columns(name, formula string, take func(so reg.VecVirtual, x Mem)) {
	TEXT(name, NOSPLIT, "func(dst, x *float32, stride, rows, n int)")
	Doc(
		name+" does "+formula+" row after row, for rows rows, at least 1, and the first n columns, a",
		"positive multiple of 8.",
	)
	dst, x, stride, rows, n := isa.Parameter("dst"), isa.Parameter("x"), isa.Parameter("stride"), isa.Parameter("rows"), isa.Parameter("n")
	SHLQ(Imm(2), stride)
	panel := func(label string, vectors int) {
		left, p := GP64(), GP64()
		MOVQ(rows, left)
		MOVQ(x, p)
		soFar := make([]reg.VecVirtual, vectors)
		for v := range soFar {
			soFar[v] = YMM()
			VMOVUPS(Mem{Base: dst, Disp: v * vector}, soFar[v])
		}
		Label(label)
		for v, so := range soFar {
			take(so, Mem{Base: p, Disp: v * vector})
		}
		ADDQ(stride, p)
		DECQ(left)
		JNZ(LabelRef(label))
		for v, so := range soFar {
			VMOVUPS(so, Mem{Base: dst, Disp: v * vector})
		}
		ADDQ(Imm(uint64(vectors*vector)), dst)
		ADDQ(Imm(uint64(vectors*vector)), x)
		SUBQ(Imm(uint64(vectors*lanes)), n)
	}
	Label("wide")
	CMPQ(n, Imm(4*lanes))
	JLT(LabelRef("narrow"))
	panel("wideRow", 4)
	JMP(LabelRef("wide"))
	Label("narrow")
	TESTQ(n, n)
	JZ(LabelRef("done"))
	panel("narrowRow", 1)
	JMP(LabelRef("narrow"))
	Label("done")
	end()
}
