package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// exclusiveEach is the focal loss of rows of exclusive columns: with q = rest/(hit + rest), the loss is w q^gamma nll, the
// gradient factor e in a column whose exponential is e, and own in the true one.
func (m *machine) exclusiveEach(f focus) each {
	var t terms
	return each{
		name: "exclusiveEach" + f.name, lists: []string{"factor", "own", "loss", "hit", "rest", "nll", "weight"}, fixed: parameters(f), heavy: true,
		load: func() { t = m.exponent(f) },
		of: func(n int, load func(string) group, store func(string, group)) {
			rest := load("rest")
			sum := m.add(load("hit"), rest)
			if f.gamma == 0 {
				w := load("weight")
				store("loss", m.mul(w, load("nll")))
				m.divide(w, sum)
				store("factor", sum)
				store("own", m.mul(m.sub(m.zeros(n), sum), rest))
				return
			}
			q := m.all(n, sum)
			m.divide(rest, q)
			m.divide(m.all(n, m.float(1)), sum)
			pull := m.mul(sum, load("hit"))
			focus, nll := m.power(q, t), load("nll")
			m.mulBy(focus, load("weight"))
			store("loss", m.mul(focus, nll))
			m.mulBy(pull, nll)
			m.mulBy(pull, t.gamma)
			m.divide(pull, q) // gamma p nll / q
			m.multiplyAdd(q, focus, focus)
			m.mulBy(q, sum)
			m.clearWhereZero(q, rest) // where that is 0/0
			store("factor", q)
			store("own", m.mul(m.sub(m.zeros(n), q), rest))
		},
	}
}

// clearWhereZero clears x where y is 0.
func (m *machine) clearWhereZero(x, y group) {
	const differs = 4 // or is NaN
	zero := m.zeros(1)[0]
	for i := range x {
		if m.Wide() {
			k := K()
			VCMPPS(Imm(differs), zero, y[i], k)
			VMOVAPS_Z(x[i], k, x[i])
		} else {
			other := reg.Register(m.Vector())
			VCMPPS(Imm(differs), zero, y[i], other)
			VANDPS(other, x[i], x[i])
		}
	}
}
