// Package reuse keeps memory from one step to the next: buffers that grow to
// the largest batch they have seen and are then never allocated again.
package reuse

// Grow returns s with length n, in its own memory where that suffices. The
// elements are whatever was there before.
func Grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// Extend returns s with at least n elements. Those it has are kept, and with
// them the memory they own.
func Extend[T any](s []T, n int) []T {
	for len(s) < n {
		s = append(s, *new(T))
	}
	return s
}
