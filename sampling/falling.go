package sampling

import (
	"math"

	"detsample/anchors"
)

// falling takes candidates in falling order of a value, by a heap over all of
// them: O(n) to build and O(log n) for each that is taken, which beats sorting
// where only the first few hundred of many are needed. Equal values come in
// ascending order of index, and NaN counts as infinite.
type falling struct {
	index []int32   // the candidates, consumed
	value []float32 // of every candidate of the image
}

// order makes the heap.
func (f *falling) order() {
	for i := len(f.index)/2 - 1; i >= 0; i-- {
		f.down(i)
	}
}

// next removes and returns the first candidate, of which there must be one.
func (f *falling) next() int32 {
	first, last := f.index[0], len(f.index)-1
	f.index[0] = f.index[last]
	f.index = f.index[:last]
	f.down(0)
	return first
}

func (f *falling) before(a, b int32) bool {
	x, y := certain(f.value[a]), certain(f.value[b])
	return x > y || x == y && a < b
}

func (f *falling) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(f.index) {
			return
		}
		if child+1 < len(f.index) && f.before(f.index[child+1], f.index[child]) {
			child++
		}
		if !f.before(f.index[child], f.index[i]) {
			return
		}
		f.index[i], f.index[child] = f.index[child], f.index[i]
		i = child
	}
}

// suppress appends to dst the first k candidates in falling order, without
// those whose IoU with an earlier one of the same label is above iou; without
// labels all are the same.
func suppress(dst []int32, order falling, box []anchors.Box, label []int32, iou float32, k int) []int32 {
	order.order()
	for len(dst) < k && len(order.index) > 0 {
		i := order.next()
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

// certain returns v, and infinity for NaN, so that values are ordered.
func certain(v float32) float32 {
	if v != v {
		return float32(math.Inf(1))
	}
	return v
}
