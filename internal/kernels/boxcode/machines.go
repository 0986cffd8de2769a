package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

func avx512() *machine {
	m := &machine{Set: isa.AVX512, boxes: 4}
	order := func(name string, index ...uint32) reg.VecVirtual {
		if r, ok := m.held[name]; ok {
			return r
		}
		v := ZMM()
		VMOVDQU32(isa.Table(name, isa.Words(len(index), func(i int) uint32 { return index[i] })...), v)
		m.held[name] = v
		return v
	}
	packed := func() reg.VecVirtual {
		return order("packed", 2, 3, 6, 7, 10, 11, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0)
	}
	spread := func() reg.VecVirtual {
		return order("spread", 0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7)
	}
	var second reg.OpmaskVirtual
	m.prepare = func() {
		packed()
		spread()
		bits := GP32()
		second = K()
		MOVL(U32(0xcccc), bits)
		KMOVW(bits, second)
	}
	m.lengths = func(v reg.VecVirtual) reg.VecVirtual {
		out, lengths := ZMM(), ZMM()
		VPERMPS(v, packed(), out)
		VCVTPS2PD(out.AsY(), lengths)
		return lengths
	}
	m.spread = func(v reg.VecVirtual) reg.VecVirtual {
		short, out := ZMM(), ZMM()
		VCVTPD2PS(v, short.AsY())
		VPERMPS(short, spread(), out)
		return out
	}
	m.blend = func(low, high reg.VecVirtual) reg.VecVirtual {
		out := ZMM()
		VBLENDMPS(high, low, second, out)
		return out
	}
	m.below = func(x, y, limit reg.VecVirtual) {
		less := K()
		VCMPPS(Imm(isa.Less), limit, y, less)
		VMOVAPS_Z(x, less, x)
	}
	m.certain = func(x, y, least, most reg.VecVirtual, uncertain string) {
		t, inside, bits := ZMM(), K(), GP32()
		VCMPPD(Imm(isa.GreaterOrEqual), least, x, inside)
		VCMPPD(Imm(isa.LessOrEqual), most, x, inside, inside)
		VPADDQ(m.integer(untie()), y, t)
		VPANDQ(m.integer(lost()), t, t)
		const greater = 6
		VPCMPQ(Imm(greater), m.integer(tied()), t, inside, inside)
		KMOVW(inside, bits)
		CMPL(bits, Imm(0xff))
		JNE(LabelRef(uncertain))
	}
	return m
}

func avx2() *machine {
	m := &machine{Set: isa.AVX2, boxes: 2, prepare: func() {}}
	m.lengths = func(v reg.VecVirtual) reg.VecVirtual {
		high, out := XMM(), YMM()
		VEXTRACTF128(Imm(1), v, high)
		VUNPCKHPD(high, v.AsX(), high)
		VCVTPS2PD(high, out)
		return out
	}
	m.spread = func(v reg.VecVirtual) reg.VecVirtual {
		low, high, out := XMM(), XMM(), YMM()
		VCVTPD2PSY(v, low)
		VUNPCKHPD(low, low, high)
		VMOVDDUP(low, low)
		VINSERTF128(Imm(1), high, low.AsY(), out)
		return out
	}
	m.blend = func(low, high reg.VecVirtual) reg.VecVirtual {
		out := YMM()
		VBLENDPS(Imm(0xcc), high, low, out)
		return out
	}
	m.below = func(x, y, limit reg.VecVirtual) {
		less := YMM()
		VCMPPS(Imm(isa.Less), limit, y, less)
		VANDPS(less, x, x)
	}
	m.certain = func(x, y, least, most reg.VecVirtual, uncertain string) {
		t, u, bits := YMM(), YMM(), GP32()
		VCMPPD(Imm(isa.GreaterOrEqual), least, x, t)
		VCMPPD(Imm(isa.LessOrEqual), most, x, u)
		VPAND(t, u, u)
		VPADDQ(m.integer(untie()), y, t)
		VPAND(m.integer(lost()), t, t)
		VPCMPGTQ(m.integer(tied()), t, t)
		VPAND(t, u, u)
		VMOVMSKPD(u, bits)
		CMPL(bits, Imm(0xf))
		JNE(LabelRef(uncertain))
	}
	return m
}

// A float64 is certain to round to float32 as the exact value does if its last
// 29 bits, which float32 lacks, are not near 1<<28, the tie between two.
// Turned by untie, those near are the least.

func untie() (string, uint64) { return "untie", 1<<29 - (1<<28 - margin) }
func lost() (string, uint64)  { return "lost", 1<<29 - 1 }
func tied() (string, uint64)  { return "tied", 2 * margin }
