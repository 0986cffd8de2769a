package sift

import "detsample/internal/reuse"

// Merge returns, in dst's memory, the union of two ascending lists that share
// nothing, ascending. It copies runs: a few among many cost little more than
// copying the many.
func Merge(dst, a, b []int32) []int32 {
	dst = reuse.Grow(dst, len(a)+len(b))
	n := 0
	for len(a) > 0 && len(b) > 0 {
		if a[0] > b[0] {
			a, b = b, a
		}
		run := below(a, b[0])
		n += copy(dst[n:], a[:run])
		a = a[run:]
	}
	n += copy(dst[n:], a)
	copy(dst[n:], b)
	return dst
}

// below returns how many of an ascending list, of which the first is, are below
// a limit. It looks near the front first and twice as far each time.
func below(list []int32, limit int32) int {
	low, high := 0, 1 // list[low] is below
	for high < len(list) && list[high] < limit {
		low, high = high, 2*high
	}
	high = min(high, len(list))
	for high-low > 1 {
		if middle := (low + high) / 2; list[middle] < limit {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}
