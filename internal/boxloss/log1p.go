package boxloss

import "math"

const (
	rootHalf = 0x3fe6a09e667f3bcd // sqrt(1/2) as bits, the least fraction
	fraction = 1<<52 - 1

	// log(2), the first with as few digits as an exponent leaves room for.
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// Log1p is log(1+x) for finite x >= 0, to 1.2 units of the last digit, without the branches of package math's, so that a
// processor takes several at once.
//
// With 1+x = 2^k (1+f), sqrt(1/2) <= 1+f < sqrt(2) and s = f/(2+f), log(1+f) is a series in s^2 (FreeBSD's e_log.c); what
// rounding takes from 1+x is its derivative's.
func Log1p(x float64) float64 {
	y := 1 + x
	lost := x - (y - 1)
	bits := math.Float64bits(y) - rootHalf
	k := float64(int64(bits) >> 52)
	f := math.Float64frombits(bits&fraction+rootHalf) - 1
	s := f / (2 + f)
	z := s * s
	w := z * z
	odd := w * (0.3999999999940941908 + w*(0.2222219843214978396+w*0.1531383769920937332))
	even := z * (0.6666666666666735130 + w*(0.2857142874366239149+w*(0.1818357216161805012+w*0.1479819860511658591)))
	half := 0.5 * f * f
	return k*ln2High - ((half - (s*(half+odd+even) + (k*ln2Low + lost/y))) - f)
}
