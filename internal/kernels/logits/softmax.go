package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// softmaxList is the list of rows that softmax kernels go by.
const softmaxList = "for n rows, at least 1, of structs that begin at row: index, true column, rest, top, spread, factor, shift; stride is a multiple of 16, at least columns"

// spread is what a kernel adds up beside a row's exponentials.
type spread int

const (
	nothing  spread = iota
	distance        // of each logit from the largest
	entropy         // the same, times the exponential
)

// softmaxRows writes the exponentials of rows, shifted by their largest element, one row after the other, and their sums
// without the true column.
func softmaxRows(m *machine, name string, adds spread) {
	m.begin(name, "func(grad, x *float32, columns, stride int, row *int32, n int, next *float32)", name+" "+softmaxList+"; next is laid out as x is, and is written next")
	m.keep(signBit)
	lowest := m.bits(math.Float32bits(float32(math.Inf(-1))))
	r := loadRows()
	t := m.tail(r.columns)
	vectors := step / m.Lanes
	at := func(p reg.GPVirtual, v int) Mem { return Mem{Base: p, Disp: 4 * m.Lanes * v} }
	first, count, ahead, apart := GP64(), GP64(), GP64(), isa.Parameter("next")
	MOVQ(r.row, first)
	MOVQ(r.n, count)
	MOVQ(r.n, ahead)
	IMULQ(r.columns, ahead)
	SHLQ(Imm(2), ahead)
	SUBQ(r.x, apart)
	Label("tops") // of all rows, as the exponentials of one would wait for its own
	LEAQ(Mem{Base: r.x, Index: r.index(), Scale: 4}, r.from)
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
	VMOVSS(m.fold(most, func(a, b, dst Op) { VMAXPS(a, b, dst) }).AsX(), r.field(fourthAt))
	ADDQ(Imm(softmaxSize), r.row)
	DECQ(r.n)
	JNZ(LabelRef("tops"))
	MOVQ(first, r.row)
	MOVQ(count, r.n)
	Label("row")
	LEAQ(Mem{Base: r.x, Index: r.index(), Scale: 4}, r.from)
	MOVQ(r.grad, r.to)
	ADDQ(r.stride, r.grad)
	top := XMM()
	VMOVSS(r.field(fourthAt), top)
	from := m.reducedTop(top)
	truth := m.Vector()
	VPBROADCASTD(r.field(truthAt), truth)
	sums := m.zeros(vectors)
	var spreads group
	if adds != nothing {
		spreads = m.zeros(vectors)
	}
	r.pass("", m.blocks(), func(blocks int, masked bool) {
		load := func(v int, x reg.VecVirtual) {
			if m.cut(v, blocks, masked) {
				t.load(at(r.from, v), v, x)
			} else {
				VMOVUPS(at(r.from, v), x)
			}
		}
		for b := range blocks { // what is read and written after this, which would wait for memory all at once
			PREFETCHT0(Mem{Base: r.from, Index: ahead, Scale: 1, Disp: 4 * step * b})
			PREFETCHT0(Mem{Base: r.from, Index: apart, Scale: 1, Disp: 4 * step * b})
		}
		e := m.expFrom(from, m.each(blocks*vectors, load), nil)
		for v := range e {
			if m.cut(v, blocks, masked) {
				t.mask(v, e[v])
			}
			VMOVUPS(e[v], at(r.to, v))
			if adds != nothing {
				below := m.each(1, func(_ int, x reg.VecVirtual) { load(v, x) })[0]
				largest := m.Vector()
				VBROADCASTSS(r.field(fourthAt), largest)
				VSUBPS(below, largest, below)
				if adds == entropy {
					VMULPS(e[v], below, below)
				} else if m.cut(v, blocks, masked) {
					t.mask(v, below)
				}
				VADDPS(below, spreads[v%vectors], spreads[v%vectors])
			}
			m.except(v, truth, e[v])
			sum := sums[v%vectors]
			VADDPS(e[v], sum, sum)
		}
		m.back(blocks, truth)
	}, true)
	VMOVSS(m.sum(sums).AsX(), r.field(thirdAt))
	if adds != nothing {
		VMOVSS(m.sum(spreads).AsX(), r.field(fifthAt))
	}
	r.end(softmaxSize)
}

// reduced is the largest logit of a row, n log(2) + rest with an integer n, as its exponentials need it: rest, which times
// -log2(e) is scaled, magic less n, and from where on an exponential is not 0. Each is an operand, or one for each vector.
type reduced struct{ rest, scaled, magic, least any }

// reducedTop is that of a logit that is not beyond 2 million.
func (m *machine) reducedTop(top reg.Register) reduced {
	number := func(v float64) reg.VecVirtual {
		x := XMM()
		VMOVSS(m.float(v).(Mem), x)
		return x
	}
	n, rest := number(magic), XMM()
	VFMADD231SS(m.float(log2e), top, n)
	VSUBSS(m.float(magic), n, n)
	VMOVAPS(top, rest)
	VFNMADD231SS(m.float(ln2High), n, rest)
	VFNMADD231SS(m.float(ln2Low), n, rest)
	scaled, less, least := number(-log2e), number(magic), number(least)
	VMULSS(rest, scaled, scaled)
	VSUBSS(n, less, less)
	VADDSS(top, least, least)
	var all []Op
	for _, x := range []reg.VecVirtual{rest, scaled, less, least} {
		y := m.Vector()
		VBROADCASTSS(x.AsX(), y)
		all = append(all, y)
	}
	if !m.Wide() { // whose registers are for the calculation
		room := AllocLocal(len(all) * m.Bytes())
		for i, y := range all {
			at := room.Offset(i * m.Bytes())
			VMOVUPS(y, at)
			all[i] = at
		}
	}
	return reduced{all[0], all[1], all[2], all[3]}
}

// expFrom is the exponential of x less the largest, of which nothing is lost: both are reduced, and their rests
// subtracted. It uses up x. Where only some are asked for, the others are 0.
func (m *machine) expFrom(top reduced, x group, only []reg.Register) group {
	shifted := m.all(len(x), top.scaled)
	for i := range x {
		m.emit(fma231, m.float(log2e), m.float(log2e), x[i], shifted[i])
	}
	inside := m.insideOf(x, top.least, only)
	m.addTo(shifted, top.magic)
	n := m.sub(shifted, top.magic)
	for i := range x {
		m.emit(fnma231, m.float(ln2High), m.float(ln2High), n[i], x[i])
		m.emit(fnma231, m.float(ln2Low), m.float(ln2Low), n[i], x[i])
	}
	m.subFrom(x, top.rest)
	return m.powered(m.series(expSeries, x), shifted, inside)
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
func (m *machine) softmaxValues() each {
	return each{
		name: "softmaxValues", lists: []string{"nll", "log", "hit", "margin", "rest"}, heavy: true,
		of: func(_ int, load func(string) group, store func(string, group)) {
			e := m.exp(load("margin"), nil)
			store("hit", e)
			y := m.logarithm(m.beyondOne(load("margin"), e, load("rest")))
			store("log", y)
			m.subFrom(y, load("margin"))
			store("nll", y)
		},
	}
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

// scaleRows writes factor e + shift of the exponentials of rows, or if they lean, e (factor + shift (top - x)).
func scaleRows(m *machine, name string, lean bool) {
	parameters := "grad, exps"
	if lean {
		parameters += ", x"
	}
	m.begin(name, "func("+parameters+" *float32, columns, stride int, row *int32, n int)", name+" "+softmaxList)
	r := loadList()
	r.grad, r.stride, r.to = isa.Parameter("grad"), isa.Parameter("stride"), GP64()
	exps := isa.Parameter("exps")
	SHLQ(Imm(2), r.stride)
	apart := Mem{Base: r.to}
	if lean { // how far x lies behind grad
		behind := isa.Parameter("x")
		SUBQ(r.grad, behind)
		apart = Mem{Base: r.to, Index: behind, Scale: 1}
	}
	t := m.tail(r.columns)
	Label("row")
	MOVQ(exps, r.from)
	ADDQ(r.stride, exps)
	LEAQ(Mem{Base: r.grad, Index: r.index(), Scale: 4}, r.to)
	of := m.scale(r, lean)
	r.pass("", 1, func(_ int, masked bool) {
		for v := range step / m.Lanes {
			y := of.vector(v, apart, masked, t)
			if at := (Mem{Base: r.to, Disp: 4 * m.Lanes * v}); masked {
				t.store(y, v, at)
			} else {
				VMOVUPS(y, at)
			}
		}
	}, true)
	r.end(softmaxSize)
}

// squareRows adds up the squares of what scaleRows would write, without the true column.
func squareRows(m *machine, name string, lean bool) {
	parameters := "exps"
	if lean {
		parameters += ", x"
	}
	m.begin(name, "func("+parameters+" *float32, columns, stride int, row *int32, n int)", name+" "+softmaxList)
	r := loadList()
	r.stride = isa.Parameter("stride")
	exps := isa.Parameter("exps")
	SHLQ(Imm(2), r.stride)
	if lean {
		r.x, r.to = isa.Parameter("x"), GP64()
	}
	t := m.tail(r.columns)
	Label("row")
	MOVQ(exps, r.from)
	ADDQ(r.stride, exps)
	if lean {
		LEAQ(Mem{Base: r.x, Index: r.index(), Scale: 4}, r.to)
	}
	of, sums, truth := m.scale(r, lean), m.zeros(step/m.Lanes), m.Vector()
	VPBROADCASTD(r.field(truthAt), truth)
	r.pass("", 1, func(_ int, masked bool) {
		for v, sum := range sums {
			y := of.vector(v, Mem{Base: r.to}, masked, t)
			if masked {
				t.mask(v, y)
			}
			m.except(v, truth, y)
			VFMADD231PS(y, y, sum)
		}
		m.back(1, truth)
	}, lean)
	VMOVSS(m.sum(sums).AsX(), r.field(fifthAt))
	r.end(softmaxSize)
}

// scaling is what a row's exponentials are scaled by.
type scaling struct {
	m                  *machine
	r                  *rows
	lean               bool
	factor, shift, top reg.VecVirtual
}

func (m *machine) scale(r *rows, lean bool) scaling {
	s := scaling{m: m, r: r, lean: lean, factor: m.Vector(), shift: m.Vector()}
	VBROADCASTSS(r.field(sixthAt), s.factor)
	VBROADCASTSS(r.field(seventhAt), s.shift)
	if lean {
		s.top = m.Vector()
		VBROADCASTSS(r.field(fourthAt), s.top)
	}
	return s
}

// vector scales vector v of a block, whose logits are at x.
func (s scaling) vector(v int, x Mem, masked bool, t *tail) reg.VecVirtual {
	y, at := s.m.Vector(), 4*s.m.Lanes*v
	VMOVUPS(Mem{Base: s.r.from, Disp: at}, y)
	if !s.lean {
		VFMADD213PS(s.shift, s.factor, y)
		return y
	}
	logit := s.m.Vector()
	if x = x.Offset(at); masked {
		t.load(x, v, logit)
	} else {
		VMOVUPS(x, logit)
	}
	VSUBPS(logit, s.top, logit)
	VFMADD213PS(s.factor, s.shift, logit)
	VMULPS(logit, y, y)
	return y
}
