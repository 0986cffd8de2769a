package main

import (
	"math"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// A row of the list is a struct of 32-bit fields, which start with the row's index and its true column. One of a softmax
// has two more than one of sigmoids.
const (
	sigmoidSize = 20
	softmaxSize = 28
	truthAt     = 4
	thirdAt     = 8
	fourthAt    = 12
	fifthAt     = 16
	sixthAt     = 20
	seventhAt   = 24
)

// rows walks over the rows of a matrix that a list names.
type rows struct {
	grad, x, columns, stride, row, n reg.GPVirtual
	from, to, left                   reg.GPVirtual
}

func loadRows() *rows {
	r := loadList()
	r.grad, r.x, r.stride, r.to = isa.Parameter("grad"), isa.Parameter("x"), isa.Parameter("stride"), GP64()
	SHLQ(Imm(2), r.stride)
	return r
}

// loadList loads the list of rows alone.
func loadList() *rows {
	return &rows{columns: isa.Parameter("columns"), row: isa.Parameter("row"), n: isa.Parameter("n"), from: GP64(), left: GP64()}
}

func (r *rows) field(at int) Mem { return Mem{Base: r.row, Disp: at} }

// index is the place of a row in the matrix, in elements.
func (r *rows) index() reg.GPVirtual {
	index := GP64()
	MOVLQSX(r.field(0), index)
	IMULQ(r.columns, index)
	return index
}

// next moves to the row that stands next in the list.
func (r *rows) next() {
	index := GP64()
	MOVLQSX(r.field(0), index)
	if r.to != nil {
		MOVQ(index, r.to)
		IMULQ(r.stride, r.to)
		ADDQ(r.grad, r.to)
	}
	IMULQ(r.columns, index)
	LEAQ(Mem{Base: r.x, Index: index, Scale: 4}, r.from)
}

// pass runs over the columns of a row: part for every several blocks, and for what is left over, of which the last block
// is masked unless it is whole. to says that the row has another place where results go.
func (r *rows) pass(name string, several int, part func(blocks int, masked bool), to bool) {
	wide := uint32(several * step)
	MOVQ(r.columns, r.left)
	SUBQ(U32(wide), r.left)
	JLT(LabelRef(name + "rest"))
	Label(name + "blocks")
	part(several, false)
	ADDQ(U32(4*wide), r.from)
	if to {
		ADDQ(U32(4*wide), r.to)
	}
	SUBQ(U32(wide), r.left)
	JGE(LabelRef(name + "blocks"))
	Label(name + "rest")
	ADDQ(U32(wide), r.left)
	JZ(LabelRef(name + "done"))
	if several == 2 {
		CMPQ(r.left, Imm(step))
		JLT(LabelRef(name + "single"))
		JEQ(LabelRef(name + "whole"))
		part(2, true)
		JMP(LabelRef(name + "done"))
		Label(name + "whole")
		part(1, false)
		JMP(LabelRef(name + "done"))
		Label(name + "single")
	}
	part(1, true)
	Label(name + "done")
}

// end closes the loop over structs of a size, and the function.
func (r *rows) end(size uint64) {
	ADDQ(Imm(size), r.row)
	DECQ(r.n)
	JNZ(LabelRef("row"))
	VZEROUPPER()
	RET()
}

// tail is the mask of the columns that are left over after whole blocks.
type tail struct {
	m    *machine
	k    reg.OpmaskVirtual
	half reg.GPVirtual // where the mask stands in memory
}

func (m *machine) tail(columns reg.GPVirtual) *tail {
	t := &tail{m: m}
	left := GP64()
	MOVQ(columns, left)
	ANDQ(Imm(step-1), left)
	if m.Wide() {
		t.k = K()
		ones := GP64()
		shift := reg.RCX
		MOVQ(left, shift)
		MOVQ(U32(1), ones)
		SHLQ(reg.CL, ones)
		DECQ(ones)
		KMOVW(ones.As32(), t.k)
		return t
	}
	window := m.window()
	t.half = GP64()
	LEAQ(window.Offset(4*step), t.half)
	SHLQ(Imm(2), left)
	SUBQ(left, t.half)
	return t
}

// lanes is the mask of vector v of a block.
func (t *tail) lanes(v int) reg.VecVirtual {
	x := t.m.Vector()
	VMOVUPS(Mem{Base: t.half, Disp: 4 * t.m.Lanes * v}, x)
	return x
}

// window is step lanes of ones and as many of zeros.
func (m *machine) window() Mem {
	ones := slices.Repeat([]uint32{math.MaxUint32}, step)
	return m.table("window", append(ones, make([]uint32, step)...))
}

func (t *tail) load(from Mem, v int, x reg.VecVirtual) {
	if t.m.Wide() {
		VMOVUPS_Z(from, t.k, x)
		return
	}
	VMASKMOVPS(from, t.lanes(v), x)
}

func (t *tail) store(x reg.VecVirtual, v int, to Mem) {
	if t.m.Wide() {
		VMOVUPS(x, t.k, to)
		return
	}
	VMASKMOVPS(x, t.lanes(v), to)
}

// mask clears the lanes that are no columns.
func (t *tail) mask(v int, x reg.VecVirtual) {
	if t.m.Wide() {
		VMOVAPS_Z(x, t.k, x)
		return
	}
	VANDPS(t.lanes(v), x, x)
}

// count is vector v of 0, 1, 2 and so on.
func (m *machine) count(v int) Mem {
	var data []uint32
	for i := range maxBlocks * step {
		data = append(data, uint32(i))
	}
	return m.table("count", data).Offset(4 * m.Lanes * v)
}

// back counts columns from some blocks further on.
func (m *machine) back(blocks int, column reg.VecVirtual) {
	past := m.bits(uint32(blocks * step))
	m.emit(subtract, past, past, column, column)
}

// sum adds up step lanes: the upper half to the lower until one is left.
func (m *machine) sum(x group) reg.VecVirtual {
	return m.fold(x, func(a, b, dst Op) { VADDPS(a, b, dst) })
}

// fold is a reduction of step lanes to the lowest of a register.
func (m *machine) fold(x group, op func(a, b, dst Op)) reg.VecVirtual {
	y := YMM()
	if m.Wide() {
		high := YMM()
		VEXTRACTF64X4(Imm(1), x[0], high)
		op(high, x[0].AsY(), y)
	} else {
		op(x[1], x[0], y)
	}
	a, b := XMM(), XMM()
	VEXTRACTF128(Imm(1), y, a)
	op(a, y.AsX(), a)
	VMOVHLPS(a, a, b)
	op(b, a, a)
	VMOVSHDUP(a, b)
	op(b, a, a)
	return a
}
