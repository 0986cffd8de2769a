package anchors

import (
	"cmp"
	"slices"
)

// Detection is a box that a detector reports.
type Detection struct {
	Box   Box
	Class int32
	Score float32
}

// SortByScore orders detections by falling score; equal scores keep their
// order.
func SortByScore(d []Detection) {
	slices.SortStableFunc(d, func(a, b Detection) int { return cmp.Compare(b.Score, a.Score) })
}

// NMS is greedy non-maximum suppression. It sorts d by score, drops every
// detection whose IoU with a kept, higher-scored one of the same class is
// above iou (strictly, as torchvision's nms), stops after keep detections,
// and returns the kept ones in d's memory, in falling score.
func NMS(d []Detection, iou float32, keep int) []Detection {
	SortByScore(d)
	kept := d[:0]
	for _, cand := range d {
		if len(kept) == keep {
			break
		}
		if !suppressed(cand, kept, iou) {
			kept = append(kept, cand)
		}
	}
	return kept
}

// suppressed reports whether a kept detection overlaps cand beyond iou.
//
// Most pairs are settled by their left and upper edges. Where the left edges
// are d apart, a strip of that width belongs to the union alone, so with an
// intersection at most as wide as the candidate, w, IoU <= w/(w+d): beyond iou
// only if d < w (1-iou)/iou. Likewise for the heights. The margin leaves to
// IoU what rounding could decide.
func suppressed(cand Detection, kept []Detection, iou float32) bool {
	x, y := cand.Box[0], cand.Box[1]
	reach := (1 - iou) / iou * 1.0001
	dx, dy := cand.Box.Width()*reach, cand.Box.Height()*reach
	for i := range kept {
		k := &kept[i]
		if ex, ey := k.Box[0]-x, k.Box[1]-y; ex > dx || ex < -dx || ey > dy || ey < -dy || k.Class != cand.Class {
			continue
		}
		if IoU(k.Box, cand.Box) > iou {
			return true
		}
	}
	return false
}
