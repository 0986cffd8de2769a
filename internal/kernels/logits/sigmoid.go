package main

import (
	"math"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// exponent loads what the kernel needs of its exponent.
func (m *machine) exponent(f focus) terms {
	if f.gamma != halves {
		return terms{}
	}
	t := terms{gamma: m.Vector(), powers: new(int)}
	VBROADCASTSS(isa.Address("gamma"), t.gamma)
	t.count, t.left = isa.Parameter("exponent"), GP64()
	return t
}

func parameters(f focus) string {
	if f.gamma == halves {
		return ", gamma float32, exponent int"
	}
	return ""
}

// sigmoidEach is the loss of negatives, each with a weight of its own.
func (m *machine) sigmoidEach(f focus) each {
	var t terms
	return each{
		name: "sigmoidEach" + f.name, lists: []string{"grad", "loss", "x", "weight"}, fixed: parameters(f),
		load: func() { t = m.exponent(f) },
		of: func(_ int, load func(string) group, store func(string, group)) {
			value, slope := m.sigmoid(load("x"), f, t, func() group { return load("weight") })
			store("loss", value)
			store("grad", slope)
		},
	}
}

// sigmoidRows is the loss of whole rows, each with a weight for its true column and one for the others; or if sizes alone
// are wanted, the sum of the squares of its gradients, which are not written then.
func sigmoidRows(m *machine, f focus, sizes bool) {
	name, matrices := "sigmoidRows", "grad, x *float32, columns, stride int"
	if sizes {
		name, matrices = "sigmoidSizes", "x *float32, columns int"
	}
	m.begin(name+f.name, "func("+matrices+", row *int32, n int"+parameters(f)+")", name+" for n rows, at least 1, of structs that begin at row: index, true column, hit, miss, sum")
	m.keep(signBit)
	var r *rows
	if sizes {
		if f.gamma == 0 {
			m.keep(math.Float32bits(least), math.Float32bits(-least))
		}
		r = loadList()
		r.x = isa.Parameter("x")
	} else {
		r = loadRows()
	}
	t := m.exponent(f)
	tail := m.tail(r.columns)
	Label("row")
	r.next()
	w := m.weights(r)
	w.sums, w.sizes = m.zeros(step/m.Lanes), sizes
	part := func(plain bool) func(blocks int, masked bool) {
		return func(blocks int, masked bool) {
			vectors := blocks * step / m.Lanes
			for first := 0; first < vectors; first += m.chains {
				w.part(first, min(m.chains, vectors-first), plain, f, t, func(v int) bool { return m.cut(v, blocks, masked) }, tail)
			}
			if !masked && !plain {
				w.forward(blocks)
			}
		}
	}
	CMPL(r.field(truthAt), Imm(0))
	JLT(LabelRef("plain"))
	r.pass("", m.blocks(), part(false), !sizes)
	JMP(LabelRef("sum"))
	Label("plain") // most rows are: they have no true column
	r.pass("plain", m.blocks(), part(true), !sizes)
	Label("sum")
	VMOVSS(m.sum(w.sums).AsX(), r.field(fifthAt))
	r.end(sigmoidSize)
}

// part writes the calculation for n vectors of a block from the first on. Plain ones have no true column.
func (w *weights) part(first, n int, plain bool, f focus, t terms, cut func(v int) bool, tail *tail) {
	m, r := w.m, w.r
	at := func(p reg.GPVirtual, v int) Mem { return Mem{Base: p, Disp: 4 * m.Lanes * v} }
	z := m.each(n, func(i int, z reg.VecVirtual) {
		if v := first + i; cut(v) {
			tail.load(at(r.from, v), v, z)
		} else {
			VMOVUPS(at(r.from, v), z)
		}
	})
	m.bringNear(r.from, first, n)
	var hit []reg.Register
	if !plain {
		hit = w.hits(first, n)
		w.turn(hit, z)
	}
	weights := func() group {
		if plain {
			return w.miss(n)
		}
		if !m.Wide() { // which would have no registers to keep it
			hit = w.hits(first, n)
		}
		return w.choose(hit)
	}
	if w.sizes {
		for i, slope := range m.slope(z, f, t, weights) {
			v := first + i
			if cut(v) {
				tail.mask(v, slope)
			}
			VFMADD231PS(slope, slope, w.sums[v%len(w.sums)])
		}
		return
	}
	value, slope := m.sigmoid(z, f, t, weights)
	if !plain {
		w.turn(hit, slope)
	}
	for i := range n {
		v := first + i
		if cut(v) {
			tail.mask(v, value[i])
			tail.store(slope[i], v, at(r.to, v))
		} else {
			VMOVUPS(slope[i], at(r.to, v))
		}
		sum := w.sums[v%len(w.sums)]
		VADDPS(value[i], sum, sum)
	}
}

// weights is how a row treats its true column: the sign of what stands there changes, and it has a weight of its own.
// What is the same in the whole row is loaded when it is used, which costs less than a register.
type weights struct {
	m     *machine
	r     *rows
	truth reg.VecVirtual // the true column, counted from the present block
	sums  group          // of the row's losses, or of its squared gradients
	sizes bool
}

func (m *machine) weights(r *rows) *weights {
	w := &weights{m: m, r: r, truth: m.Vector()}
	VPBROADCASTD(r.field(truthAt), w.truth)
	return w
}

// hits are the masks of the true column in n vectors of a block.
func (w *weights) hits(first, n int) (masks []reg.Register) {
	for v := first; v < first+n; v++ {
		if w.m.Wide() {
			k := K()
			VPCMPEQD(w.m.count(v), w.truth, k)
			masks = append(masks, k)
		} else {
			x := YMM()
			VPCMPEQD(w.m.count(v), w.truth, x)
			masks = append(masks, x)
		}
	}
	return masks
}

// turn changes the sign of x in the true column.
func (w *weights) turn(hit []reg.Register, x group) {
	for v := range x {
		if w.m.Wide() {
			VPXORD(w.m.bits(signBit), x[v], hit[v], x[v])
			continue
		}
		sign := YMM()
		VANDPS(w.m.bits(signBit), hit[v], sign)
		VXORPS(sign, x[v], x[v])
	}
}

// choose is the weight of each column.
func (w *weights) choose(hit []reg.Register) group {
	wanted, unwanted := w.m.Vector(), w.m.Vector()
	VBROADCASTSS(w.r.field(thirdAt), wanted)
	VBROADCASTSS(w.r.field(fourthAt), unwanted)
	return w.m.each(len(hit), func(v int, x reg.VecVirtual) {
		if w.m.Wide() {
			VBLENDMPS(wanted, unwanted, hit[v], x)
		} else {
			VBLENDVPS(hit[v], wanted, unwanted, x)
		}
	})
}

// miss is the weight of a column that is not the true one.
func (w *weights) miss(n int) group {
	x := w.m.Vector()
	VBROADCASTSS(w.r.field(fourthAt), x)
	return slices.Repeat(group{x}, n)
}

// forward moves on by some blocks.
func (w *weights) forward(blocks int) { w.m.back(blocks, w.truth) }

// sizesEach is the size of the gradient of rows of one column, given their class: 0 for an object, less than -1 for a row
// that does not count.
func (m *machine) sizesEach(f focus) each {
	var t terms
	var hit, miss reg.VecVirtual
	return each{
		name: "sizesEach" + f.name, lists: []string{"size", "x"}, integers: []string{"class"}, fixed: ", hit, miss float32" + parameters(f), heavy: true,
		load: func() { hit, miss, t = m.broadcast("hit"), m.broadcast("miss"), m.exponent(f) },
		of: func(n int, load func(string) group, store func(string, group)) {
			z := load("x")
			var weight group
			for v, class := range load("class") {
				w := m.Vector()
				if m.Wide() {
					object, counts := K(), K()
					VPTESTNMD(class, class, object)
					VPCMPD_BCST(Imm(isa.NotLess), m.bits(math.MaxUint32), class, counts)
					VPXORD(m.all(1, m.bits(signBit))[0], z[v], object, z[v])
					VMOVAPS_Z(z[v], counts, z[v]) // which may be infinite
					VBLENDMPS(hit, miss, object, w)
					VMOVAPS_Z(w, counts, w)
				} else {
					object, ignored, sign := m.Vector(), m.Vector(), m.Vector()
					VPCMPEQD(m.zeros(1)[0], class, object)
					VMOVUPS(m.bits(math.MaxUint32), ignored)
					VPCMPGTD(class, ignored, ignored)
					VANDPS(m.bits(signBit), object, sign)
					VXORPS(sign, z[v], z[v])
					VANDNPS(z[v], ignored, z[v])
					VBLENDVPS(object, hit, miss, w)
					VANDNPS(w, ignored, w)
				}
				weight = append(weight, w)
			}
			store("size", m.slope(z, f, t, func() group { return weight }))
		},
	}
}
