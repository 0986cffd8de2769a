package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

var (
	minus64    = instruction{VSUBPD, VSUBPD_BCST}
	multiply64 = instruction{VMULPD, VMULPD_BCST}
	fma213In64 = instruction{VFMADD213PD, VFMADD213PD_BCST}
	fma231In64 = instruction{VFMADD231PD, VFMADD231PD_BCST}
	fnma231x64 = instruction{VFNMADD231PD, VFNMADD231PD_BCST}
)

const magic64 = 3 << 51

var (
	// exp(r) for |r| <= log(2)/2, to 2e-14, from the highest power.
	expSeries64 = []float64{
		2.74930614375765673e-6, 0.0000248808099024231726, 0.00019841539097521326, 0.00138888111446229329, 0.00833333309508617367,
		0.041666666962242379, 0.166666666672652135, 0.499999999996643102, 1, 1,
	}
	// log(1+e) = t Q(t^2) with t = e/(2+e) for 0 <= e <= 1, to 7e-14, from the highest power.
	logSeries64 = []float64{
		0.200854586800119468, 0.140640415692026473, 0.183110679502971041, 0.222153227629196723,
		0.285716270295567341, 0.399999972088469277, 0.666666666815822776, 1.99999999999986944,
	}
)

// double is a float64 in every lane, in memory.
func (m *machine) double(v float64) Mem {
	bits := math.Float64bits(v)
	n := 1
	if !m.Wide() {
		n = m.Lanes / 2
	}
	var data []uint32
	for range n {
		data = append(data, uint32(bits), uint32(bits>>32))
	}
	return m.table(fmt.Sprintf("double%016x", bits), data)
}

// doubles are copies of a constant.
func (m *machine) doubles(n int, v float64) group {
	return m.each(n, func(_ int, x reg.VecVirtual) {
		if m.Wide() {
			VBROADCASTSD(m.double(v), x)
		} else {
			VMOVUPD(m.double(v), x)
		}
	})
}

// seriesIn64 is the polynomial with the given coefficients at x.
func (m *machine) seriesIn64(c []float64, x group) group {
	y := m.doubles(len(x), c[0])
	for _, c := range c[1:] {
		for i := range x {
			m.emit(fma213In64, m.double(c), m.double(c), x[i], y[i])
		}
	}
	return y
}

// expOf64 is the exponential of -700 <= x <= 0. It uses up x.
func (m *machine) expOf64(x group) group {
	shifted := m.doubles(len(x), magic64)
	for i := range x {
		m.emit(fma231In64, m.double(math.Log2E), m.double(math.Log2E), x[i], shifted[i])
	}
	count := m.each(len(x), func(i int, n reg.VecVirtual) {
		m.emit(minus64, m.double(magic64), m.double(magic64), shifted[i], n)
	})
	high := math.Float64frombits(math.Float64bits(math.Ln2) &^ (1<<20 - 1))
	for i := range x {
		m.emit(fnma231x64, m.double(high), m.double(high), count[i], x[i])
		m.emit(fnma231x64, m.double(math.Ln2-high), m.double(math.Ln2-high), count[i], x[i])
	}
	e := m.seriesIn64(expSeries64, x)
	for i := range x {
		VPSLLQ(Imm(52), shifted[i], shifted[i])
		VPADDQ(shifted[i], e[i], e[i])
	}
	return e
}

// likelihoods is sigmoid(x) and log(1+exp(x)) in float64.
func likelihoods(m *machine) {
	m.begin("likelihoods", "func(q, nll *float64, x *float32, n int)", "likelihoods for n elements, a positive multiple of 16, of at most 700")
	q, nll, x, n := isa.Parameter("q"), isa.Parameter("nll"), isa.Parameter("x"), isa.Parameter("n")
	half := m.Lanes / 2
	load := func() group {
		return m.each(m.chains, func(v int, z reg.VecVirtual) { VCVTPS2PD(Mem{Base: x, Disp: 4 * half * v}, z) })
	}
	Label("loop")
	z := load()
	sign := m.doubles(1, math.Copysign(0, -1))[0]
	a := m.each(len(z), func(i int, a reg.VecVirtual) {
		if m.Wide() {
			VPORQ(sign, z[i], a)
		} else {
			VORPD(sign, z[i], a)
		}
	})
	e := m.expOf64(a)
	t, share := m.doubles(len(z), 2), m.doubles(len(z), 1)
	for i := range z {
		VADDPD(e[i], t[i], t[i])
		VDIVPD(t[i], e[i], t[i])
		VADDPD(e[i], share[i], share[i])
		one := m.doubles(1, 1)[0]
		VDIVPD(share[i], one, share[i])
		VMULPD(e[i], share[i], e[i])
	}
	u := m.each(len(z), func(i int, u reg.VecVirtual) { VMULPD(t[i], t[i], u) })
	log := m.seriesIn64(logSeries64, u)
	for i := range z {
		at := 8 * half * i
		top := m.doubles(1, 0)[0]
		VMAXPD(z[i], top, top)
		VFMADD213PD(top, t[i], log[i])
		VMOVUPD(log[i], Mem{Base: nll, Disp: at})
		if m.Wide() {
			k := K()
			VPMOVQ2M(z[i], k)
			VMOVAPD(e[i], k, share[i])
		} else {
			VBLENDVPD(z[i], e[i], share[i], share[i])
		}
		VMOVUPD(share[i], Mem{Base: q, Disp: at})
	}
	ADDQ(U32(8*half*m.chains), q)
	ADDQ(U32(8*half*m.chains), nll)
	ADDQ(U32(4*half*m.chains), x)
	SUBQ(U32(half*m.chains), n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}

// logsOnePlus is log(1+x) in float64.
func logsOnePlus(m *machine) {
	m.begin("logsOnePlus", "func(log, x *float64, n int)", "logsOnePlus for n elements, a positive multiple of 16, from 0 to 1000")
	log, x, n := isa.Parameter("log"), isa.Parameter("x"), isa.Parameter("n")
	half := m.Lanes / 2
	Label("loop")
	beyond := m.each(m.chains, func(v int, y reg.VecVirtual) { VMOVUPD(Mem{Base: x, Disp: 8 * half * v}, y) })
	one := m.doubles(1, 1)[0]
	sum := m.each(m.chains, func(v int, y reg.VecVirtual) { VADDPD(one, beyond[v], y) })
	exponent := m.doubles(1, math.Float64frombits(0x7ff<<52))[0]
	count := m.each(m.chains, func(v int, k reg.VecVirtual) { // as the last bits of 2^52
		VPSRLQ(Imm(52), sum[v], k)
		if m.Wide() {
			VPANDQ(exponent, sum[v], sum[v])
		} else {
			VPAND(exponent, sum[v], sum[v])
		}
	})
	whole := m.doubles(1, 1<<52)[0]
	for _, k := range count {
		if m.Wide() {
			VPORQ(whole, k, k)
		} else {
			VPOR(whole, k, k)
		}
		m.emit(minus64, m.double(1<<52+1023), m.double(1<<52+1023), k, k)
	}
	t := m.each(m.chains, func(v int, t reg.VecVirtual) {
		below := m.Vector()
		VSUBPD(one, sum[v], below)
		VSUBPD(below, beyond[v], t)
		VADDPD(one, sum[v], sum[v])
		VADDPD(sum[v], beyond[v], sum[v])
		VDIVPD(sum[v], t, t)
	})
	u := m.each(m.chains, func(v int, u reg.VecVirtual) { VMULPD(t[v], t[v], u) })
	y := m.seriesIn64(logSeries64, u)
	for v := range y {
		m.emit(multiply64, m.double(math.Ln2), m.double(math.Ln2), count[v], count[v])
		VFMADD213PD(count[v], t[v], y[v])
		VMOVUPD(y[v], Mem{Base: log, Disp: 8 * half * v})
	}
	ADDQ(U32(8*half*m.chains), log)
	ADDQ(U32(8*half*m.chains), x)
	SUBQ(U32(half*m.chains), n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
