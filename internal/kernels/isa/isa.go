// Package isa is what the generators of this module share: the instruction sets
// that kernels are written for, and pieces of any kernel.
package isa

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Set is an instruction set by its vectors.
type Set struct {
	Name   string // the end of its kernels' names
	Lanes  int    // of 32 bits in a vector
	Vector func() reg.VecVirtual
}

// The sets that kernels are written for. AVX512 has 32 vectors and masks, and
// repeats an element of memory in its operands; AVX2 has 16 and none of that.
var (
	AVX2   = Set{Name: "AVX2", Lanes: 8, Vector: YMM}
	AVX512 = Set{Name: "AVX512", Lanes: 16, Vector: ZMM}
)

// Wide reports whether s is AVX512.
func (s Set) Wide() bool { return s.Lanes == AVX512.Lanes }

// Bytes returns the size of a vector.
func (s Set) Bytes() int { return 4 * s.Lanes }

// Predicates of VCMPPS and VCMPPD, which take the second of Go's operands for
// the first of the comparison. Those that begin with Not are true for NaN, the
// others false.
const (
	Equal          = 0x00
	LessOrEqual    = 0x02
	NotLess        = 0x05
	NotLessOrEqual = 0x06
	Less           = 0x11
	GreaterOrEqual = 0x1d
	Greater        = 0x1e
)

// Write writes the kernels' assembly and their Go stubs.
func Write(kernels ...func()) {
	ConstraintExpr("amd64")
	ConstraintExpr("!purego")
	for _, k := range kernels {
		k()
	}
	Generate()
}

// Parameter loads a parameter into a register of its own.
func Parameter(name string) reg.GPVirtual { return Load(Param(name), GP64()).(reg.GPVirtual) }

// Address returns where a parameter lies.
func Address(name string) Mem {
	c, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return c.Addr
}

var tables = map[string]Mem{}

// Table returns read-only memory with the given elements, one after another. A
// table is written once, where its name is first used.
func Table(name string, elements ...Constant) Mem {
	if t, ok := tables[name]; ok {
		return t
	}
	t := GLOBL(name, RODATA|NOPTR)
	at := 0
	for _, e := range elements {
		DATA(at, e)
		at += e.Bytes()
	}
	tables[name] = t
	return t
}

// Words returns n elements of 32 bits.
func Words(n int, at func(i int) uint32) []Constant {
	all := make([]Constant, n)
	for i := range all {
		all[i] = U32(at(i))
	}
	return all
}
