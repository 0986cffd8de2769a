package sift

import "math"

// key returns a number whose order is that of the values, with -0 as 0 and NaN
// as infinity.
func key(v float32) uint32 {
	if v != v {
		v = float32(math.Inf(1))
	}
	b := math.Float32bits(v + 0) // -0 + 0 is 0
	return b ^ (uint32(int32(b)>>31) | 1<<31)
}

// value is the inverse of key.
func value(k uint32) float32 {
	if k>>31 == 0 {
		return math.Float32frombits(^k)
	}
	return math.Float32frombits(k &^ (1 << 31))
}
