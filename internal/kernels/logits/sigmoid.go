package main

import (
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

// sigmoidRows is the loss of whole rows, each with a weight for its true column and one for the others.
func sigmoidRows(m *machine, f focus) {
	m.begin("sigmoidRows"+f.name, "func(grad, x *float32, columns, stride int, row *int32, n int"+parameters(f)+")", "sigmoidRows for n rows, at least 1, of structs that begin at row: index, true column, hit, miss, loss")
	m.keep(signBit)
	r := loadRows()
	t := m.exponent(f)
	tail := m.tail(r.columns)
	Label("row")
	r.next()
	w := m.weights(r)
	sums := m.zeros(step / m.Lanes)
	part := func(plain bool) func(blocks int, masked bool) {
		return func(blocks int, masked bool) {
			vectors := blocks * step / m.Lanes
			for first := 0; first < vectors; first += m.chains {
				w.part(first, min(m.chains, vectors-first), plain, f, t, sums, func(v int) bool { return m.cut(v, blocks, masked) }, tail)
			}
			if !masked && !plain {
				w.forward(blocks)
			}
		}
	}
	CMPL(r.field(truthAt), Imm(0))
	JLT(LabelRef("plain"))
	r.pass("", m.blocks(), part(false), true)
	JMP(LabelRef("sum"))
	Label("plain") // most rows are: they have no true column
	r.pass("plain", m.blocks(), part(true), true)
	Label("sum")
	VMOVSS(m.sum(sums).AsX(), r.field(fifthAt))
	r.end(sigmoidSize)
}

// part writes the calculation for n vectors of a block from the first on. Plain ones have no true column.
func (w *weights) part(first, n int, plain bool, f focus, t terms, sums group, cut func(v int) bool, tail *tail) {
	m, r := w.m, w.r
	at := func(p reg.GPVirtual, v int) Mem { return Mem{Base: p, Disp: 4 * m.Lanes * v} }
	z := m.each(n, func(i int, z reg.VecVirtual) {
		if v := first + i; cut(v) {
			tail.load(at(r.from, v), v, z)
		} else {
			VMOVUPS(at(r.from, v), z)
		}
	})
	var hit []reg.Register
	if !plain {
		hit = w.hits(first, n)
		w.turn(hit, z)
	}
	value, slope := m.sigmoid(z, f, t, func() group {
		if plain {
			return w.miss(n)
		}
		if !m.Wide() { // which would have no registers to keep it
			hit = w.hits(first, n)
		}
		return w.choose(hit)
	})
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
		sum := sums[v%len(sums)]
		VADDPS(value[i], sum, sum)
	}
}

// weights is how a row treats its true column: the sign of what stands there changes, and it has a weight of its own.
// What is the same in the whole row is loaded when it is used, which costs less than a register.
type weights struct {
	m     *machine
	r     *rows
	truth reg.VecVirtual // the true column, counted from the present block
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
