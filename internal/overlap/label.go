package overlap

import "fmt"

// Label labels candidates by their largest IoU v, in the order of the cases:
//
//	v >= positive                 nearest, the ground truth that it is with
//	v >= negative or v < floor    -2, ignored
//	otherwise, also for NaN       -1, negative
//
// It panics if the lengths differ.
func Label(label, nearest []int32, iou []float32, positive, negative, floor float32) {
	if len(nearest) != len(label) || len(iou) != len(label) {
		panic(fmt.Sprintf("overlap: Label: %d labels, %d ground truths and %d overlaps", len(label), len(nearest), len(iou)))
	}
	n := labelVectors(label, nearest, iou, positive, negative, floor)
	labelPortable(label[n:], nearest[n:], iou[n:], positive, negative, floor)
}

func labelPortable(label, nearest []int32, iou []float32, positive, negative, floor float32) {
	for i, v := range iou {
		switch {
		case v >= positive:
			label[i] = nearest[i]
		case v >= negative || v < floor:
			label[i] = -2
		default:
			label[i] = -1
		}
	}
}
