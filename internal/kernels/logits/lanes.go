package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

// Rows of few columns go to these kernels sixteen at a time, one a lane: what a row has once is then a vector's part, too.

// laneList is the list of rows that they go by.
const laneList = "for n rows, a positive multiple of 16, by their indices and true columns; exps has 16 elements for each column of 16 rows, columns is from 2 to 64"

// mostLanes is the most columns.
const mostLanes = 64

// lanes walks over the columns of sixteen rows, four at a time.
type lanes struct {
	m                      *machine
	matrix, exps           reg.GPVirtual // the rows', and those of sixteen
	columns, row, truth, n reg.GPVirtual
	from, at, left, column reg.GPVirtual // where columns are in a row, and where among the exponentials; how many are left
	width                  Mem           // bytes of a row
}

// laneRows begins with a matrix and its rows' true columns.
func (m *machine) laneRows(matrix string) *lanes {
	truth := isa.Parameter("truth")
	l := m.laneMatrix(matrix, "exps")
	l.truth = truth
	return l
}

// laneMatrix begins with a matrix and what has its elements a column after the other.
func (m *machine) laneMatrix(matrix, columnwise string) *lanes {
	l := &lanes{m: m, matrix: isa.Parameter(matrix), row: isa.Parameter("row"), from: GP64(), column: GP64()}
	l.load(columnwise)
	l.width = AllocLocal(8)
	width := GP64()
	MOVQ(l.columns, width)
	SHLQ(Imm(2), width)
	MOVQ(width, l.width)
	return l
}

// load loads what lies beside a matrix.
func (l *lanes) load(columnwise string) {
	l.exps, l.columns, l.n, l.at, l.left = isa.Parameter(columnwise), isa.Parameter("columns"), isa.Parameter("n"), GP64(), GP64()
}

// vectors are those of sixteen lanes.
func (l *lanes) vectors() int { return step / l.m.Lanes }

// lane is vector v of what has an element for each row.
func (l *lanes) lane(list reg.GPVirtual, v int) Mem { return Mem{Base: list, Disp: 4 * l.m.Lanes * v} }

// exp is vector v of the exponentials of a column, of the four.
func (l *lanes) exp(column, v int) Mem { return l.lane(l.at, v).Offset(4 * step * column) }

// piece is where four columns of a row lie. To find the place anew costs less than to wait for memory that has it.
func (l *lanes) piece(row int) Mem {
	place := GP64()
	MOVLQSX(Mem{Base: l.row, Disp: 4 * row}, place)
	IMULQ(l.width, place)
	return Mem{Base: l.from, Index: place, Scale: 1}
}

// four runs over the columns of the rows, four at a time: the last four may be among those before. Where a row has two or
// three, part is to leave what lies beyond them.
func (l *lanes) four(part func(columns int)) {
	MOVQ(l.matrix, l.from)
	MOVQ(l.exps, l.at)
	MOVQ(l.columns, l.left)
	CMPQ(l.left, Imm(4))
	JGE(LabelRef("four"))
	CMPQ(l.left, Imm(3))
	JEQ(LabelRef("three"))
	part(2)
	JMP(LabelRef("all"))
	Label("three")
	part(3)
	JMP(LabelRef("all"))
	Label("four")
	part(4)
	ADDQ(Imm(4*4), l.from)
	ADDQ(U32(4*4*step), l.at)
	SUBQ(Imm(4), l.left)
	JZ(LabelRef("all"))
	CMPQ(l.left, Imm(4))
	JGE(LabelRef("four"))
	SUBQ(Imm(4), l.left)
	back := GP64()
	LEAQ(Mem{Base: l.from, Index: l.left, Scale: 4}, l.from)
	MOVQ(l.left, back)
	SHLQ(Imm(6), back)
	ADDQ(back, l.at)
	MOVQ(U32(4), l.left)
	JMP(LabelRef("four"))
	Label("all")
}

// read is so many columns of a vector's rows.
func (l *lanes) read(v, columns int) group {
	y := l.m.each(4, func(i int, y reg.VecVirtual) {
		for j := range l.m.Lanes / 4 {
			from := l.piece(v*l.m.Lanes + 4*j + i)
			switch {
			case columns < 4:
				x := XMM()
				VMOVSD(from, x)
				if columns == 3 {
					VINSERTPS(Imm(2<<4), from.Offset(8), x, x)
				}
				if j == 0 {
					l.insert(0, x, l.m.zeros(1)[0], y)
				} else {
					l.insert(j, x, y, y)
				}
			case j > 0:
				l.insert(j, from, y, y)
			case l.m.Wide():
				VBROADCASTF32X4(from, y)
			default:
				VBROADCASTF128(from, y)
			}
		}
	})
	return l.m.transposed(y)
}

func (l *lanes) insert(j int, x, y, into Op) {
	if l.m.Wide() {
		VINSERTF32X4(Imm(uint64(j)), x, y, into)
	} else {
		VINSERTF128(Imm(uint64(j)), x, y, into)
	}
}

// write writes so many columns of a vector's rows.
func (l *lanes) write(y group, v, columns int) {
	for i, y := range l.m.transposed(y) {
		for j := range l.m.Lanes / 4 {
			to := l.piece(v*l.m.Lanes + 4*j + i)
			x := Op(y.AsX())
			if j > 0 {
				if x = to; columns < 4 {
					x = XMM()
				}
				if l.m.Wide() {
					VEXTRACTF32X4(Imm(uint64(j)), y, x)
				} else {
					VEXTRACTF128(Imm(uint64(j)), y, x)
				}
			}
			switch {
			case columns < 4:
				VMOVLPS(x, to)
				if columns == 3 {
					VEXTRACTPS(Imm(2), x, to.Offset(8))
				}
			case j == 0:
				VMOVUPS(x, to)
			}
		}
	}
}

// transposed swaps rows and columns in each four lanes of four vectors.
func (m *machine) transposed(x group) group {
	t := m.each(4, func(i int, t reg.VecVirtual) {
		if a, b := x[i&^1], x[i|1]; i%2 == 0 {
			VUNPCKLPS(b, a, t)
		} else {
			VUNPCKHPS(b, a, t)
		}
	})
	return m.each(4, func(i int, y reg.VecVirtual) {
		if a, b := t[i/2], t[2+i/2]; i%2 == 0 {
			VUNPCKLPD(b, a, y)
		} else {
			VUNPCKHPD(b, a, y)
		}
	})
}

// end goes on to the next sixteen rows, and closes the function. lists have an element for each row.
func (l *lanes) end(lists ...reg.GPVirtual) {
	apart := GP64()
	MOVQ(l.columns, apart)
	SHLQ(Imm(6), apart)
	ADDQ(apart, l.exps)
	for _, list := range lists {
		ADDQ(Imm(4*step), list)
	}
	SUBQ(Imm(step), l.n)
	JNZ(LabelRef("rows"))
	VZEROUPPER()
	RET()
}
