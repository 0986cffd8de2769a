package overlap

import "math"

// Truth is a ground truth and the largest IoU that a box has with it.
type Truth struct {
	Box  [4]float32
	Area float32

	// Best is the largest IoU found, if the ground truth is Touched. Before, it
	// is the least number above 0, which every overlap reaches.
	Best        float32
	First, Last int32 // blocks between which, both included, all boxes are that have it
}

// least is the smallest number above 0.
const least = math.SmallestNonzeroFloat32

// Touched reports whether a box overlaps the ground truth.
func (t *Truth) Touched() bool { return t.Last >= 0 }

// raise lets the ground truth know of an IoU in a block.
func (t *Truth) raise(iou float32, block int32) {
	switch {
	case iou > t.Best:
		t.Best, t.First, t.Last = iou, block, block
	case iou == t.Best:
		t.First, t.Last = min(t.First, block), max(t.Last, block)
	}
}

// group holds the corners of 16 ground truths: all x1, then y1, x2 and y2.
type group [4][16]float32

// nowhere is a box that meets none, for the rest of the last group.
var nowhere = [4]float32{inf, inf, -inf, -inf}

var inf = float32(math.Inf(1))

// tame is the magnitude of coordinates up to which areas and their sums are
// finite.
const tame = 1e18

func isTame(b *[4]float32) bool {
	for _, v := range b {
		if magnitude(v) > magnitude(tame) {
			return false
		}
	}
	return true
}
