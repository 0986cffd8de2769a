// Command overlap writes the assembly of package overlap and its Go stubs.
// Run it through go generate in that package.
package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64")
	ConstraintExpr("!purego")
	constants()
	for _, m := range []machine{avx2, avx512} {
		m.scan()
	}
	avx2.ties()
	label()
	Generate()
}

// machine is what the kernels need of an instruction set.
type machine struct {
	name     string
	lanes    int // of 32 bits
	together int // vectors of candidates that are compared with a ground truth at once
	vector   func() reg.VecVirtual
	order    Mem // of the candidates in a transposed vector
}

var (
	avx2   = machine{name: "AVX2", lanes: 8, together: 1, vector: YMM}
	avx512 = machine{name: "AVX512", lanes: 16, together: 2, vector: ZMM}
)

func (m machine) bytes() int { return 4 * m.lanes }
func (m machine) wide() bool { return m.lanes == 16 }

// Predicates of VCMPPS, false for NaN.
const (
	equal          = 0x00
	less           = 0x11
	greater        = 0x1e
	greaterOrEqual = 0x1d
)

// Where the kernels find what they need, in bytes.
const (
	boxBytes     = 16
	block        = 32 // candidates
	groupBytes   = 4 * 64
	truthBytes   = 32
	truthArea    = 16
	truthBest    = 20
	truthFirst   = 24
	truthLast    = 28
	summaryBytes = 20
	summaryMax   = 16
)

var zeroToFifteen, choices, sign, bound Mem

// constants lays out the tables of the kernels.
func constants() {
	zeroToFifteen = table("zeroToFifteen", 16, func(i int) uint32 { return uint32(i) })
	avx2.order = table("orderAVX2", 8, func(i int) uint32 { return uint32(4*(i%2) + i/2) })
	avx512.order = table("orderAVX512", 16, func(i int) uint32 { return uint32(4*(i%4) + i/4) })
	sign = table("magnitudeBits", 1, func(int) uint32 { return math.MaxInt32 })
	bound = table("tameBits", 1, func(int) uint32 { return math.Float32bits(1e18) })
	choices = GLOBL("choices", 8|16) // read-only, without pointers
	for mask := range 256 {
		chosen, at := uint64(0), 0
		for lane := range 8 {
			if mask>>lane&1 == 1 {
				chosen |= uint64(lane) << (8 * at)
				at++
			}
		}
		DATA(8*mask, U64(chosen))
	}
}

func table(name string, n int, at func(i int) uint32) Mem {
	m := GLOBL(name, 8|16)
	for i := range n {
		DATA(4*i, U32(at(i)))
	}
	return m
}

func (m machine) broadcast(from Mem) reg.VecVirtual {
	x := m.vector()
	VBROADCASTSS(from, x)
	return x
}

// load is a load of a parameter into a register of its own.
func load(name string) reg.GPVirtual { return Load(Param(name), GP64()).(reg.GPVirtual) }

func zero(x reg.VecVirtual) { VXORPS(x, x, x) }
