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
	var s Suppressor
	return s.NMS(d, iou, keep)
}

// Suppressor is the memory of repeated suppressions, which allocate nothing
// once warm.
type Suppressor struct{ index cornerIndex }

// NMS is as the function [NMS].
func (s *Suppressor) NMS(d []Detection, iou float32, keep int) []Detection {
	SortByScore(d)
	s.index.reset(d)
	kept := d[:0]
	for _, cand := range d {
		if len(kept) == keep {
			break
		}
		if !s.index.suppressed(cand, kept, iou) {
			s.index.add(cand.Box)
			kept = append(kept, cand)
		}
	}
	return kept
}
