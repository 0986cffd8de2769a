package sampling

import "detsample/anchors"

// suppress appends to dst the first k candidates in falling order, without
// those whose IoU with an earlier one of the same label is above iou; without
// labels all are the same.
func suppress(dst []int32, order *falling, box []anchors.Box, label []int32, iou float32, k int) []int32 {
	for len(dst) < k {
		i, ok := order.next()
		if !ok {
			break
		}
		if leader(dst, box, i, func(at int32, v float32) bool {
			return v > iou && (label == nil || label[at] == label[i])
		}) < 0 {
			dst = append(dst, i)
		}
	}
	return dst
}

// leader returns the place among kept of the first whose IoU with candidate i
// is too high, or -1.
func leader(kept []int32, box []anchors.Box, i int32, tooHigh func(at int32, iou float32) bool) int {
	b := box[i]
	for place, at := range kept {
		k := &box[at]
		if k[0] < b[2] && b[0] < k[2] && k[1] < b[3] && b[1] < k[3] && tooHigh(at, anchors.IoU(*k, b)) {
			return place
		}
	}
	return -1
}
