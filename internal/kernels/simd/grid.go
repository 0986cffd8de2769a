package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// width is one size of vector register: its lanes, how one is cleared, and how it is filled with the first of an XMM's.
type width struct {
	lanes     int
	register  func() reg.VecVirtual
	clear     func(x reg.VecVirtual)
	broadcast func(first, x reg.VecVirtual)
}

var (
	ymm    = width{8, YMM, clearYMM, broadcastAVX}
	ymm512 = width{8, YMM, clearYMM, broadcast512}
	zmm    = width{16, ZMM, func(x reg.VecVirtual) { VPXORD(x, x, x) }, broadcast512}
)

func clearYMM(x reg.VecVirtual) { VXORPS(x, x, x) }

func broadcast512(first, x reg.VecVirtual) { VBROADCASTSS(first, x) }

// broadcastAVX does without AVX2's broadcast from a register.
func broadcastAVX(first, x reg.VecVirtual) {
	VSHUFPS(Imm(0), first, first, first)
	VINSERTF128(Imm(1), first, first.AsY(), x)
}

// panel is a number of vectors of channels that a bin keeps in registers while it goes through its cells.
type panel struct {
	label   string
	vectors int
	width   width
}

var (
	panelsAVX    = []panel{{"wide", 8, ymm}, {"middle", 4, ymm}, {"pair", 2, ymm}, {"narrow", 1, ymm}}
	panelsAVX512 = []panel{{"widest", 16, zmm}, {"wide", 8, zmm}, {"middle", 4, zmm}, {"pair", 2, zmm}, {"narrow", 1, zmm}, {"half", 1, ymm512}}
)

func (p panel) channels() int { return p.vectors * p.width.lanes }

// at is vector v of the panel that begins at m.
func (p panel) at(m Mem, v int) Mem {
	m.Disp += 4 * p.width.lanes * v
	return m
}

// traffic is what gathering and scattering differ in: what a bin does before, at and after its cells.
type traffic interface {
	begin(p panel, held []reg.VecVirtual, bin Mem)
	visit(p panel, held []reg.VecVirtual, weight reg.VecVirtual, cell Mem)
	end(p panel, held []reg.VecVirtual, bin Mem)
}

// gather holds the sums of the bin.
type gather struct{}

func (gather) begin(p panel, sums []reg.VecVirtual, _ Mem) {
	zero := p.width.register() // cleared one by one, the sums would count as read, so as in use, from the beginning
	p.width.clear(zero)
	for _, sum := range sums {
		VMOVAPS(zero, sum)
	}
}

func (gather) visit(p panel, sums []reg.VecVirtual, weight reg.VecVirtual, cell Mem) {
	for v, sum := range sums {
		product := p.width.register()
		VMULPS(p.at(cell, v), weight, product)
		VADDPS(product, sum, sum)
	}
}

func (gather) end(p panel, sums []reg.VecVirtual, bin Mem) {
	for v, sum := range sums {
		VMOVUPS(sum, p.at(bin, v))
	}
}

// scatter holds the values of the bin.
type scatter struct{}

func (scatter) begin(p panel, values []reg.VecVirtual, bin Mem) {
	for v, value := range values {
		VMOVUPS(p.at(bin, v), value)
	}
}

func (scatter) visit(p panel, values []reg.VecVirtual, weight reg.VecVirtual, cell Mem) {
	for v, value := range values {
		product := p.width.register()
		VMULPS(value, weight, product)
		VADDPS(p.at(cell, v), product, product)
		VMOVUPS(product, p.at(cell, v))
	}
}

func (scatter) end(panel, []reg.VecVirtual, Mem) {}

// A tap is its cell, an int, and its weight, a float64.
const (
	tapShift  = 4
	tapBytes  = 1 << tapShift
	tapWeight = 8
)

// grid visits the bins of a grid, row by row: their channels in panels, each as often as it fits, and for each panel the
// cells of the bin.
func grid(name, doc string, t traffic, panels []panel) {
	TEXT(name, NOSPLIT, "func(bins, cells *float32, n, cellBytes, rowBytes int, rows *int, rowCounts *int32, rowBins int, columns *int, columnCounts *int32, columnBins int)")
	Pragma("noescape")
	Doc(
		name+" is "+doc+" for the first n channels, a positive multiple of 8, of rowBins x columnBins bins, at least one",
		"of each. rows and columns point to the first of the taps, rowCounts and columnCounts to how many a bin has.",
	)
	bin, row, rowCount := isa.Parameter("bins"), isa.Parameter("rows"), isa.Parameter("rowCounts")
	rowEnd, column, columnEnd, columnCount, left := GP64(), GP64(), GP64(), GP64(), GP64()
	cells, n := GP64(), GP64()

	Label("row")
	endOfTaps(rowCount, row, rowEnd)
	Load(Param("columns"), column)
	Load(Param("columnCounts"), columnCount)
	Load(Param("columnBins"), left)

	Label("bin")
	endOfTaps(columnCount, column, columnEnd)
	Load(Param("cells"), cells)
	Load(Param("n"), n)
	for i, p := range panels {
		next := "binDone"
		if i+1 < len(panels) {
			next = panels[i+1].label
		}
		Label(p.label)
		CMPQ(n, U32(uint32(p.channels())))
		JLT(LabelRef(next))
		p.visit(t, bin, cells, row, rowEnd, column, columnEnd)
		ADDQ(U32(uint32(4*p.channels())), bin)
		ADDQ(U32(uint32(4*p.channels())), cells)
		SUBQ(U32(uint32(p.channels())), n)
		JMP(LabelRef(p.label))
	}
	Label("binDone")
	ADDQ(isa.Address("cellBytes"), bin) // past the channels that are not in whole vectors
	Load(Param("n"), n)
	SHLQ(Imm(2), n)
	SUBQ(n, bin)
	MOVQ(columnEnd, column)
	ADDQ(Imm(4), columnCount)
	DECQ(left)
	JNZ(LabelRef("bin"))

	MOVQ(rowEnd, row)
	ADDQ(Imm(4), rowCount)
	DECQ(isa.Address("rowBins"))
	JNZ(LabelRef("row"))
	end()
}

// endOfTaps points end behind the taps of a bin, given the first of them and where their number lies.
func endOfTaps(count, first, end reg.Register) {
	MOVLQSX(Mem{Base: count}, end)
	SHLQ(Imm(tapShift), end)
	ADDQ(first, end)
}

// visit goes through the cells of one panel of a bin.
func (p panel) visit(t traffic, bin, cells, rows, rowEnd, columns, columnEnd reg.Register) {
	held := make([]reg.VecVirtual, p.vectors)
	for v := range held {
		held[v] = p.width.register()
	}
	row, column, line, cell := GP64(), GP64(), GP64(), GP64()
	rowWeight, product, weight := XMM(), XMM(), p.width.register()

	t.begin(p, held, Mem{Base: bin})
	MOVQ(rows, row)
	JMP(LabelRef(p.label + "Rows"))

	Label(p.label + "Row")
	MOVQ(Mem{Base: row}, line)
	IMULQ(isa.Address("rowBytes"), line)
	ADDQ(cells, line)
	VMOVSD(Mem{Base: row, Disp: tapWeight}, rowWeight)
	ADDQ(Imm(tapBytes), row)
	MOVQ(columns, column)
	JMP(LabelRef(p.label + "Columns"))

	Label(p.label + "Column")
	MOVQ(Mem{Base: column}, cell)
	IMULQ(isa.Address("cellBytes"), cell)
	VMULSD(Mem{Base: column, Disp: tapWeight}, rowWeight, product)
	VCVTSD2SS(product, product, product)
	p.width.broadcast(product, weight)
	t.visit(p, held, weight, Mem{Base: line, Index: cell, Scale: 1})
	ADDQ(Imm(tapBytes), column)

	Label(p.label + "Columns")
	CMPQ(column, columnEnd)
	JNE(LabelRef(p.label + "Column"))

	Label(p.label + "Rows")
	CMPQ(row, rowEnd)
	JNE(LabelRef(p.label + "Row"))
	t.end(p, held, Mem{Base: bin})
}
