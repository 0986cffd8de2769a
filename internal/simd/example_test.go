package simd_test

import (
	"fmt"

	"detsample/internal/simd"
)

// The bias and activation of a layer of two channels at three positions.
func ExampleReLUBias() {
	x := []float32{1, 2, -3, 4, 5, -6}
	simd.ReLUBias(x, []float32{0.5, -3})
	fmt.Println(x)
	// Output: [1.5 0 0 1 5.5 0]
}
