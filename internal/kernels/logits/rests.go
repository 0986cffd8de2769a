package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/reg"
)

// turnBy changes the sign of x where z is not negative: what z lacks as what -|z| lacks.
func (m *machine) turnBy(x, z group) {
	for i := range x {
		sign := m.Vector()
		if m.Wide() {
			VPANDND(m.all(1, m.bits(signBit))[0], z[i], sign)
			VPXORD(sign, x[i], x[i])
		} else {
			VANDNPS(m.bits(signBit), z[i], sign)
			VXORPS(sign, x[i], x[i])
		}
	}
}

// sum2 is a + b, and what rounding takes from it (Knuth's TwoSum).
func (m *machine) sum2(a group, b any) (sum, rest group) {
	sum = m.each(len(a), func(i int, x reg.VecVirtual) { m.emit(plus, of(b, i), of(b, i), a[i], x) })
	back := m.sub(sum, a)
	rest = m.sub(a, m.sub(sum, back))
	lost := m.each(len(a), func(i int, x reg.VecVirtual) { VMOVUPS(back[i], x) })
	for i := range lost { // b - back
		y := m.all(1, of(b, i))[0]
		VSUBPS(lost[i], y, lost[i])
	}
	m.addTo(rest, lost)
	return sum, rest
}

// product2 is a b, and what rounding takes from it.
func (m *machine) product2(a, b group) (product, rest group) {
	product = m.mul(a, b)
	rest = m.each(len(a), func(i int, x reg.VecVirtual) {
		VMOVUPS(product[i], x)
		VFMSUB231PS(b[i], a[i], x)
	})
	return product, rest
}
