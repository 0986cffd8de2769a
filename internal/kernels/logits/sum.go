package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// sum is the sum of a row, or of its absolute values.
func sum(m *machine, of string, absolute bool) {
	name := of + m.Name
	TEXT(name, NOSPLIT, "func(x *float32, columns int) float32")
	Pragma("noescape")
	Doc(name + " is " + of + " for at least one element.")
	m.begin()
	r := &rows{columns: isa.Parameter("columns"), from: isa.Parameter("x"), left: GP64()}
	t := m.tail(r.columns)
	sums := m.zeros(step / m.Lanes)
	sign := m.all(1, m.bits(signBit))[0]
	r.pass("", 1, func(_ int, masked bool) {
		for v, sum := range sums {
			x, at := m.Vector(), Mem{Base: r.from, Disp: 4 * m.Lanes * v}
			if masked {
				t.load(at, v, x)
			} else {
				VMOVUPS(at, x)
			}
			if absolute {
				m.without(sign, x)
			}
			VADDPS(x, sum, sum)
		}
	}, false)
	Store(m.sum(sums).AsX(), ReturnIndex(0))
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
