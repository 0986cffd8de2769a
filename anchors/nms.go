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

// suppressed reports whether a kept detection overlaps cand beyond iou. IoU
// cannot exceed the ratio of the areas, which is cheaper and settles most
// pairs; the margin leaves the ones that rounding could decide to IoU.
func suppressed(cand Detection, kept []Detection, iou float32) bool {
	area := cand.Box.Area()
	least, most := area*iou*0.9999, area*1.0001
	for i := range kept {
		k := &kept[i]
		if k.Class != cand.Class {
			continue
		}
		if a := k.Box.Area(); a < least || a*iou > most {
			continue
		}
		if IoU(k.Box, cand.Box) > iou {
			return true
		}
	}
	return false
}
