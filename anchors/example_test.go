package anchors_test

import (
	"fmt"
	"math"

	"detsample/anchors"
)

// An image of two objects, one far smaller than any anchor: no anchor reaches
// the positive threshold with it, so its best one is forced.
func Example() {
	pyramid := anchors.Pyramid{
		Levels: []anchors.Level{{Stride: 8, Sizes: []float32{16}}, {Stride: 16, Sizes: []float32{32}}},
		Ratios: []float32{1},
		Offset: 0.5,
	}
	candidates := anchors.Candidates{Box: pyramid.Append(nil, 64, 64), Grid: pyramid.Grids(64, 64)}
	truth := anchors.Truth{
		Box:   []anchors.Box{{8, 8, 40, 40}, {50, 51, 56, 56}},
		Class: []int32{0, 1},
	}

	var a anchors.Assignment
	anchors.NewMaxIoU(0.5, 0.4).Assign(&a, &candidates, &truth)
	for i, gt := range a.GT {
		if gt >= 0 {
			fmt.Printf("anchor %d %v stands for object %d, IoU %.2f\n", i, candidates.Box[i], gt, a.IoU[i])
		}
	}
	// Output:
	// anchor 54 [44 44 60 60] stands for object 1, IoU 0.12
	// anchor 69 [8 8 40 40] stands for object 0, IoU 1.00
}

// A head's output becomes boxes: here, half a width to the right and twice as
// high.
func ExampleCoder_DecodeAll() {
	candidates := []anchors.Box{{0, 0, 16, 16}, {16, 0, 32, 16}}
	deltas := []float32{0, 0, 0, 0, 0.5, 0, 0, math.Ln2}
	boxes := make([]anchors.Box, len(candidates))
	anchors.NewCoder(1, 1, 1, 1).DecodeAll(boxes, candidates, deltas)
	fmt.Println(boxes)
	// Output: [[0 0 16 16] [24 -8 40 24]]
}
