package sift_test

import (
	"fmt"

	"detsample/internal/sift"
)

// The two hardest negatives (-1), with the ignored (-2) and a positive aside.
func ExampleSelector_Largest() {
	hardness := []float32{0.3, 0.9, 0.1, 0.8, 0.7}
	label := []int32{-1, -2, -1, 0, -1}
	var s sift.Selector
	fmt.Println(s.Largest(hardness, label, sift.Labels{Low: -1, High: -1}, 2))
	fmt.Println(s.Falling(hardness, label, sift.Labels{Low: -1, High: -1}, 2))
	// Output:
	// [0 4]
	// [4 0]
}
