package dump

import (
	"encoding/binary"
	"math"
)

// element is how one number of a tensor is stored.
type element struct {
	name string // as numpy calls it
	kind byte   // 'f' float, 'b' bfloat16, 'i' signed, 'u' unsigned or boolean
	size int    // bytes
	big  bool   // big endian
}

// text is the kind of a string, which only attributes are.
const text = 'U'

func (e element) integral() bool { return e.kind == 'i' || e.kind == 'u' }

// bits returns the stored bits of a number.
func (e element) bits(b []byte) uint64 {
	switch e.size {
	case 1:
		return uint64(b[0])
	case 2:
		if e.big {
			return uint64(binary.BigEndian.Uint16(b))
		}
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		if e.big {
			return uint64(binary.BigEndian.Uint32(b))
		}
		return uint64(binary.LittleEndian.Uint32(b))
	}
	if e.big {
		return binary.BigEndian.Uint64(b)
	}
	return binary.LittleEndian.Uint64(b)
}

// float returns a number as the nearest float64.
func (e element) float(b []byte) float64 {
	bits := e.bits(b)
	switch {
	case e.kind == 'f' && e.size == 2:
		return half(uint16(bits))
	case e.kind == 'b':
		return float64(math.Float32frombits(uint32(bits) << 16))
	case e.kind == 'f' && e.size == 4:
		return float64(math.Float32frombits(uint32(bits)))
	case e.kind == 'f':
		return math.Float64frombits(bits)
	case e.kind == 'u':
		return float64(bits)
	}
	return float64(e.signed(bits))
}

// integer returns a number as an integer, and whether it is one.
func (e element) integer(b []byte) (int64, bool) {
	if e.kind == 'i' {
		return e.signed(e.bits(b)), true
	}
	if e.kind == 'u' {
		bits := e.bits(b)
		return int64(bits), bits <= math.MaxInt64
	}
	f := e.float(b)
	if f != math.Trunc(f) || math.Abs(f) >= 1<<53 { // NaN fails the first
		return 0, false
	}
	return int64(f), true
}

func (e element) signed(bits uint64) int64 {
	shift := 64 - 8*e.size
	return int64(bits<<shift) >> shift
}

// half returns the value of an IEEE 754 half-precision number.
func half(bits uint16) float64 {
	sign := 1.0
	if bits>>15 != 0 {
		sign = -1
	}
	exponent, fraction := int(bits>>10&31), float64(bits&1023)
	switch {
	case exponent == 0:
		return sign * math.Ldexp(fraction, -24)
	case exponent < 31:
		return sign * math.Ldexp(1024+fraction, exponent-25)
	case fraction == 0:
		return sign * math.Inf(1)
	}
	return math.NaN()
}

// floats decodes the numbers stored in raw to dst.
func (e element) floats(dst []float32, raw []byte) {
	if e.kind == 'f' && e.size == 4 && !e.big {
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
		return
	}
	for i := range dst {
		dst[i] = float32(e.float(raw[i*e.size:]))
	}
}
