package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// softmaxLanes is exp(x - top) of rows, a column after the other, with 0 in the true one, their sums, and how far the true
// column lies from the largest, or NaN for what an exponential cannot be told of.
func softmaxLanes(m *machine) {
	m.begin("softmaxLanes", "func(margin, rest, exps, x *float32, columns int, row, truth *int32, n int, next *float32)", "softmaxLanes "+laneList+"; next is laid out as x is, and is written next")
	l := m.laneRows("x")
	Label("rows")
	ahead, apart := l.near()
	top := l.tops(ahead, apart)
	from, tops := m.reducedTops(top), m.kept(top)
	own, sums := m.zeros(len(top)), m.zeros(len(top))
	LEAQ(m.columns(), l.column)
	MOVQ(l.exps, l.at)
	MOVQ(l.columns, l.left)
	part := func(columns int) {
		x := m.each(columns*len(top), func(i int, x reg.VecVirtual) { VMOVUPS(l.exp(i/len(top), i%len(top)), x) })
		others := l.others(columns, func(i int, other reg.Register) {
			if of := own[i%len(top)]; m.Wide() {
				VBLENDMPS(of, x[i], other, of)
			} else {
				VBLENDVPS(other, of, x[i], of)
			}
		})
		for i, e := range m.expFrom(from.times(columns), x, others) {
			v := i % len(top)
			VMOVUPS(e, l.exp(i/len(top), v))
			VADDPS(e, sums[v], sums[v])
		}
		ADDQ(Imm(uint64(4*step*columns)), l.at)
		ADDQ(Imm(uint64(4*columns)), l.column)
	}
	if m.chains > len(top) { // columns of a loop, of which one may be left over
		SUBQ(Imm(2), l.left)
		Label("columns")
		part(2)
		SUBQ(Imm(2), l.left)
		JGE(LabelRef("columns"))
		CMPQ(l.left, I8(-2))
		JEQ(LabelRef("summed"))
		part(1)
		Label("summed")
	} else {
		Label("columns")
		part(1)
		DECQ(l.left)
		JNZ(LabelRef("columns"))
	}
	for v := range top {
		VSUBPS(tops[v], own[v], own[v])
		m.unreducible(tops[v], own[v])
	}
	for i, x := range []group{own, sums} {
		list := []string{"margin", "rest"}[i]
		to := isa.Parameter(list) // now, as there are too few registers to keep it
		for v := range x {
			VMOVUPS(x[v], l.lane(to, v))
		}
		ADDQ(Imm(4*step), isa.Address(list))
	}
	l.end(l.row, l.truth)
}

// tops writes the columns of sixteen rows one after the other, and returns the largest of each row.
func (l *lanes) tops(ahead, apart reg.GPVirtual) group {
	top := l.m.all(l.vectors(), l.m.bits(math.Float32bits(float32(math.Inf(-1)))))
	l.four(func(columns int) {
		for i := range columns { // what is read after these rows, and written after this
			PREFETCHT0(Mem{Base: ahead, Index: l.at, Scale: 1, Disp: 4 * step * i})
			PREFETCHT0(Mem{Base: apart, Index: l.at, Scale: 1, Disp: 4 * step * i})
		}
		for v := range top {
			for k, x := range l.read(v, columns)[:columns] {
				VMAXPS(x, top[v], top[v])
				VMOVUPS(x, l.exp(k, v))
			}
		}
	})
	return top
}

// near is how far the exponentials lie behind the rows that follow sixteen, if they are neighbours, and behind the sixteen in
// what is written next.
func (l *lanes) near() (ahead, apart reg.GPVirtual) {
	ahead, apart = l.piece(0).Index.(reg.GPVirtual), isa.Parameter("next")
	SUBQ(l.exps, ahead)
	ADDQ(ahead, apart)
	MOVQ(l.columns, l.left)
	SHLQ(Imm(6), l.left)
	ADDQ(l.left, ahead)
	ADDQ(l.matrix, ahead)
	return ahead, apart
}

// columns are the numbers of columns.
func (m *machine) columns() Mem {
	var data []uint32
	for i := range mostLanes {
		data = append(data, uint32(i))
	}
	return m.table("columns", data)
}

// others says, for some columns, which lanes have another true column.
func (l *lanes) others(columns int, then func(i int, other reg.Register)) (others []reg.Register) {
	for i := range columns * l.vectors() {
		k, v := Mem{Base: l.column, Disp: 4 * (i / l.vectors())}, i%l.vectors()
		var other reg.Register
		if l.m.Wide() {
			const differs = 4
			truth := l.m.Vector()
			VMOVUPS(l.lane(l.truth, v), truth)
			other = K()
			VPCMPD_BCST(Imm(differs), k, truth, other)
		} else {
			x := l.m.Vector()
			VPBROADCASTD(k, x)
			VPCMPEQD(l.lane(l.truth, v), x, x)
			VPXOR(l.m.bits(math.MaxUint32), x, x)
			other = x
		}
		then(i, other)
		others = append(others, other)
	}
	return others
}

// kept are vectors where there are registers, else in memory.
func (m *machine) kept(x group) (all operands) {
	room := Mem{}
	if !m.Wide() {
		room = AllocLocal(len(x) * m.Bytes())
	}
	for i, x := range x {
		if m.Wide() {
			all = append(all, x)
			continue
		}
		at := room.Offset(i * m.Bytes())
		VMOVUPS(x, at)
		all = append(all, at)
	}
	return all
}

// unreducible makes x NaN where a row's largest logit is beyond those whose multiple of log(2) can be told.
func (m *machine) unreducible(top Op, x reg.VecVirtual) {
	const reducible = 1 << 20
	size := m.Vector()
	VMOVUPS(top, size)
	if m.Wide() {
		k := K()
		VPANDD_BCST(m.bits(signBit-1), size, size)
		VCMPPS_BCST(Imm(isa.NotLess), m.float(reducible), size, k)
		VBROADCASTSS(m.bits(math.MaxUint32), k, x)
	} else {
		VANDPS(m.bits(signBit-1), size, size)
		VCMPPS(Imm(isa.NotLess), m.float(reducible), size, size)
		VORPS(size, x, x)
	}
}

// reducedTops is reducedTop of many.
func (m *machine) reducedTops(top group) reduced {
	n, rest := m.all(len(top), m.float(magic)), m.all(len(top), top)
	for i := range top {
		m.emit(fma231, m.float(log2e), m.float(log2e), top[i], n[i])
	}
	m.subFrom(n, m.float(magic))
	for i := range top {
		m.emit(fnma231, m.float(ln2High), m.float(ln2High), n[i], rest[i])
		m.emit(fnma231, m.float(ln2Low), m.float(ln2Low), n[i], rest[i])
	}
	less := m.all(len(top), m.float(magic))
	m.subFrom(less, n)
	return reduced{m.kept(rest), m.kept(m.mul(m.float(-log2e), rest)), m.kept(less), m.kept(m.add(m.float(least), top))}
}

// times is that of as many columns.
func (r reduced) times(columns int) reduced {
	repeated := func(x any) (all operands) {
		for range columns {
			all = append(all, x.(operands)...)
		}
		return all
	}
	return reduced{repeated(r.rest), repeated(r.scaled), repeated(r.magic), repeated(r.least)}
}

// scaleLanes writes factor e of the exponentials of rows, and another number in their true columns.
func scaleLanes(m *machine) {
	m.begin("scaleLanes", "func(grad, exps *float32, columns int, row, truth *int32, factor, own *float32, n int)", "scaleLanes "+laneList)
	l := m.laneRows("grad")
	factor, own, numbers := isa.Parameter("factor"), isa.Parameter("own"), GP64()
	LEAQ(m.columns(), numbers)
	Label("rows")
	l.four(func(columns int) {
		MOVQ(l.columns, l.column)
		SUBQ(l.left, l.column)
		for v := range l.vectors() {
			truth, by, of := m.Vector(), m.Vector(), m.Vector()
			VMOVUPS(l.lane(l.truth, v), truth)
			VMOVUPS(l.lane(factor, v), by)
			VMOVUPS(l.lane(own, v), of)
			y := m.each(columns, func(i int, y reg.VecVirtual) {
				VMULPS(l.exp(i, v), by, y)
				column := Mem{Base: numbers, Index: l.column, Scale: 4, Disp: 4 * i}
				if m.Wide() {
					is := K()
					VPCMPEQD_BCST(column, truth, is)
					VMOVAPS(of, is, y)
				} else {
					is := m.Vector()
					VPBROADCASTD(column, is)
					VPCMPEQD(truth, is, is)
					VBLENDVPS(is, of, y, y)
				}
			})
			for len(y) < 4 {
				y = append(y, y[0])
			}
			l.write(y, v, columns)
		}
	})
	l.end(factor, own, l.row, l.truth)
}

// squareLanes adds up the squares of what scaleLanes would write.
func squareLanes(m *machine) {
	m.begin("squareLanes", "func(square, exps *float32, columns int, factor, own *float32, n int)", "squareLanes "+laneList)
	l := &lanes{m: m}
	l.load("exps")
	square, factor, own := isa.Parameter("square"), isa.Parameter("factor"), isa.Parameter("own")
	Label("rows")
	by := m.each(l.vectors(), func(v int, x reg.VecVirtual) { VMOVUPS(l.lane(factor, v), x) })
	sums := m.each(l.vectors(), func(v int, x reg.VecVirtual) {
		VMOVUPS(l.lane(own, v), x)
		VMULPS(x, x, x)
	})
	MOVQ(l.exps, l.at)
	MOVQ(l.columns, l.left)
	Label("columns")
	for v := range sums {
		y := m.Vector()
		VMULPS(l.exp(0, v), by[v], y)
		VFMADD231PS(y, y, sums[v])
	}
	ADDQ(Imm(4*step), l.at)
	DECQ(l.left)
	JNZ(LabelRef("columns"))
	for v := range sums {
		VMOVUPS(sums[v], l.lane(square, v))
	}
	l.end(square, factor, own)
}
