// Command sift writes the assembly of package sift and its Go stubs.
// Run it through go generate in that package.
package main

import (
	"strconv"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

func main() {
	isa.Write(func() {
		for _, set := range []isa.Set{isa.AVX2, isa.AVX512} {
			sift(filter{labels: true}, set)
			sift(filter{values: true}, set)
			sift(filter{labels: true, values: true}, set)
		}
	})
}

// filter is what a kernel asks of an element.
type filter struct{ labels, values bool }

func (f filter) name() string {
	switch {
	case f.labels && f.values:
		return "labelledAbove"
	case f.labels:
		return "labelled"
	}
	return "above"
}

func (f filter) signature() string {
	s := "func(dst *int32"
	if f.labels {
		s += ", label *int32"
	}
	if f.values {
		s += ", value *float32"
	}
	s += ", n int"
	if f.labels {
		s += ", low, span int32"
	}
	if f.values {
		s += ", least float32"
	}
	return s + ") int"
}

func sift(f filter, set isa.Set) {
	name, lanes := f.name()+set.Name, set.Lanes
	TEXT(name, NOSPLIT, f.signature())
	Doc(
		name+" is "+f.name()+" for n elements, a positive multiple of "+strconv.Itoa(lanes)+".",
		"It writes at most n elements to dst.",
	)
	dst := isa.Parameter("dst")
	var label, value reg.Register
	if f.labels {
		label = isa.Parameter("label")
	}
	if f.values {
		value = isa.Parameter("value")
	}
	n := isa.Parameter("n")
	start := GP64()
	MOVQ(dst, start)
	i := GP64()
	XORQ(i, i)
	if set.Wide() {
		sift512(f, dst, label, value, n, i, lanes)
	} else {
		sift2(f, dst, label, value, n, i, lanes)
	}
	VZEROUPPER()
	SUBQ(start, dst)
	SHRQ(Imm(2), dst)
	Store(dst, ReturnIndex(0))
	RET()
}

// sift512 packs the indices that pass to the front of a vector and stores all
// of it; the next store overwrites what did not pass.
func sift512(f filter, dst, label, value, n, i reg.Register, lanes int) {
	low, span, least := ZMM(), ZMM(), ZMM()
	if f.labels {
		VBROADCASTSS(isa.Address("low"), low)
		VBROADCASTSS(isa.Address("span"), span)
	}
	if f.values {
		VBROADCASTSS(isa.Address("least"), least)
	}
	index, step := ZMM(), ZMM()
	VMOVDQU32(counting(), index)
	VPBROADCASTD(sixteen(), step)
	pass := K()
	Label("loop")
	if f.labels {
		x := ZMM()
		VMOVDQU32(Mem{Base: label, Index: i, Scale: 4}, x)
		VPSUBD(low, x, x)
		VPCMPUD(Imm(isa.LessOrEqual), span, x, pass)
	}
	if f.values {
		x := ZMM()
		VMOVUPS(Mem{Base: value, Index: i, Scale: 4}, x)
		if f.labels {
			VCMPPS(Imm(isa.NotLess), least, x, pass, pass)
		} else {
			VCMPPS(Imm(isa.NotLess), least, x, pass)
		}
	}
	bits := GP32()
	KMOVW(pass, bits)
	if f.values {
		TESTL(bits, bits)
		JZ(LabelRef("next"))
	}
	packed := ZMM()
	VPCOMPRESSD_Z(index, pass, packed)
	VMOVDQU32(packed, Mem{Base: dst})
	POPCNTL(bits, bits)
	LEAQ(Mem{Base: dst, Index: bits.As64(), Scale: 4}, dst)
	Label("next")
	VPADDD(step, index, index)
	ADDQ(Imm(uint64(lanes)), i)
	CMPQ(i, n)
	JLT(LabelRef("loop"))
}

// sift2 walks over the bits of those that pass.
func sift2(f filter, dst, label, value, n, i reg.Register, lanes int) {
	low, span, least := YMM(), YMM(), YMM()
	if f.labels {
		VBROADCASTSS(isa.Address("low"), low)
		VBROADCASTSS(isa.Address("span"), span)
	}
	if f.values {
		VBROADCASTSS(isa.Address("least"), least)
	}
	Label("loop")
	var pass reg.VecVirtual
	if f.labels {
		// x <= span as unsigned numbers where min(x, span) = x.
		x := YMM()
		pass = YMM()
		VMOVDQU(Mem{Base: label, Index: i, Scale: 4}, x)
		VPSUBD(low, x, x)
		VPMINUD(span, x, pass)
		VPCMPEQD(x, pass, pass)
	}
	if f.values {
		x := YMM()
		VMOVUPS(Mem{Base: value, Index: i, Scale: 4}, x)
		VCMPPS(Imm(isa.NotLess), least, x, x)
		if f.labels {
			VPAND(x, pass, pass)
		} else {
			pass = x
		}
	}
	bits := GP32()
	VMOVMSKPS(pass, bits)
	TESTL(bits, bits)
	JZ(LabelRef("next"))
	Label("bit")
	at := GP64()
	TZCNTL(bits, at.As32())
	ADDL(i.(reg.GP).As32(), at.As32())
	MOVL(at.As32(), Mem{Base: dst})
	ADDQ(Imm(4), dst)
	BLSRL(bits, bits)
	JNZ(LabelRef("bit"))
	Label("next")
	ADDQ(Imm(uint64(lanes)), i)
	CMPQ(i, n)
	JLT(LabelRef("loop"))
}

// counting is the vector 0, 1, 2, ..., 15.
func counting() Mem {
	return isa.Table("counting", isa.Words(16, func(i int) uint32 { return uint32(i) })...)
}

func sixteen() Mem { return isa.Table("sixteen", U32(16)) }
