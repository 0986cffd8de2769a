package cocoeval

import "slices"

// bitset is a set of ranks.
type bitset []uint64

// resized returns an empty set for ranks below n, reusing b's memory.
func (b bitset) resized(n int) bitset {
	b = resize(b, (n+63)/64)
	clear(b)
	return b
}

func (b bitset) set(i int)   { b[i>>6] |= 1 << (i & 63) }
func (b bitset) clear(i int) { b[i>>6] &^= 1 << (i & 63) }

// resize returns a slice of length n, reusing s's memory; its content is
// whatever was there.
func resize[S ~[]E, E any](s S, n int) S {
	if n <= cap(s) {
		return s[:n]
	}
	return slices.Grow(s[:0], n)[:n]
}
