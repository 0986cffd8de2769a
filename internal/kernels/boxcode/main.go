// Command boxcode writes the assembly of package boxcode and its Go stubs.
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
	two, four := avx2(), avx512()
	isa.Write(two.decode, two.encode, two.backward, four.decode, four.encode, four.backward)
}

// machine is an instruction set: vectors of whole boxes, four float32 each, and
// vectors of float64 for the two lengths of each of those boxes.
type machine struct {
	isa.Set
	boxes int // in a vector

	lengths func(v reg.VecVirtual) reg.VecVirtual         // columns 2 and 3 of every box as float64
	spread  func(v reg.VecVirtual) reg.VecVirtual         // float64 lengths as float32 in columns 0, 1 and 2, 3
	below   func(x, y, limit reg.VecVirtual)              // clears x where y is not less than limit
	blend   func(low, high reg.VecVirtual) reg.VecVirtual // columns 0, 1 of low and 2, 3 of high
	certain func(x, y, least, most reg.VecVirtual, uncertain string)
	prepare func()
	held    map[string]reg.VecVirtual // constants in registers
}

// Immediates of VPERMILPS on the columns of a box.
const (
	swapped   = 0x4e // 2, 3, 0, 1
	firstTwo  = 0x44 // 0, 1, 0, 1
	secondTwo = 0xee // 2, 3, 2, 3
)

func permuted(m *machine, order uint64, v reg.VecVirtual) reg.VecVirtual {
	out := m.Vector()
	VPERMILPS(Imm(order), v, out)
	return out
}

func (m *machine) begin(name, does string, second string) (dst, candidate, other, n, done reg.Register) {
	TEXT(name+m.Name, NOSPLIT, "func(dst, candidate, "+second+" *float32, n int, weight *[4]float32"+map[string]string{"delta": ", limit float32"}[second]+") int")
	Pragma("noescape")
	Doc(
		name+m.Name+" "+does+" up to n boxes, a positive multiple of "+map[int]string{2: "2", 4: "4"}[m.boxes]+", and returns how",
		"many it did: all, or those before a vector of which it is not certain.",
	)
	dst, candidate, other = isa.Parameter("dst"), isa.Parameter("candidate"), isa.Parameter(second)
	n, done = isa.Parameter("n"), GP64()
	XORQ(done, done)
	m.held = map[string]reg.VecVirtual{}
	m.prepare()
	return
}

func (m *machine) end(done reg.Register) {
	Label("done")
	VZEROUPPER()
	Store(done, ReturnIndex(0))
	RET()
}

// next goes on to the next vector.
func (m *machine) next(done, n reg.Register, pointers ...reg.Register) {
	for _, p := range pointers {
		ADDQ(Imm(uint64(16*m.boxes)), p)
	}
	ADDQ(Imm(uint64(m.boxes)), done)
	CMPQ(done, n)
	JLT(LabelRef("loop"))
}

// pattern repeats the four weights for every box.
func (m *machine) pattern() reg.VecVirtual {
	p, v := isa.Parameter("weight"), m.Vector()
	if m.boxes == 4 {
		VBROADCASTF32X4(Mem{Base: p}, v)
	} else {
		VBROADCASTF128(Mem{Base: p}, v)
	}
	return v
}

// halfOf32 is 0.5 in every lane.
func (m *machine) halfOf32() reg.VecVirtual {
	v := m.Vector()
	VBROADCASTSS(float("half", 0.5), v)
	return v
}

// centreAndSize returns a box's centre and size, both in columns 0, 1 and 2, 3.
func (m *machine) centreAndSize(half, box reg.VecVirtual) (centre, size reg.VecVirtual) {
	turned := permuted(m, swapped, box)
	centre, size = m.Vector(), m.Vector()
	VADDPS(turned, box, centre)
	VMULPS(half, centre, centre)
	VSUBPS(turned, box, size)
	return centre, permuted(m, secondTwo, size)
}

// unscaled loads boxes and their deltas, which it divides by the weights, and returns what those stretch lengths by.
func (m *machine) unscaled(candidate, delta reg.Register, weight, limit reg.VecVirtual) (box, scaled, e reg.VecVirtual) {
	box, scaled, capped := m.Vector(), m.Vector(), m.Vector()
	VMOVUPS(Mem{Base: candidate}, box)
	VMOVUPS(Mem{Base: delta}, scaled)
	VDIVPS(weight, scaled, scaled)
	VMINPS(scaled, limit, capped) // NaN where scaled is
	return box, scaled, m.exp(m.lengths(capped), "done")
}

func (m *machine) decode() {
	dst, candidate, delta, n, done := m.begin("decode", "decodes", "delta")
	weight, half, limit := m.pattern(), m.halfOf32(), m.Vector()
	VBROADCASTSS(isa.Address("limit"), limit)
	m.holdExp()
	Label("loop")
	box, scaled, e := m.unscaled(candidate, delta, weight, limit)
	centre, size := m.centreAndSize(half, box)
	VMULPS(size, scaled, scaled)
	VADDPS(scaled, centre, centre)
	centre = permuted(m, firstTwo, centre)
	VMULPS(m.spread(e), size, size)
	VMULPS(half, size, size)
	low, high := m.Vector(), m.Vector()
	VSUBPS(size, centre, low)
	VADDPS(size, centre, high)
	VMOVUPS(m.blend(low, high), Mem{Base: dst})
	m.next(done, n, dst, candidate, delta)
	m.end(done)
}

// backward takes the gradient by the decoded boxes in dst, and leaves that by the deltas there.
func (m *machine) backward() {
	dst, candidate, delta, n, done := m.begin("backward", "carries the gradients in dst back to the deltas of", "delta")
	weight, half, limit, one := m.pattern(), m.halfOf32(), m.Vector(), m.Vector()
	VBROADCASTSS(isa.Address("limit"), limit)
	VBROADCASTSS(isa.Table("unit", U32(math.Float32bits(1))), one)
	m.holdExp()
	Label("loop")
	box, scaled, e := m.unscaled(candidate, delta, weight, limit)
	grad := m.Vector() // not before: AVX2 has no seventeenth register for exp
	VMOVUPS(Mem{Base: dst}, grad)
	_, size := m.centreAndSize(half, box)
	turned := permuted(m, swapped, grad)
	sum, difference := m.Vector(), m.Vector()
	VADDPS(turned, grad, sum)
	VSUBPS(turned, grad, difference)
	VMULPS(half, difference, difference)
	out := m.blend(sum, difference)
	VMULPS(size, out, out)
	VMULPS(m.blend(one, m.spread(e)), out, out)
	VDIVPS(weight, out, out)
	moves := m.Vector()
	VMOVAPS(out, moves)
	m.below(moves, scaled, limit)
	VMOVUPS(m.blend(out, moves), Mem{Base: dst})
	m.next(done, n, dst, candidate, delta)
	m.end(done)
}

func (m *machine) encode() {
	dst, candidate, box, n, done := m.begin("encode", "encodes", "box")
	weight, half := m.pattern(), m.halfOf32()
	m.holdTies()
	Label("loop")
	a, b := m.Vector(), m.Vector()
	VMOVUPS(Mem{Base: candidate}, a)
	VMOVUPS(Mem{Base: box}, b)
	centreA, sizeA := m.centreAndSize(half, a)
	centreB, sizeB := m.centreAndSize(half, b)
	VSUBPS(centreA, centreB, centreB)
	VMULPS(weight, centreB, centreB)
	quotient := m.blend(centreB, sizeB)
	VDIVPS(sizeA, quotient, quotient)
	l := m.spread(m.log(m.lengths(quotient), "done"))
	VMULPS(weight, l, l)
	VMOVUPS(m.blend(quotient, l), Mem{Base: dst})
	m.next(done, n, dst, candidate, box)
	m.end(done)
}
