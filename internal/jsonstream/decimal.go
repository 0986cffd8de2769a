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

// digits appends the digits of s from i on to those of v, and returns where
// they end. More than 19 overflow.
func digits(s []byte, i int, v uint64) (uint64, int) {
	for i+8 <= len(s) {
		w, ok := eightDigits(binary.LittleEndian.Uint64(s[i:]))
		if !ok {
			break
		}
		v = 1e8*v + w
		i += 8
	}
	for i < len(s) && s[i]-'0' <= 9 {
		v = 10*v + uint64(s[i]-'0')
		i++
	}
	return v, i
}

// eightDigits returns the number that eight characters, the first one lowest,
// write: neighbours are joined to pairs, pairs to fours, fours to the whole.
func eightDigits(c uint64) (v uint64, ok bool) {
	// A digit has the high half 3, also after adding 6.
	const halves, threes = 0xf0f0f0f0f0f0f0f0, 0x3030303030303030
	if c&halves != threes || (c+0x0606060606060606)&halves != threes {
		return 0, false
	}
	c -= threes
	c = (10*c + c>>8) & 0x00ff00ff00ff00ff
	c = (100*c + c>>16) & 0x0000ffff0000ffff
	return (10_000*c + c>>32) & 0xffffffff, true
}

// float64 returns the nearest float64, the even one of two as near. Below 2^53
// the mantissa, and up to 10^22 a power of ten, are float64s, whose quotient
// rounds once (Clinger, 1990).
func (p decimal) float64() float64 {
	var v float64
	if p.mantissa < 1<<53 {
		v = float64(p.mantissa) / float64(powers[p.fraction])
	} else {
		v = quotient(p.mantissa, powers[p.fraction])
	}
	if p.negative {
		v = -v
	}
	return v
}

// quotient returns m/n, rounded once, of two positive numbers. Both are shifted
// to fill 64 bits, so the quotient of integers has 62 or 63 bits; rounding it to
// 53 is right as its last bit stands for any remainder.
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
