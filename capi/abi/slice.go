package abi

import (
	"unsafe"

	"detsample/anchors"
)

// slice returns n elements of the caller's as they lie; nil where the pointer
// is.
func slice[T any](p *T, n int64) []T {
	if p == nil {
		return nil
	}
	return unsafe.Slice(p, n)
}

// boxes returns n boxes of the caller's, (n, 4).
func boxes(p *float32, n int64) []anchors.Box {
	if p == nil {
		return nil
	}
	return unsafe.Slice((*anchors.Box)(unsafe.Pointer(p)), n)
}

// put copies a list to a buffer of the caller's, unless that is NULL.
func put[T any](p *T, from []T) {
	if p != nil {
		copy(unsafe.Slice(p, len(from)), from)
	}
}

// putBoxes copies boxes to a buffer of the caller's, unless that is NULL.
func putBoxes(p *float32, from []anchors.Box) {
	copy(boxes(p, int64(len(from))), from)
}
