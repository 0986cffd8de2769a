package overlap_test

import (
	"fmt"

	"detsample/internal/overlap"
)

func ExampleScan() {
	boxes := [][4]float32{{0, 0, 10, 10}, {5, 0, 15, 10}, {50, 50, 60, 60}}
	truth := [][4]float32{{0, 0, 10, 5}, {6, 0, 14, 10}}
	iou, nearest, summary := make([]float32, 3), make([]int32, 3), make([]overlap.Summary, overlap.Blocks(3))

	var s overlap.Scan[[4]float32]
	s.Reset(truth)
	s.Nearest(iou, nearest, summary, boxes, 0)
	fmt.Println(iou, nearest)
	fmt.Println(s.Truth[0].Best, s.Truth[1].Best)
	// Output:
	// [0.5 0.8 0] [0 1 0]
	// 0.5 0.8
}
