package anchors

import (
	"math"

	"detsample/internal/reuse"
	"detsample/internal/sift"
)

// Detection is a box that a detector reports.
type Detection struct {
	Box   Box
	Class int32
	Score float32
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
type Suppressor struct {
	keys   []uint32
	order  []int32
	sorter sift.Sorter
	sorted []Detection
	index  suppressionIndex
}

// NMS is as the function [NMS].
func (s *Suppressor) NMS(d []Detection, iou float32, keep int) []Detection {
	sorted := s.sort(d)
	s.index.reset(len(d), iou, keep)
	kept := d[:0]
	for i := range sorted {
		if len(kept) == keep {
			break
		}
		if s.index.admit(&sorted[i]) {
			kept = append(kept, sorted[i])
		}
	}
	return kept
}

// sort returns the detections by falling score, where equal scores keep their
// order and NaN comes last: d itself if they are in that order, as a head's best
// are, otherwise a copy.
func (s *Suppressor) sort(d []Detection) []Detection {
	if inOrder(d) {
		return d
	}
	s.keys = reuse.Grow(s.keys, len(d))
	for i := range d {
		s.keys[i] = fallingKey(d[i].Score)
	}
	s.order = s.sorter.Order(s.order, s.keys)
	s.sorted = reuse.Grow(s.sorted, len(d))
	for i, from := range s.order {
		s.sorted[i] = d[from]
	}
	return s.sorted
}

func inOrder(d []Detection) bool {
	for i := 1; i < len(d); i++ {
		if !(d[i-1].Score >= d[i].Score) {
			return false
		}
	}
	return true
}

// fallingKey returns a number that rises where the score falls, -0 being 0, and
// is highest for NaN.
func fallingKey(score float32) uint32 {
	if score != score {
		return math.MaxUint32
	}
	b := math.Float32bits(score + 0) // -0 + 0 is 0
	return ^(b ^ (uint32(int32(b)>>31) | 1<<31))
}
