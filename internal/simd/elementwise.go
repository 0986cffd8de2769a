package simd

import "fmt"

// Add adds src to dst, element by element. It panics if their lengths differ.
func Add(dst, src []float32) {
	if len(dst) != len(src) {
		panic(fmt.Sprintf("simd: Add: %d and %d elements", len(dst), len(src)))
	}
	n := addVectors(dst, src)
	for i, x := range src[n:] {
		dst[n+i] += x
	}
}

// ReLUBackward turns the gradient by the output of a rectified linear unit into the one by its input: grad is set to 0
// where out <= 0. It panics if their lengths differ.
func ReLUBackward(grad, out []float32) {
	if len(grad) != len(out) {
		panic(fmt.Sprintf("simd: ReLUBackward: %d gradients of %d outputs", len(grad), len(out)))
	}
	n := reluBackwardVectors(grad, out)
	for i, y := range out[n:] {
		if y <= 0 {
			grad[n+i] = 0
		}
	}
}
