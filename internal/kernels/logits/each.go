package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// each is a kernel over lists: what it makes of a number depends on that and on its neighbours in other lists alone. A
// loss of a negative's logit is one, and all of them are written alike: the lists, what is the same for all elements, and
// the calculation.
type each struct {
	name  string   // of the Go function
	lists []string // parameters that move along with the elements
	fixed string   // the other parameters' declarations, after n
	load  func()   // loads those
	heavy bool     // one vector at a time where there are few registers

	// of writes the calculation for some vectors: load and store move vectors of a list.
	of func(vectors int, load func(list string) group, store func(list string, x group))
}

// write writes the kernel.
func (m *machine) write(k each) {
	name := k.name + m.Name
	lists := ""
	for i, list := range k.lists {
		if i > 0 {
			lists += ", "
		}
		lists += list
	}
	TEXT(name, NOSPLIT, "func("+lists+" *float32, n int"+k.fixed+")")
	Pragma("noescape")
	Doc(name + " is " + k.name + " for n elements, a positive multiple of 16.")
	m.begin()
	m.keep(signBit)
	at := map[string]reg.GPVirtual{}
	for _, list := range k.lists {
		at[list] = isa.Parameter(list)
	}
	n := isa.Parameter("n")
	if k.load != nil {
		k.load()
	}
	part := func(vectors int) {
		place := func(list string, v int) Mem { return Mem{Base: at[list], Disp: 4 * m.Lanes * v} }
		k.of(vectors, func(list string) group {
			return m.each(vectors, func(v int, x reg.VecVirtual) { VMOVUPS(place(list, v), x) })
		}, func(list string, x group) {
			for v := range x {
				VMOVUPS(x[v], place(list, v))
			}
		})
		for _, list := range k.lists {
			ADDQ(U32(4*m.Lanes*vectors), at[list])
		}
		SUBQ(U32(m.Lanes*vectors), n)
	}
	vectors := m.chains
	if k.heavy && !m.Wide() {
		vectors = 1
	}
	wide := uint32(vectors * m.Lanes)
	if wide > step { // and a last block may be left over
		CMPQ(n, U32(wide))
		JLT(LabelRef("last"))
	}
	Label("loop")
	part(vectors)
	if wide <= step {
		JNZ(LabelRef("loop"))
	} else {
		CMPQ(n, U32(wide))
		JGE(LabelRef("loop"))
		TESTQ(n, n)
		JZ(LabelRef("done"))
		Label("last")
		part(1)
		Label("done")
	}
	VZEROUPPER()
	RET()
}

// parts are what a calculation has of a logit z: sigmoid(z), sigmoid(-z), log(1+exp(-|z|)) and log(1+exp(z)).
type parts struct{ q, p, near, nll group }

// partsOf uses up rest, what z lacks, if there is one.
func (m *machine) partsOf(z, rest group) (x parts) {
	if rest != nil {
		m.turnBy(rest, z)
	}
	e := m.exp(m.negative(z), rest)
	t := m.add(m.float(2), e)
	m.divide(e, t)
	s := m.add(m.float(1), e)
	m.divide(m.all(len(z), m.float(1)), s)
	m.mulBy(e, s)
	x.q, x.p = m.bySign(z, s, e)
	x.near = m.log1p(t)
	x.nll = m.add(m.positive(z), x.near)
	return x
}

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

// broadcast is a parameter in every lane.
func (m *machine) broadcast(name string) reg.VecVirtual {
	x := m.Vector()
	VBROADCASTSS(isa.Address(name), x)
	return x
}

// same are n times the same register.
func same(n int, x reg.VecVirtual) group {
	g := make(group, n)
	for i := range g {
		g[i] = x
	}
	return g
}

// eachKernels writes the losses of negatives beside the focal loss.
func (m *machine) eachKernels() {
	m.write(m.probabilitiesEach())
	m.write(m.powerEach())
	m.write(m.affineEach())
	m.write(m.asymmetricEach())
	m.write(m.binnedEach())
	countFrom(m)
	addMagnitudes(m)
}

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

// countFrom counts the elements that are not below a threshold.
func countFrom(m *machine) {
	name := "countFrom" + m.Name
	TEXT(name, NOSPLIT, "func(x *float32, n int, threshold float32) int")
	Pragma("noescape")
	Doc(name + " is countFrom for n elements, a positive multiple of 16.")
	m.begin()
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
	name := "addMagnitudes" + m.Name
	TEXT(name, NOSPLIT, "func(sum, x *float32, columns int)")
	Pragma("noescape")
	Doc(name + " is addMagnitudes for at least one element.")
	m.begin()
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
