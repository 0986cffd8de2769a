package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// farAbove is the distance from which a probability and the clip do not cancel.
const farAbove = 3

// asymmetricEach is the asymmetric loss. The clipped probability is clip expm1(d) q of the distance d of the logit from
// the clip's own, which does not cancel near the clip.
func (m *machine) asymmetricEach() each {
	var t terms
	fixed := map[string]reg.VecVirtual{}
	return each{
		name: "asymmetricEach", lists: []string{"grad", "loss", "x"}, heavy: true,
		fixed: ", gamma float32, exponent int, clip, unclipped, opposite, low float32",
		load: func() {
			t = m.exponent(focus{gamma: halves})
			if m.Wide() {
				for _, name := range []string{"clip", "unclipped", "opposite", "low"} {
					fixed[name] = m.broadcast(name)
				}
			}
		},
		of: func(n int, load func(string) group, store func(string, group)) {
			all := func(name string) group {
				if m.Wide() {
					return same(n, fixed[name])
				}
				return same(n, m.broadcast(name))
			}
			z := load("x")
			e := m.exp(m.negative(z), nil)
			s := m.add(m.float(1), e)
			clipped := m.all(n, s)
			m.divide(all("clip"), clipped)
			clipped, _ = m.bySign(z, m.mul(clipped, e), clipped) // clip q, rounded less often than the product
			m.divide(m.all(n, m.float(1)), s)
			m.mulBy(e, s)
			p, q := m.bySign(z, s, e)

			d, rest := m.sum2(z, all("opposite"))
			m.addTo(rest, all("low"))
			const little = 1. / 1024 // more than what d lacks where it is small
			above := m.expm1(m.clamp(d, -1, farAbove), m.clamp(rest, -little, little))
			m.mulBy(above, clipped)
			m.farther(above, d, z, p, q, all("clip"), all("unclipped"))
			share := m.each(n, func(i int, x reg.VecVirtual) { VMAXPS(above[i], m.zeros(1)[0], x) })

			over := m.add(all("clip"), q)
			m.mulBy(p, q) // the slope of the probability
			ratio := m.all(n, over)
			m.divide(share, ratio)
			nll := m.logarithm(ratio)
			m.divide(m.all(n, m.float(1)), over)
			power := m.power(share, t) // without one factor
			m.mulBy(share, power)
			m.mulBy(over, share)
			m.mulBy(share, nll)
			store("loss", share)
			m.mulBy(power, nll)
			for i := range power {
				VFMADD231PS(t.gamma, power[i], over[i])
			}
			m.mulBy(over, p)
			store("grad", over)
		},
	}
}

// clamp keeps x between two numbers.
func (m *machine) clamp(x group, low, high float64) group {
	return m.each(len(x), func(i int, y reg.VecVirtual) {
		VMINPS(m.all(1, m.float(high))[0], x[i], y)
		VMAXPS(m.all(1, m.float(low))[0], y, y)
	})
}

// expm1 is exp(x + rest) - 1 for small x of either sign and a far smaller rest. It uses up x.
func (m *machine) expm1(x, rest group) group {
	shifted := m.all(len(x), m.float(magic))
	for i := range x {
		m.emit(fma231, m.float(log2e), m.float(log2e), x[i], shifted[i])
	}
	n := m.sub(shifted, m.float(magic))
	for i := range x {
		m.emit(fnma231, m.float(ln2High), m.float(ln2High), n[i], x[i])
		m.emit(fnma231, m.float(ln2Low), m.float(ln2Low), n[i], x[i])
	}
	m.addTo(x, rest)
	y := m.series(expSeries[:len(expSeries)-2], x) // (exp(x)-1-x)/x²
	square := m.mul(x, x)
	m.multiplyAdd(y, square, x)
	for i := range y {
		VPSLLD(Imm(23), shifted[i], shifted[i])
		one := m.bits(math.Float32bits(1))
		if m.Wide() {
			VPADDD_BCST(one, shifted[i], shifted[i])
		} else {
			VPADDD(one, shifted[i], shifted[i])
		}
		less := m.Vector()
		m.emit(minus, m.float(1), m.float(1), shifted[i], less)
		VFMADD213PS(less, shifted[i], y[i])
	}
	return y
}

// farther replaces above, the clipped probability, where d says that z is far from the clip: by p - clip, or by
// 1-clip - q from z = 1 on, whichever has the smaller terms.
func (m *machine) farther(above, d, z, p, q, clip, unclipped group) {
	for i := range above {
		below, beyond := m.Vector(), m.Vector()
		VSUBPS(clip[i], p[i], below)
		VSUBPS(q[i], unclipped[i], beyond)
		if m.Wide() {
			low, far := K(), K()
			VCMPPS_BCST(Imm(isa.Less), m.float(1), z[i], low)
			VMOVAPS(below, low, beyond)
			VCMPPS_BCST(Imm(isa.GreaterOrEqual), m.float(farAbove), d[i], far)
			VMOVAPS(beyond, far, above[i])
			continue
		}
		low := m.Vector()
		VCMPPS(Imm(isa.Less), m.float(1), z[i], low)
		VBLENDVPS(low, below, beyond, beyond)
		VCMPPS(Imm(isa.GreaterOrEqual), m.float(farAbove), d[i], below)
		VBLENDVPS(below, beyond, above[i], above[i])
	}
}
