package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"detsample/internal/kernels/isa"
)

const (
	signBit = 1 << 31
	// least is where the exponential becomes 0: below, its result would not be a normal number.
	least = -87.0
	// magic, added to a number of at most 22 bits, rounds it to an integer that the lowest bits of the sum then hold.
	magic = 3 << 22
	log2e = 1.4426950408889634
	// ln2 as a float32 and what it lacks.
	ln2High = float64(float32(math.Ln2))
	ln2Low  = math.Ln2 - ln2High
)

var (
	// exp(r) for |r| <= log(2)/2, to 3e-9, from the highest power.
	expSeries = []float64{0.00138145986467, 0.00836871687973, 0.0416683880453, 0.166665206317, 0.499999934478, 1, 1}
	// exp(-r) for |r| <= log(2)/2, to 1.1e-7, from the highest power.
	reciprocalSeries = []float64{-0.00831252021846, 0.0418901571227, -0.166671146503, 0.499992314933, -1, 1}
	// log(1+e) = t Q(t^2) with t = e/(2+e) for 0 <= e <= 1, to 4e-9, from the highest power.
	logSeries = []float64{0.281783350867, 0.279606027472, 0.400249102795, 0.666663146821, 2.00000000792}
)

// series is the polynomial with the given coefficients at x.
func (m *machine) series(c []float64, x group) group {
	y := m.all(len(x), m.float(c[0]))
	for _, c := range c[1:] {
		m.multiplyAdd(y, x, m.float(c))
	}
	return y
}

// exp is the exponential of x <= 0, and 0 below least. NaN stays. It uses up x. rest, if there is one, is what x lacks.
func (m *machine) exp(x, rest group) group {
	shifted := m.all(len(x), m.float(magic))
	for i := range x {
		m.emit(fma231, m.float(log2e), m.float(log2e), x[i], shifted[i])
	}
	inside := m.inside(x, m.float(least))
	n := m.sub(shifted, m.float(magic))
	for i := range x {
		m.emit(fnma231, m.float(ln2High), m.float(ln2High), n[i], x[i])
		m.emit(fnma231, m.float(ln2Low), m.float(ln2Low), n[i], x[i])
	}
	if rest != nil {
		m.addTo(x, rest)
	}
	return m.powered(m.series(expSeries, x), shifted, inside)
}

// inside says which of x are not less than a bound.
func (m *machine) inside(x group, bound any) (inside []reg.Register) {
	for i := range x {
		k := reg.Register(K())
		if !m.Wide() {
			k = YMM()
		}
		m.emit(compare, of(bound, i), Imm(isa.NotLess), of(bound, i), x[i], k)
		inside = append(inside, k)
	}
	return inside
}

// insideOf says that of those which are asked for, or of all.
func (m *machine) insideOf(x group, bound any, only []reg.Register) []reg.Register {
	if only == nil {
		return m.inside(x, bound)
	}
	var inside []reg.Register
	for i := range x {
		if m.Wide() {
			k := K()
			VCMPPS(Imm(isa.NotLess), of(bound, i), x[i], only[i], k)
			inside = append(inside, k)
		} else {
			y := m.Vector()
			VCMPPS(Imm(isa.NotLess), of(bound, i), x[i], y)
			VANDPS(only[i], y, y)
			inside = append(inside, y)
		}
	}
	return inside
}

// powered multiplies y by the powers of 2 whose exponents are the lowest bits of shifted, and clears what is not inside.
func (m *machine) powered(y, shifted group, inside []reg.Register) group {
	for i := range y {
		VPSLLD(Imm(23), shifted[i], shifted[i])
		VPADDD(shifted[i], y[i], y[i])
		if m.Wide() {
			VMOVAPS_Z(y[i], inside[i], y[i])
		} else {
			VANDPS(inside[i], y[i], y[i])
		}
	}
	return y
}

// log1p is log(1+e) with t = e/(2+e), for 0 <= e <= 1.
func (m *machine) log1p(t group) group {
	y := m.series(logSeries, m.mul(t, t))
	m.mulBy(y, t)
	return y
}

// rootHalf is the least fraction that logarithm leaves.
var rootHalf = math.Float32bits(math.Sqrt2 / 2)

// logarithm is log(1+y) for y >= 0, of which it changes nothing: up to y = 1 by log1p, beyond by that of the fraction and
// the exponent of 1+y.
func (m *machine) logarithm(y group) group {
	kept := m.all(len(y), m.float(0))
	numerator, denominator := m.all(len(y), y), m.add(m.float(2), y)
	fraction := m.add(m.float(1), y)
	for i := range y {
		exponent := m.Vector()
		m.emit(subtract, m.bits(rootHalf), m.bits(rootHalf), fraction[i], fraction[i])
		VPSRAD(Imm(23), fraction[i], exponent)
		VCVTDQ2PS(exponent, exponent)
		if m.Wide() {
			VPANDD_BCST(m.bits(1<<23-1), fraction[i], fraction[i])
			VPADDD_BCST(m.bits(rootHalf), fraction[i], fraction[i])
		} else {
			VANDPS(m.bits(1<<23-1), fraction[i], fraction[i])
			VPADDD(m.bits(rootHalf), fraction[i], fraction[i])
		}
		const greater = 0x0e
		less, more := m.Vector(), m.Vector()
		m.emit(minus, m.float(1), m.float(1), fraction[i], less)
		m.emit(plus, m.float(1), m.float(1), fraction[i], more)
		if m.Wide() {
			k := K()
			VCMPPS_BCST(Imm(greater), m.float(1), y[i], k)
			VMOVAPS(less, k, numerator[i])
			VMOVAPS(more, k, denominator[i])
			VMOVAPS(exponent, k, kept[i])
			continue
		}
		beyond := m.Vector()
		VCMPPS(Imm(greater), m.float(1), y[i], beyond)
		VBLENDVPS(beyond, less, numerator[i], numerator[i])
		VBLENDVPS(beyond, more, denominator[i], denominator[i])
		VANDPS(exponent, beyond, kept[i])
	}
	m.divide(numerator, denominator)
	log := m.log1p(denominator)
	for i := range log {
		m.emit(fma231, m.float(math.Ln2), m.float(math.Ln2), kept[i], log[i])
	}
	return log
}

// beyondOne is the sum of a row's exponentials less the largest, which is 1: the others, where the true column is the
// largest, that is where its margin is 0, else the others without the largest, and the true column's own.
func (m *machine) beyondOne(margin, hit, others group) group {
	sum := m.sub(others, m.float(1))
	m.addTo(sum, hit)
	for i := range sum {
		const equal = 0x00
		zero := m.all(1, m.float(0))[0]
		if m.Wide() {
			k := K()
			VCMPPS(Imm(equal), zero, margin[i], k)
			VMOVAPS(others[i], k, sum[i])
		} else {
			VCMPPS(Imm(equal), zero, margin[i], zero)
			VBLENDVPS(zero, others[i], sum[i], sum[i])
		}
	}
	return sum
}

// halves stands for an exponent that is known when the kernel runs.
const halves = -1

// focus is the exponent of a focal loss.
type focus struct {
	name  string
	gamma int
}

// terms is what a kernel takes along for the exponent.
type terms struct {
	gamma       reg.VecVirtual // in every lane
	count, left reg.GPVirtual  // the exponent in halves, and a scratch register
	powers      *int           // written so far in this function, which makes labels their own
}

// sigmoid is the focal loss of z as a negative's logit, w q^gamma nll with q = sigmoid(z) and nll = log(1+exp(z)), and its
// derivative w q^gamma (gamma (1-q) nll + q). The weights are asked for when they are needed.
func (m *machine) sigmoid(z group, f focus, x terms, weights func() group) (value, slope group) {
	q, p, nll := m.sigmoids(z, nil)
	m.addTo(nll, m.positive(z))
	if f.gamma == 0 {
		w := weights()
		m.mulBy(nll, w)
		m.mulBy(q, w)
		return nll, q
	}
	weight := m.focused(q, p, nll, f, x, weights)
	m.mulBy(nll, weight)
	return nll, q
}

// slope is the derivative alone.
func (m *machine) slope(z group, f focus, x terms, weights func() group) group {
	if f.gamma == 0 {
		return m.gentle(z, weights)
	}
	q, p, nll := m.sigmoids(z, nil)
	m.addTo(nll, m.positive(z))
	m.focused(q, p, nll, f, x, weights)
	return q
}

// focused makes the derivative of q and returns what the value is nll times of. It uses up p.
func (m *machine) focused(q, p, nll group, f focus, x terms, weights func() group) (weight group) {
	m.mulBy(p, nll)
	if f.gamma == 2 {
		m.addTo(p, p)
		weight = m.mul(q, q)
	} else {
		m.mulBy(p, x.gamma)
		weight = m.power(q, x)
	}
	m.addTo(q, p)
	m.mulBy(weight, weights())
	m.mulBy(q, weight)
	return weight
}

// gentle is sigmoid(z) times its weight, of which nothing but the exponential is calculated: to 4e-7, and as that of -least or least
// beyond them. It uses up z.
func (m *machine) gentle(z group, weights func() group) group {
	low, high := m.held(least), m.held(-least)
	for i := range z { // NaN, which is a second operand, stays
		VMAXPS(z[i], low, z[i])
		VMINPS(z[i], high, z[i])
	}
	shifted := m.all(len(z), m.float(magic))
	for i := range z {
		m.emit(fma231, m.float(-log2e), m.float(-log2e), z[i], shifted[i])
	}
	n := m.sub(shifted, m.float(magic))
	for i := range z { // z becomes that less a multiple of log(2), of which an exponential of -z is a power of 2
		m.emit(fma231, m.float(ln2High), m.float(ln2High), n[i], z[i])
	}
	e := m.series(reciprocalSeries, z)
	for i := range e {
		VPSLLD(Imm(23), shifted[i], shifted[i])
		VPADDD(shifted[i], e[i], e[i])
	}
	m.addTo(e, m.float(1))
	m.divide(weights(), e)
	return e
}

// positive is max(z, 0); NaN stays.
func (m *machine) positive(z group) group {
	zero := m.zeros(1)[0]
	return m.each(len(z), func(i int, x reg.VecVirtual) { VMAXPS(z[i], zero, x) })
}

// negative is -|x|.
func (m *machine) negative(x group) group {
	return m.each(len(x), func(i int, y reg.VecVirtual) {
		if m.Wide() {
			VPORD(m.bits(signBit), x[i], y)
		} else {
			VORPS(m.bits(signBit), x[i], y)
		}
	})
}

// bySign swaps s and other in lanes where z is negative.
func (m *machine) bySign(z, s, other group) (q, p group) {
	for i := range z {
		x := m.Vector()
		if m.Wide() {
			k := K()
			VPMOVD2M(z[i], k)
			VBLENDMPS(other[i], s[i], k, x)
			VBLENDMPS(s[i], other[i], k, other[i])
		} else {
			VBLENDVPS(z[i], other[i], s[i], x)
			VBLENDVPS(z[i], s[i], other[i], other[i])
		}
		q, p = append(q, x), append(p, other[i])
	}
	return q, p
}

// power is q to half of t.count, by squaring.
func (m *machine) power(q group, t terms) group {
	*t.powers++
	label := func(name string) string { return fmt.Sprint(name, *t.powers) }
	x, square := m.all(len(q), m.float(1)), m.all(len(q), q)
	MOVQ(t.count, t.left)
	SHRQ(Imm(1), t.left)
	JNC(LabelRef(label("whole")))
	for i := range q {
		VSQRTPS(q[i], x[i])
	}
	Label(label("whole"))
	TESTQ(t.left, t.left)
	JZ(LabelRef(label("powered")))
	Label(label("bit"))
	SHRQ(Imm(1), t.left)
	JNC(LabelRef(label("square")))
	for i := range q {
		VMULPS(square[i], x[i], x[i])
	}
	Label(label("square"))
	for i := range q {
		VMULPS(square[i], square[i], square[i])
	}
	TESTQ(t.left, t.left)
	JNZ(LabelRef(label("bit")))
	Label(label("powered"))
	return x
}
