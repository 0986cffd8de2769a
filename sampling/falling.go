package sampling

import (
	"math"

	"detsample/anchors"
	"detsample/internal/sift"
)

// falling takes candidates in falling order of a value, of which only the first
// few are needed as a rule: the first of them are selected and sorted, and if
// they are used up, twice as many. Equal values come in ascending order of
// index, and NaN counts as infinite.
type falling struct {
	largest *sift.Selector
	list    []int32   // the candidates, ascending; if nil, those that are not ignored
	label   []int32   // of every candidate of the image, if there is no list
	value   []float32 // of every candidate of the image
	first   int       // how many are likely to be needed

	order []int32 // what is sorted
	taken int     // how many of these were taken
}

// next returns the next candidate, if there is one.
func (f *falling) next() (int32, bool) {
	if f.taken == len(f.order) {
		k := max(f.first, 2*f.taken)
		if f.list != nil {
			f.order = f.largest.FallingOf(f.list, f.value, k)
		} else {
			f.order = f.largest.Falling(f.value, f.label, notIgnored, k)
		}
		if f.taken == len(f.order) {
			return 0, false
		}
	}
	f.taken++
	return f.order[f.taken-1], true
}

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

// certain returns v, and infinity for NaN, so that values are ordered.
func certain(v float32) float32 {
	if v != v {
		return float32(math.Inf(1))
	}
	return v
}
