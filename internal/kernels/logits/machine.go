package main

import (
	"fmt"
	"math"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// step is the number of columns that a loop takes at once in every instruction set: sums go over that many lanes.
const step = 16

// maxBlocks is the most blocks that a loop takes at once.
const maxBlocks = 2

// machine is an instruction set that a kernel is written for. Of its vectors, step columns are a block.
type machine struct {
	isa.Set
	chains int           // vectors that a calculation takes side by side
	loaded map[uint32]Op // constants of the function that is being written
}

func avx2() *machine { return &machine{Set: isa.AVX2, chains: 2} }

func avx512() *machine { return &machine{Set: isa.AVX512, chains: 2} }

// blocks are what a loop over the columns of a row takes at once where there are as many.
func (m *machine) blocks() int { return m.chains * m.Lanes / step }

// cut reports whether vector v of some blocks, of which the last is masked, needs the mask.
func (m *machine) cut(v, blocks int, masked bool) bool { return masked && v >= (blocks-1)*step/m.Lanes }

// begin starts a function, given its name without the instruction set's, its type and what it is: constants are loaded
// anew.
func (m *machine) begin(name, signature, is string) {
	TEXT(name+m.Name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(name + m.Name + " is " + is + ".")
	m.loaded = map[uint32]Op{}
}

// float is a constant in every lane.
func (m *machine) float(v float64) Op { return m.bits(math.Float32bits(float32(v))) }

// bits is a constant in every lane, as its bits: in a register if it was kept there, else in memory.
func (m *machine) bits(v uint32) Op {
	if op, ok := m.loaded[v]; ok {
		return op
	}
	n := 1
	if !m.Wide() { // whose instructions repeat an element
		n = m.Lanes
	}
	return m.table(fmt.Sprintf("all%08x", v), slices.Repeat([]uint32{v}, n))
}

// table is data in memory, written once.
func (m *machine) table(name string, data []uint32) Mem {
	return isa.Table(name+m.Name, isa.Words(len(data), func(i int) uint32 { return data[i] })...)
}

// keep loads constants that are used in loops into registers, of which there are enough with 32.
func (m *machine) keep(constants ...uint32) {
	if !m.Wide() {
		return
	}
	for _, v := range constants {
		m.loaded[v] = m.all(1, m.bits(v))[0]
	}
}

// group is a few vectors that go through a calculation side by side, instruction by instruction: the processor looks
// ahead so few instructions that one calculation after the other would leave it waiting for results.
type group []reg.VecVirtual

// operands are a group's, where they may lie in memory.
type operands []Op

// of is operand i: a group's, or what is the same for all.
func of(x any, i int) Op {
	switch x := x.(type) {
	case group:
		return x[i]
	case operands:
		return x[i]
	}
	return x.(Op)
}

// each makes a group of n vectors, one after the other.
func (m *machine) each(n int, instruction func(i int, x reg.VecVirtual)) group {
	g := make(group, n)
	for i := range g {
		g[i] = m.Vector()
		instruction(i, g[i])
	}
	return g
}

// instruction is one with an operand that may be a constant, and its form for one that is repeated from memory.
type instruction struct{ plain, repeat func(ops ...Op) }

var (
	multiply = instruction{VMULPS, VMULPS_BCST}
	plus     = instruction{VADDPS, VADDPS_BCST}
	minus    = instruction{VSUBPS, VSUBPS_BCST}
	compare  = instruction{VCMPPS, VCMPPS_BCST}
	subtract = instruction{VPSUBD, VPSUBD_BCST}
	fma213   = instruction{VFMADD213PS, VFMADD213PS_BCST}
	fma231   = instruction{VFMADD231PS, VFMADD231PS_BCST}
	fnma231  = instruction{VFNMADD231PS, VFNMADD231PS_BCST}
)

// emit writes an instruction of which c may be a constant in memory.
func (m *machine) emit(in instruction, c Op, ops ...Op) {
	if _, ok := c.(Mem); ok && m.Wide() {
		in.repeat(ops...)
	} else {
		in.plain(ops...)
	}
}

func (m *machine) mul(a any, b group) group {
	return m.each(len(b), func(i int, x reg.VecVirtual) { m.emit(multiply, of(a, i), of(a, i), b[i], x) })
}

func (m *machine) add(a any, b group) group {
	return m.each(len(b), func(i int, x reg.VecVirtual) { m.emit(plus, of(a, i), of(a, i), b[i], x) })
}

// sub is a - b.
func (m *machine) sub(a group, b any) group {
	return m.each(len(a), func(i int, x reg.VecVirtual) { m.emit(minus, of(b, i), of(b, i), a[i], x) })
}

// The methods below change x in place, which spares registers.

func (m *machine) mulBy(x group, a any) {
	for i := range x {
		m.emit(multiply, of(a, i), of(a, i), x[i], x[i])
	}
}

func (m *machine) addTo(x group, a any) {
	for i := range x {
		m.emit(plus, of(a, i), of(a, i), x[i], x[i])
	}
}

func (m *machine) subFrom(x group, a any) {
	for i := range x {
		m.emit(minus, of(a, i), of(a, i), x[i], x[i])
	}
}

// multiplyAdd is x = x y + a.
func (m *machine) multiplyAdd(x, y group, a any) {
	for i := range x {
		m.emit(fma213, of(a, i), of(a, i), y[i], x[i])
	}
}

// divide leaves x / b in place of b.
func (m *machine) divide(x, b group) {
	for i := range b {
		VDIVPS(b[i], x[i], b[i])
	}
}

// all is a constant in n registers of its own, for operands that cannot be memory or that change.
func (m *machine) all(n int, c any) group {
	return m.each(n, func(i int, x reg.VecVirtual) {
		if _, ok := of(c, i).(Mem); ok && m.Wide() {
			VBROADCASTSS(of(c, i), x)
		} else {
			VMOVUPS(of(c, i), x)
		}
	})
}

// held is a constant in a register, which does not change.
func (m *machine) held(v float64) Op {
	c := m.float(v)
	if _, ok := c.(Mem); ok {
		return m.all(1, c)[0]
	}
	return c
}

// ahead is how far ahead of the calculation memory is brought near, in bytes: processors that do it by themselves lose
// nothing, others wait for half of what is read.
const ahead = 2048

// bringNear begins to load what n vectors from the first on read that far ahead.
func (m *machine) bringNear(from reg.GPVirtual, first, n int) {
	for v := first; v < first+n; v++ {
		if at := 4 * m.Lanes * v; at%(4*step) == 0 {
			PREFETCHT0(Mem{Base: from, Disp: at + ahead})
		}
	}
}

// zeros are n vectors of zeros.
func (m *machine) zeros(n int) group { return m.all(n, m.bits(0)) }
