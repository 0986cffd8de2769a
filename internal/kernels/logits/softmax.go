package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// softmaxRows writes the exponentials of rows, shifted by their largest element, and their sums without the true column.
func softmaxRows(m *machine) {
	m.begin("softmaxRows", "func(grad, x *float32, columns, stride int, row *int32, n int)", "softmaxRows for n rows, at least 1, of structs that begin at row: index, true column, rest, top, factor")
	m.keep(signBit)
	lowest := m.bits(math.Float32bits(float32(math.Inf(-1))))
	r := loadRows()
	t := m.tail(r.columns)
	vectors := step / m.Lanes
	at := func(p reg.GPVirtual, v int) Mem { return Mem{Base: p, Disp: 4 * m.Lanes * v} }
	Label("row")
	r.next()
	start := GP64()
	MOVQ(r.from, start)
	most := m.all(vectors, lowest)
	r.pass("top", 1, func(_ int, masked bool) {
		for v, top := range most {
			if masked {
				VMAXPS(t.loadOr(at(r.from, v), v, top), top, top)
			} else {
				x := m.Vector()
				VMOVUPS(at(r.from, v), x)
				VMAXPS(x, top, top)
			}
		}
	}, false)
	highest := m.fold(most, func(a, b, dst Op) { VMAXPS(a, b, dst) })
	VMOVSS(highest.AsX(), r.field(fourthAt))
	shift := m.Vector()
	VBROADCASTSS(highest.AsX(), shift)
	MOVQ(start, r.from)
	truth := m.Vector()
	VPBROADCASTD(r.field(truthAt), truth)
	sums := m.zeros(vectors)
	r.pass("", m.blocks(), func(blocks int, masked bool) {
		x := m.each(blocks*vectors, func(v int, x reg.VecVirtual) {
			if m.cut(v, blocks, masked) {
				t.load(at(r.from, v), v, x)
			} else {
				VMOVUPS(at(r.from, v), x)
			}
		})
		e := m.exp(m.difference(x, shift))
		for v := range e {
			if m.cut(v, blocks, masked) {
				t.store(e[v], v, at(r.to, v))
				t.mask(v, e[v])
			} else {
				VMOVUPS(e[v], at(r.to, v))
			}
			m.except(v, truth, e[v])
			sum := sums[v%vectors]
			VADDPS(e[v], sum, sum)
		}
		m.back(blocks, truth)
	}, true)
	VMOVSS(m.sum(sums).AsX(), r.field(thirdAt))
	r.end()
}

// exponentialsEach is exp(x - top) for top at least x.
func (m *machine) exponentialsEach() each {
	return each{
		name: "exponentialsEach", lists: []string{"exps", "x", "top"}, heavy: true,
		of: func(_ int, load func(string) group, store func(string, group)) {
			store("exps", m.exp(m.difference(load("x"), load("top"))))
		},
	}
}

// softmaxValues is what a row's loss needs, for many rows.
func softmaxValues(m *machine) {
	m.begin("softmaxValues", "func(nll, hit, margin, rest *float32, n int)", "softmaxValues for n rows, a positive multiple of 16")
	nll, hit, margin, rest, n := isa.Parameter("nll"), isa.Parameter("hit"), isa.Parameter("margin"), isa.Parameter("rest"), isa.Parameter("n")
	m.keep(signBit)
	Label("loop")
	vectors := m.chains
	load := func(p reg.GPVirtual) group {
		return m.each(vectors, func(v int, x reg.VecVirtual) { VMOVUPS(Mem{Base: p, Disp: 4 * m.Lanes * v}, x) })
	}
	e := m.exp(load(margin), nil)
	others := load(rest)
	y := m.logarithm(m.beyondOne(load(margin), e, others))
	m.subFrom(y, load(margin))
	for v := range vectors {
		VMOVUPS(e[v], Mem{Base: hit, Disp: 4 * m.Lanes * v})
		VMOVUPS(y[v], Mem{Base: nll, Disp: 4 * m.Lanes * v})
	}
	for _, p := range []reg.GPVirtual{nll, hit, margin, rest} {
		ADDQ(U32(4*m.Lanes*vectors), p)
	}
	SUBQ(U32(m.Lanes*vectors), n)
	JG(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// difference is x - shift, and what rounding takes from it (Knuth's TwoSum): where both are large, that would cost the
// exponential a few units of the sixth digit. It uses up x.
func (m *machine) difference(x group, shift any) (d, rest group) {
	d = m.sub(x, shift)
	back := m.sub(d, x)
	m.subFrom(x, m.sub(d, back))
	m.addTo(back, shift)
	m.subFrom(x, back)
	return d, x
}

// loadOr loads the columns that are left over, with other in the lanes beyond them.
func (t *tail) loadOr(from Mem, v int, other Op) reg.VecVirtual {
	x := t.m.all(1, other)[0]
	if t.m.Wide() {
		VMOVUPS(from, t.k, x)
		return x
	}
	loaded := t.m.Vector()
	t.load(from, v, loaded)
	VBLENDVPS(t.lanes(v), loaded, x, x)
	return x
}

// except clears x, vector v of a block, in the true column.
func (m *machine) except(v int, truth, x reg.VecVirtual) {
	if m.Wide() {
		k := K()
		VPCMPEQD(m.count(v), truth, k)
		VPXORD(x, x, k, x)
		return
	}
	equal := m.Vector()
	VPCMPEQD(m.count(v), truth, equal)
	VANDNPS(x, equal, x)
}

// scaleRows multiplies rows by a factor each.
func scaleRows(m *machine) {
	m.begin("scaleRows", "func(x *float32, columns int, row *int32, n int)", "scaleRows for n rows, at least 1, of structs that begin at row: index, true column, rest, top, factor")
	r := &rows{x: isa.Parameter("x"), columns: isa.Parameter("columns"), row: isa.Parameter("row"), n: isa.Parameter("n"), left: GP64(), from: GP64()}
	t := m.tail(r.columns)
	Label("row")
	index := GP64()
	MOVLQSX(r.field(0), index)
	IMULQ(r.columns, index)
	LEAQ(Mem{Base: r.x, Index: index, Scale: 4}, r.from)
	f := m.Vector()
	VBROADCASTSS(r.field(fifthAt), f)
	r.pass("", 1, func(_ int, masked bool) {
		for v := range step / m.Lanes {
			at := Mem{Base: r.from, Disp: 4 * m.Lanes * v}
			y := m.Vector()
			if masked {
				t.load(at, v, y)
				VMULPS(f, y, y)
				t.store(y, v, at)
			} else {
				VMULPS(at, f, y)
				VMOVUPS(y, at)
			}
		}
	}, false)
	r.end()
}
