package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// probabilitiesEach writes p = sigmoid(x), q = sigmoid(-x) and nll = -log q.
func (m *machine) probabilitiesEach() each {
	return each{
		name: "probabilities", lists: []string{"p", "q", "nll", "x"},
		of: func(_ int, load func(string) group, store func(string, group)) {
			x := m.partsOf(load("x"), nil)
			store("p", x.q)
			store("q", x.p)
			store("nll", x.nll)
		},
	}
}

// powerEach is the focal loss with an exponent for each element, by exp(gamma log q). low is what gamma lacks.
func (m *machine) powerEach() each {
	return each{
		name: "powerEach", lists: []string{"grad", "loss", "x", "weight", "gamma", "low"}, heavy: true,
		of: func(n int, load func(string) group, store func(string, group)) {
			z := load("x")
			x := m.partsOf(z, nil)
			low := m.each(n, func(i int, y reg.VecVirtual) { VMINPS(z[i], m.zeros(1)[0], y) })
			gamma := load("gamma")
			high, rest := m.product2(low, gamma)
			m.mulBy(low, load("low"))
			m.addTo(rest, low)
			m.mulBy(x.near, gamma)
			for i := range x.near { // -gamma log1p(e)
				zero := m.zeros(1)[0]
				VSUBPS(x.near[i], zero, x.near[i])
			}
			exponent, lost := m.sum2(high, x.near)
			m.addTo(rest, lost)
			power := m.exp(exponent, rest)
			m.mulBy(power, load("weight"))
			m.mulBy(x.p, x.nll)
			m.mulBy(x.p, load("gamma"))
			m.addTo(x.p, x.q)
			m.mulBy(x.p, power)
			m.mulBy(x.nll, power)
			store("loss", x.nll)
			store("grad", x.p)
		},
	}
}

// affineEach is cross entropy of by x + shift, which are the sums of two numbers each, times over.
func (m *machine) affineEach() each {
	var by, byLow, shift, shiftLow, over reg.VecVirtual
	return each{
		name: "affineEach", lists: []string{"grad", "loss", "x"}, fixed: ", by, byLow, shift, shiftLow, over float32", heavy: true,
		load: func() {
			by, byLow = m.broadcast("by"), m.broadcast("byLow")
			shift, shiftLow, over = m.broadcast("shift"), m.broadcast("shiftLow"), m.broadcast("over")
		},
		of: func(n int, load func(string) group, store func(string, group)) {
			x := load("x")
			high, rest := m.product2(x, same(n, by))
			m.multiplyAdd(x, same(n, byLow), same(n, shiftLow))
			m.addTo(rest, x)
			z, lost := m.sum2(high, same(n, shift))
			m.addTo(rest, lost)
			y := m.partsOf(z, rest)
			m.mulBy(y.nll, same(n, over))
			store("loss", y.nll)
			store("grad", y.q)
		},
	}
}

// binnedEach is cross entropy with the weight of the last threshold that is not above the logit, or of none.
func (m *machine) binnedEach() each {
	var threshold, weight, bins, at reg.GPVirtual
	loops := 0
	return each{
		name: "binnedEach", lists: []string{"grad", "loss", "x"}, fixed: ", threshold, weight *float32, bins int",
		load: func() {
			threshold, weight, bins, at = isa.Parameter("threshold"), isa.Parameter("weight"), isa.Parameter("bins"), GP64()
		},
		of: func(n int, load func(string) group, store func(string, group)) {
			loops++
			label := []string{"", "bin", "lastbin"}[loops]
			z := load("x")
			w := m.each(n, func(_ int, x reg.VecVirtual) { VBROADCASTSS(Mem{Base: weight}, x) })
			MOVQ(U32(1), at)
			JMP(LabelRef(label + "s"))
			Label(label)
			from, with := m.Vector(), m.Vector()
			VBROADCASTSS(Mem{Base: threshold, Index: at, Scale: 4}, from)
			VBROADCASTSS(Mem{Base: weight, Index: at, Scale: 4}, with)
			for i := range z {
				if m.Wide() {
					k := K()
					VCMPPS(Imm(isa.GreaterOrEqual), from, z[i], k)
					VMOVAPS(with, k, w[i])
				} else {
					mask := m.Vector()
					VCMPPS(Imm(isa.GreaterOrEqual), from, z[i], mask)
					VBLENDVPS(mask, with, w[i], w[i])
				}
			}
			INCQ(at)
			Label(label + "s")
			CMPQ(at, bins)
			JLT(LabelRef(label))
			value, slope := m.sigmoid(z, focus{}, terms{}, func() group { return w })
			store("loss", value)
			store("grad", slope)
		},
	}
}
