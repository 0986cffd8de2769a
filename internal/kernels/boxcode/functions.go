package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// margin is how far from a tie between two float32, in units of a float64's last
// place, a result must be to be certain: beyond the errors of the series below,
// at most 3000 such units.
const margin = 1 << 12

// shifter, added to a float64, rounds it to an integer and leaves that in the low
// bits.
const shifter = 0x1.8p52

// exp returns e^x by the polynomial of degree 9 in r = x - k ln 2, |r| <=
// ln(2)/2, that is off by the least share, 1.7e-14. It leaves for uncertain
// unless all x are in [-87, 88] and all results certain to round as the exact
// ones do.
func (m *machine) exp(x reg.VecVirtual, uncertain string) reg.VecVirtual {
	k, n := m.Vector(), m.Vector()
	VMOVAPD(m.constant("shifter", shifter), k)
	VFMADD231PD(m.constant("log2e", math.Log2E), x, k)
	VSUBPD(m.constant("shifter", shifter), k, n)
	r := m.Vector()
	VMOVAPD(x, r)
	ln2 := m.constant("ln2", math.Ln2) // off by less than 2^-55, and n ln 2 by less than 2^-48
	VFNMADD231PD(ln2, n, r)
	y := m.polynomial("over", r, 1, 1, 0.499999999996643102, 0.166666666672652135, 0.041666666962242379, 0.00833333309508617367,
		0.00138888111446229329, 0.00019841539097521326, 0.0000248808099024231726, 2.74930614375765673e-6)
	VPSLLQ(Imm(52), k, k)
	VPADDQ(k, y, y)
	m.certain(x, y, m.constant("least", -87), m.constant("most", 88), uncertain)
	return y
}

func (m *machine) holdExp() {
	m.hold("shifter", math.Float64bits(shifter))
	m.hold("log2e", math.Float64bits(math.Log2E))
	m.hold("ln2", math.Float64bits(math.Ln2))
	m.hold("least", math.Float64bits(-87))
	m.hold("most", math.Float64bits(88))
	m.holdTies()
}

func (m *machine) holdTies() {
	m.hold(untie())
	m.hold(lost())
	m.hold(tied())
}

// log returns the natural logarithm of x = 2^k m, m in [sqrt(1/2), sqrt(2)), as
// k ln 2 + 2 artanh(s), s = (m-1)/(m+1), by the series of artanh up to s^15, |s|
// <= 0.172: of a relative error below 4e-14. It leaves for uncertain unless all
// x are normal and all results certain to round as the exact ones do.
func (m *machine) log(x reg.VecVirtual, uncertain string) reg.VecVirtual {
	const bias = 0x3ff << 52
	root := math.Float64bits(math.Sqrt2 / 2)
	k, f := m.Vector(), m.Vector()
	VPADDQ(m.integer("toroot", bias-root), x, k)
	VPSRLQ(Imm(52), k, k)
	VPSUBQ(m.integer("bias", 0x3ff), k, f)
	VPSLLQ(Imm(52), f, f)
	VPSUBQ(f, x, f) // m
	VPADDQ(m.integer("shift", math.Float64bits(1<<52)), k, k)
	VSUBPD(m.constant("biased", 1<<52+0x3ff), k, k) // k as a float64
	s, z := m.Vector(), m.Vector()
	one := m.constant("one", 1)
	VADDPD(one, f, s)
	VSUBPD(one, f, f)
	VDIVPD(s, f, s)
	VMULPD(s, s, z)
	y := m.polynomial("odd", z, 2, 2./3, 2./5, 2./7, 2./9, 2./11, 2./13, 2./15)
	VMULPD(s, y, y)
	VFMADD231PD(m.constant("ln2", math.Ln2), k, y)
	m.certain(x, y, m.constant("leastnormal", 0x1p-126), m.constant("mostfinite", math.MaxFloat32), uncertain)
	return y
}

// polynomial returns the sum of c[j] x^j, pair by pair, pair of pairs by pair of
// pairs and so on (Estrin's scheme), since the latency of Horner's is what a
// loop would wait for.
func (m *machine) polynomial(name string, x reg.VecVirtual, c ...float64) reg.VecVirtual {
	var terms []reg.VecVirtual
	for j := 0; j < len(c); j += 2 {
		term := m.Vector()
		if j+1 < len(c) {
			VBROADCASTSD(double(name+digits(j+1), c[j+1]), term)
			m.multiplyAdd(term, x, name+digits(j), c[j])
		} else {
			VBROADCASTSD(double(name+digits(j), c[j]), term)
		}
		terms = append(terms, term)
	}
	for power := x; len(terms) > 1; {
		square := m.Vector()
		VMULPD(power, power, square)
		power = square
		var next []reg.VecVirtual
		for j := 0; j < len(terms); j += 2 {
			if j+1 < len(terms) {
				VFMADD231PD(terms[j+1], power, terms[j])
			}
			next = append(next, terms[j])
		}
		terms = next
	}
	return terms[0]
}

func digits(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return digits(n/10) + digits(n%10)
}

func float(name string, v float32) Mem  { return isa.Table(name, F32(v)) }
func double(name string, v float64) Mem { return isa.Table(name, U64(math.Float64bits(v))) }

// multiplyAdd does y = y*x + c.
func (m *machine) multiplyAdd(y, x reg.VecVirtual, name string, c float64) {
	if m.boxes == 4 {
		VFMADD213PD_BCST(double(name, c), x, y)
		return
	}
	v := m.Vector()
	VBROADCASTSD(double(name, c), v)
	VFMADD213PD(v, x, y)
}

func (m *machine) constant(name string, v float64) reg.VecVirtual {
	return m.integer(name, math.Float64bits(v))
}

// integer returns a register of the constant, to be read only. Where there are
// registers enough it is one for all of the loop.
func (m *machine) integer(name string, v uint64) reg.VecVirtual {
	if r, ok := m.held[name]; ok {
		return r
	}
	r := m.Vector()
	VBROADCASTSD(isa.Table(name, U64(v)), r)
	return r
}

// hold loads constants before the loop.
func (m *machine) hold(name string, v uint64) {
	if m.boxes == 4 {
		m.held[name] = m.integer(name, v)
	}
}
