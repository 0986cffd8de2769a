package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

const signature = "func(rows, lanes, k, first, run int, jumps *uintptr, a *float32, rowA, stepA uintptr, b *float32, stepB uintptr, c *float32, rowC uintptr, alpha, beta float32)"

// rowsPerBase rows of A are addressed from one base register, with the index rowA at scales 0, 1 and 2.
const rowsPerBase = 3

// machine is an instruction set a family of micro-kernels is written for.
type machine struct {
	isa.Set
	vec   []reg.VecPhysical // accumulators first, the last four are scratch
	clear func(x Op)
	// epilogue turns the accumulators of rows x vectors into C.
	epilogue func(k *kernel, rows int)
}

var avx2 = machine{
	Set: isa.AVX2,
	vec: []reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14, reg.Y15,
	},
	clear:    func(x Op) { VXORPS(x, x, x) },
	epilogue: epilogueAVX2,
}

var avx512 = machine{
	Set: isa.AVX512,
	vec: []reg.VecPhysical{
		reg.Z0, reg.Z1, reg.Z2, reg.Z3, reg.Z4, reg.Z5, reg.Z6, reg.Z7,
		reg.Z8, reg.Z9, reg.Z10, reg.Z11, reg.Z12, reg.Z13, reg.Z14, reg.Z15,
		reg.Z16, reg.Z17, reg.Z18, reg.Z19, reg.Z20, reg.Z21, reg.Z22, reg.Z23,
		reg.Z24, reg.Z25, reg.Z26, reg.Z27, reg.Z28, reg.Z29, reg.Z30, reg.Z31,
	},
	clear:    func(x Op) { VPXORD(x, x, x) },
	epilogue: epilogueAVX512,
}

// kernel is one micro-kernel: tiles of up to rows rows and vectors*Lanes columns.
type kernel struct {
	machine
	rows, vectors int

	base        []reg.GPVirtual // of the rows of A, rowsPerBase to each
	rowA, stepA reg.GPVirtual
	b, stepB    reg.GPVirtual
	count, rest reg.GPVirtual // steps of the present run, and after it
	jumps       reg.GPVirtual
	c, rowC     reg.GPVirtual // loaded by the epilogue
}

func (k *kernel) acc(row, vector int) reg.VecPhysical { return k.vec[row*k.vectors+vector] }

// scratch registers counted from the last.
func (k *kernel) scratch(i int) reg.VecPhysical { return k.vec[len(k.vec)-1-i] }

func (k *kernel) name() string {
	return fmt.Sprintf("%sx%d", strings.ToLower(k.Name), k.vectors*k.Lanes)
}

func (k *kernel) generate() {
	TEXT(k.name(), NOSPLIT, signature)
	Doc(
		fmt.Sprintf("%s updates a tile of C of rows (1 to %d) by %d columns, of which the last vector has only", k.name(), k.rows, k.vectors*k.Lanes),
		fmt.Sprintf("lanes (1 to %d) columns:", k.Lanes),
		"",
		"	for i := range rows {",
		"		for j := range columns {",
		"			s := float32(0)",
		"			for l := range k {",
		"				s = fma(a[i*rowA+step(l)], b[l*stepB+j], s)",
		"			}",
		"			c[i*rowC+j] = fma(beta, c[i*rowC+j], alpha*s) // alpha*s and no read of c for beta = 0",
		"		}",
		"	}",
		"",
		"where step(0) is 0 and step(l+1) is step(l)+stepA, plus the next of jumps after the first steps and after every run steps",
		"from there on.",
		"",
		"Strides and jumps are in bytes. B must hold whole vectors; first and run are at least 1, k at least first.",
	)
	k.load()
	n := isa.Parameter("rows")
	for rows := k.rows; rows > 1; rows-- {
		CMPQ(n, Imm(uint64(rows)))
		JE(LabelRef(fmt.Sprintf("rows%d", rows)))
	}
	for rows := 1; rows <= k.rows; rows++ {
		Label(fmt.Sprintf("rows%d", rows))
		k.tile(rows)
	}
}

func (k *kernel) load() {
	k.rowA, k.stepA = GP64(), GP64()
	k.b, k.stepB = GP64(), GP64()
	k.count, k.rest, k.jumps = GP64(), GP64(), GP64()
	Load(Param("rowA"), k.rowA)
	Load(Param("stepA"), k.stepA)
	Load(Param("b"), k.b)
	Load(Param("stepB"), k.stepB)
	Load(Param("first"), k.count)
	Load(Param("k"), k.rest)
	SUBQ(k.count, k.rest)
	Load(Param("jumps"), k.jumps)
	for i := range (k.rows + rowsPerBase - 1) / rowsPerBase {
		p := GP64()
		if i == 0 {
			Load(Param("a"), p)
		} else {
			// rowsPerBase rows on from the base before.
			LEAQ(Mem{Base: k.base[i-1], Index: k.rowA, Scale: 1}, p)
			LEAQ(Mem{Base: p, Index: k.rowA, Scale: 2}, p)
		}
		k.base = append(k.base, p)
	}
}

// element is the memory operand of row's element of A at the present step.
func (k *kernel) element(row int) Mem {
	m := Mem{Base: k.base[row/rowsPerBase]}
	if s := row % rowsPerBase; s > 0 {
		m.Index, m.Scale = k.rowA, uint8(s)
	}
	return m
}

func (k *kernel) tile(rows int) {
	for r := range rows {
		for v := range k.vectors {
			k.clear(k.acc(r, v))
		}
	}
	loop := fmt.Sprintf("loop%d", rows)
	Label(loop)
	for v := range k.vectors {
		VMOVUPS(Mem{Base: k.b, Disp: v * k.Lanes * 4}, k.scratch(2+v))
	}
	ADDQ(k.stepB, k.b)
	for r := range rows {
		x := k.scratch(r % 2)
		VBROADCASTSS(k.element(r), x)
		for v := range k.vectors {
			VFMADD231PS(x, k.scratch(2+v), k.acc(r, v))
		}
		if r%rowsPerBase == rowsPerBase-1 || r == rows-1 {
			ADDQ(k.stepA, k.base[r/rowsPerBase])
		}
	}
	DECQ(k.count)
	JNZ(LabelRef(loop))
	k.nextRun(rows, loop)
	k.c, k.rowC = GP64(), GP64()
	Load(Param("c"), k.c)
	Load(Param("rowC"), k.rowC)
	k.epilogue(k, rows)
	VZEROUPPER()
	RET()
}

// nextRun moves A on to the next run of steps and goes back to the loop, unless no steps are left.
func (k *kernel) nextRun(rows int, loop string) {
	done := fmt.Sprintf("done%d", rows)
	TESTQ(k.rest, k.rest)
	JZ(LabelRef(done))
	jump := GP64()
	MOVQ(Mem{Base: k.jumps}, jump)
	ADDQ(Imm(8), k.jumps)
	for i := range (rows + rowsPerBase - 1) / rowsPerBase {
		ADDQ(jump, k.base[i])
	}
	Load(Param("run"), k.count)
	CMPQ(k.count, k.rest)
	CMOVQGT(k.rest, k.count)
	SUBQ(k.count, k.rest)
	JMP(LabelRef(loop))
	Label(done)
}
