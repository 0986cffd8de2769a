package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// sum is the sum of a row, of its absolute values, or of its squares.
func sum(m *machine, of string) {
	m.begin(of, "func(x *float32, columns int) float32", of+" for at least one element")
	r := &rows{columns: isa.Parameter("columns"), from: isa.Parameter("x"), left: GP64()}
	t := m.tail(r.columns)
	sums := m.zeros(step / m.Lanes)
	var sign reg.VecVirtual
	if of == "magnitude" {
		sign = m.all(1, m.bits(signBit))[0]
	}
	r.pass("", 1, func(_ int, masked bool) {
		for v, sum := range sums {
			x, at := m.Vector(), Mem{Base: r.from, Disp: 4 * m.Lanes * v}
			if masked {
				t.load(at, v, x)
			} else {
				VMOVUPS(at, x)
			}
			switch of {
			case "squares":
				VFMADD231PS(x, x, sum)
				continue
			case "magnitude":
				m.without(sign, x)
			}
			VADDPS(x, sum, sum)
		}
	}, false)
	Store(m.sum(sums).AsX(), ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// countFrom counts the elements that are not below a threshold.
func countFrom(m *machine) {
	m.begin("countFrom", "func(x *float32, n int, threshold float32) int", "countFrom for n elements, a positive multiple of 16")
	x, n, from := isa.Parameter("x"), isa.Parameter("n"), m.broadcast("threshold")
	vectors := step / m.Lanes
	count := m.zeros(vectors)
	Label("loop")
	for v := range vectors {
		at := Mem{Base: x, Disp: 4 * m.Lanes * v}
		if m.Wide() {
			k := K()
			z := m.Vector()
			VMOVUPS(at, z)
			VCMPPS(Imm(isa.GreaterOrEqual), from, z, k)
			VPSUBD_BCST(m.bits(math.MaxUint32), count[v], k, count[v])
		} else {
			z := m.Vector()
			VMOVUPS(at, z)
			VCMPPS(Imm(isa.GreaterOrEqual), from, z, z)
			VPSUBD(z, count[v], count[v])
		}
	}
	ADDQ(Imm(4*step), x)
	SUBQ(Imm(step), n)
	JNZ(LabelRef("loop"))
	total := m.fold(count, func(a, b, dst Op) { VPADDD(a, b, dst) })
	r := GP64()
	VMOVD(total.AsX(), r.As32())
	Store(r, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// addMagnitudes adds the absolute values of a list to another.
func addMagnitudes(m *machine) {
	m.begin("addMagnitudes", "func(sum, x *float32, columns int)", "addMagnitudes for at least one element")
	r := &rows{columns: isa.Parameter("columns"), from: isa.Parameter("x"), to: isa.Parameter("sum"), left: GP64()}
	t := m.tail(r.columns)
	sign := m.all(1, m.bits(signBit))[0]
	r.pass("", 1, func(_ int, masked bool) {
		for v := range step / m.Lanes {
			at := func(p reg.GPVirtual) Mem { return Mem{Base: p, Disp: 4 * m.Lanes * v} }
			x, sum := m.Vector(), m.Vector()
			if masked {
				t.load(at(r.from), v, x)
				t.load(at(r.to), v, sum)
			} else {
				VMOVUPS(at(r.from), x)
				VMOVUPS(at(r.to), sum)
			}
			m.without(sign, x)
			VADDPS(x, sum, sum)
			if masked {
				t.store(sum, v, at(r.to))
			} else {
				VMOVUPS(sum, at(r.to))
			}
		}
	}, true)
	VZEROUPPER()
	RET()
}

// without clears in x the bits of mask.
func (m *machine) without(mask, x reg.VecVirtual) {
	if m.Wide() {
		VPANDND(x, mask, x)
	} else {
		VANDNPS(x, mask, x)
	}
}
