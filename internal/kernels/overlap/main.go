// Command overlap writes the assembly of package overlap and its Go stubs.
// Run it through go generate in that package.
package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

func main() {
	isa.Write(constants, avx2.scan, avx512.scan, avx2.ties, avx2.reach, label,
		boundConstants, avx2.extent, avx2.mostIoU, avx2.leastDistance,
		func() { avx2.near("near", false) }, func() { avx2.near("nearByIoU", true) })
}

// machine is what the kernels need of an instruction set.
type machine struct {
	isa.Set
	together int        // vectors of candidates that are compared with a ground truth at once
	order    func() Mem // of the candidates in a transposed vector
}

var (
	avx2 = machine{Set: isa.AVX2, together: 1, order: func() Mem {
		return isa.Table("orderAVX2", isa.Words(8, func(i int) uint32 { return uint32(4*(i%2) + i/2) })...)
	}}
	avx512 = machine{Set: isa.AVX512, together: 2, order: func() Mem {
		return isa.Table("orderAVX512", isa.Words(16, func(i int) uint32 { return uint32(4*(i%4) + i/4) })...)
	}}
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
	zeroToFifteen = isa.Table("zeroToFifteen", isa.Words(16, func(i int) uint32 { return uint32(i) })...)
	avx2.order()
	avx512.order()
	sign = isa.Table("magnitudeBits", U32(math.MaxInt32))
	bound = isa.Table("tameBits", U32(math.Float32bits(1e18)))
	var lanes [256]Constant
	for mask := range lanes {
		chosen, at := uint64(0), 0
		for lane := range 8 {
			if mask>>lane&1 == 1 {
				chosen |= uint64(lane) << (8 * at)
				at++
			}
		}
		lanes[mask] = U64(chosen)
	}
	choices = isa.Table("choices", lanes[:]...)
}

func (m machine) broadcast(from Mem) reg.VecVirtual {
	x := m.Vector()
	VBROADCASTSS(from, x)
	return x
}

func zero(x reg.VecVirtual) { VXORPS(x, x, x) }
