package jsonstream

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// decimal is a number without an exponent: mantissa / 10^fraction.
type decimal struct {
	mantissa uint64
	fraction int // digits after the point, at most 19
	length   int // in bytes
	negative bool
}

// scanDecimal reads what nearly every number of a file is, a decimal of at most
// 19 digits. It reports false where s starts with anything else or ends before
// it is sure that the number does.
func scanDecimal(s []byte) (p decimal, ok bool) {
	i := 0
	if len(s) > 0 && s[0] == '-' {
		p.negative, i = true, 1
	}
	start := i
	p.mantissa, i = digits(s, i, 0)
	whole := i - start
	if whole == 0 || whole > 1 && s[start] == '0' {
		return p, false
	}
	if i < len(s) && s[i] == '.' {
		i++
		point := i
		p.mantissa, i = digits(s, i, p.mantissa)
		if p.fraction = i - point; p.fraction == 0 {
			return p, false
		}
	}
	p.length = i
	return p, whole+p.fraction <= 19 && i < len(s) && !partOfWord[s[i]]
}

// digits appends the digits of s from i on to v, and returns where they end.
// More than 19 overflow.
func digits(s []byte, i int, v uint64) (uint64, int) {
	for i+8 <= len(s) {
		w, n := leadingDigits(binary.LittleEndian.Uint64(s[i:]))
		v = powers[n]*v + w
		i += n
		if n < 8 {
			return v, i
		}
	}
	for i < len(s) && s[i]-'0' <= 9 {
		v = 10*v + uint64(s[i]-'0')
		i++
	}
	return v, i
}

// leadingDigits returns the number that the leading digits of eight characters
// write, the first character in the lowest byte, and how many digits there are.
// Instead of a loop, neighbours are joined to pairs, pairs to fours, and fours
// to the whole.
func leadingDigits(c uint64) (v uint64, n int) {
	// The upper half of a digit is 3, and still is when 6 is added.
	const upper, three, six = 0xf0f0f0f0f0f0f0f0, 0x3030303030303030, 0x0606060606060606
	other := ((c ^ three) | ((c + six) ^ three)) & upper
	n = bits.TrailingZeros64(other) / 8
	c = (c - three) << uint(64-8*n) // leading zeros in place of what is no digit
	c = (10*c + c>>8) & 0x00ff00ff00ff00ff
	c = (100*c + c>>16) & 0x0000ffff0000ffff
	return (10_000*c + c>>32) & 0xffffffff, n
}

// float64 returns the nearest float64, the even one of two that are equally
// near.
func (p decimal) float64() float64 {
	v := quotient(p.mantissa, powers[p.fraction])
	if p.negative {
		v = -v
	}
	return v
}

// quotient returns m/n, rounded once. Shifted to fill 64 bits, m/4 times 2^64
// over n has 62 or 63 bits; rounding those to 53 is right, as the last one stands
// for any remainder, and so is the scaling by a power of two.
func quotient(m, n uint64) float64 {
	up, down := bits.LeadingZeros64(m), bits.LeadingZeros64(n)
	m <<= up
	q, rest := bits.Div64(m>>2, m<<62, n<<down)
	if rest != 0 {
		q |= 1
	}
	return float64(int64(q)) * math.Float64frombits(uint64(1023+down-up-62)<<52)
}

var powers = func() (p [20]uint64) {
	p[0] = 1
	for i := range p[1:] {
		p[i+1] = 10 * p[i]
	}
	return p
}()
