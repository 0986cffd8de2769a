package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// Rows of few columns whose gradients are differences go by these kernels, in float64, one a lane too.

var (
	plus64     = instruction{VADDPD, VADDPD_BCST}
	greater64  = instruction{VMAXPD, VMAXPD_BCST}
	furthest64 = -700. // where exponentials end, so that they are normal numbers
)

// doubleList is what they go by.
const doubleList = "for n rows, a positive multiple of 16: x has 16 logits, and exps 16 elements, for each column of 16 rows"

// gatherLanes writes rows a column after the other, and the largest element of each.
func gatherLanes(m *machine) {
	m.begin("gatherLanes", "func(top, to, x *float32, columns int, row *int32, n int, next *float32)", "gatherLanes for n rows, a positive multiple of 16, by their indices; to has 16 elements for each column of 16 rows, columns is from 2 to 64; next is laid out as x is, and is written next")
	l := m.laneMatrix("x", "to")
	Label("rows")
	ahead, apart := l.near()
	top, to := l.tops(ahead, apart), isa.Parameter("top")
	for v := range top {
		VMOVUPS(top[v], l.lane(to, v))
	}
	ADDQ(Imm(4*step), isa.Address("top"))
	l.end(l.row)
}

// doubles are sixteen rows in float64, some of them at a time.
type doubleLanes struct {
	m                             *machine
	x, top, exps, columns, n      reg.GPVirtual
	atLogits, atExps, columnsLeft reg.GPVirtual
	part                          int // which of the sixteen
}

func (m *machine) doubleLanes() *doubleLanes {
	return &doubleLanes{m: m, x: isa.Parameter("x"), top: isa.Parameter("top"), exps: isa.Parameter("exps"), columns: isa.Parameter("columns"), n: isa.Parameter("n"), atLogits: GP64(), atExps: GP64(), columnsLeft: GP64()}
}

// first is the first lane of vector v, of those that are taken at a time.
func (d *doubleLanes) first(v int) int { return (d.part*d.m.chains + v) * d.m.Lanes / 2 }

// single is vector v of a list in float32, or of int32.
func (d *doubleLanes) single(list reg.GPVirtual, v int) Mem {
	return Mem{Base: list, Disp: 4 * d.first(v)}
}

// double is that of one in float64.
func (d *doubleLanes) double(list reg.GPVirtual, v int) Mem {
	return Mem{Base: list, Disp: 8 * d.first(v)}
}

// below is a column's logits less the largest.
func (d *doubleLanes) below() group {
	return d.m.each(d.m.chains, func(v int, x reg.VecVirtual) {
		top := d.m.Vector()
		VCVTPS2PD(d.single(d.top, v), top)
		VCVTPS2PD(d.single(d.atLogits, v), x)
		VSUBPD(top, x, x)
	})
}

// rows runs over all rows. begin is done for the lanes that are taken at a time, then part for each of their columns, then end.
func (d *doubleLanes) rows(lists []reg.GPVirtual, singles []reg.GPVirtual, begin, part, end func()) {
	Label("rows")
	for d.part = 0; d.part*d.m.chains*d.m.Lanes/2 < step; d.part++ {
		label := fmt.Sprintf("columns%d", d.part)
		MOVQ(d.x, d.atLogits)
		MOVQ(d.exps, d.atExps)
		MOVQ(d.columns, d.columnsLeft)
		begin()
		Label(label)
		part()
		ADDQ(Imm(4*step), d.atLogits)
		ADDQ(U32(8*step), d.atExps)
		DECQ(d.columnsLeft)
		JNZ(LabelRef(label))
		end()
	}
	MOVQ(d.atLogits, d.x)
	MOVQ(d.atExps, d.exps)
	for _, list := range lists {
		ADDQ(U32(8*step), list)
	}
	for _, list := range append(singles, d.top) {
		ADDQ(Imm(4*step), list)
	}
	SUBQ(Imm(step), d.n)
	JNZ(LabelRef("rows"))
	VZEROUPPER()
	RET()
}

// exponentialLanes is exp(x - top) of rows, their sum without the true column, the sum of exp(x - top) (top - x), and that of
// top - x, in float64.
func exponentialLanes(m *machine) {
	m.begin("exponentialLanes", "func(exps, rest, spread, far *float64, x, top *float32, truth *int32, columns, n int)", "exponentialLanes "+doubleList)
	d := m.doubleLanes()
	rest, spread, far, truth := isa.Parameter("rest"), isa.Parameter("spread"), isa.Parameter("far"), isa.Parameter("truth")
	var column reg.VecVirtual
	var rests, spreads, fars group
	d.rows([]reg.GPVirtual{rest, spread, far}, []reg.GPVirtual{truth}, func() {
		column = m.doubles(1, 0)[0]
		rests, spreads, fars = m.doubles(m.chains, 0), m.doubles(m.chains, 0), m.doubles(m.chains, 0)
	}, func() {
		below := d.below()
		for v := range below {
			VSUBPD(below[v], fars[v], fars[v])
		}
		e := m.expIn64(below)
		for v := range e {
			VMOVUPD(e[v], d.double(d.atExps, v))
			VFNMADD231PD(e[v], below[v], spreads[v])
			is := m.Vector()
			VCVTDQ2PD(d.single(truth, v), is)
			if m.Wide() {
				other := K()
				VCMPPD(Imm(notEqual), is, column, other)
				VADDPD(e[v], rests[v], other, rests[v])
			} else {
				VCMPPD(Imm(notEqual), is, column, is)
				VANDPD(is, e[v], is)
				VADDPD(is, rests[v], rests[v])
			}
		}
		m.emit(plus64, m.double(1), m.double(1), column, column)
	}, func() {
		for v := range rests {
			VMOVUPD(rests[v], d.double(rest, v))
			VMOVUPD(spreads[v], d.double(spread, v))
			VMOVUPD(fars[v], d.double(far, v))
		}
	})
}

// notEqual compares numbers.
const notEqual = 4

// expIn64 is the exponential of x <= 0, that of -700 below.
func (m *machine) expIn64(x group) group {
	a := m.each(len(x), func(i int, a reg.VecVirtual) { m.emit(greater64, m.double(furthest64), m.double(furthest64), x[i], a) })
	return m.expOf64(a)
}

// leanLanes is e (factor + slope (top - x)) + shift, of each row's own, in place of its logits.
func leanLanes(m *machine) {
	m.begin("leanLanes", "func(x *float32, exps *float64, top *float32, factor, slope, shift *float64, columns, n int)", "leanLanes "+doubleList)
	d := m.doubleLanes()
	factor, slope, shift := isa.Parameter("factor"), isa.Parameter("slope"), isa.Parameter("shift")
	var factors, slopes, shifts group
	load := func(list reg.GPVirtual) group {
		return m.each(m.chains, func(v int, x reg.VecVirtual) { VMOVUPD(d.double(list, v), x) })
	}
	d.rows([]reg.GPVirtual{factor, slope, shift}, nil, func() {
		factors, slopes, shifts = load(factor), load(slope), load(shift)
	}, func() {
		below := d.below()
		for v, x := range below {
			e := m.Vector()
			VMOVUPD(d.double(d.atExps, v), e)
			VFNMADD213PD(factors[v], slopes[v], x)
			VFMADD213PD(shifts[v], e, x)
			if m.Wide() {
				y := YMM()
				VCVTPD2PS(x, y)
				VMOVUPS(y, d.single(d.atLogits, v))
			} else {
				y := XMM()
				VCVTPD2PSY(x, y)
				VMOVUPS(y, d.single(d.atLogits, v))
			}
		}
	}, func() {})
}
