package overlap

import (
	"fmt"

	"detsample/internal/reuse"
)

// Block is the number of boxes that are looked at together.
const Block = 32

// Blocks returns the number of blocks of n boxes.
func Blocks(n int) int { return (n + Block - 1) / Block }

// Summary says what is known about a block without looking at its boxes.
type Summary struct {
	Hull [4]float32 // encloses all boxes
	Max  float32    // their largest IoU; NaN where a coordinate is not tame, and Hull means nothing
}

// Meets reports whether a box may overlap boxes of the block.
func (s *Summary) Meets(b *[4]float32) bool {
	return s.Max != s.Max || s.Hull[2] > b[0] && s.Hull[0] < b[2] && s.Hull[3] > b[1] && s.Hull[1] < b[3]
}

// Scan holds the ground truths that boxes are compared with, and the scan's
// scratch memory. The zero value is ready for Reset.
type Scan[B ~[4]float32] struct {
	Truth []Truth

	groups []group
	met    []int32
	wild   bool // a ground truth's coordinate is not tame

	boxes   [Block]B // the last block, filled up with its last box
	iou     [Block]float32
	nearest [Block]int32
}

// Reset begins a scan: no box has been seen.
func (s *Scan[B]) Reset(truth []B) {
	s.Truth = reuse.Grow(s.Truth, len(truth))
	s.groups = reuse.Grow(s.groups, max(1, (len(truth)+15)/16))
	s.met = reuse.Grow(s.met, 16*len(s.groups)+16)
	s.wild = false
	for g := range 16 * len(s.groups) {
		b := nowhere
		if g < len(truth) {
			b = truth[g]
			s.Truth[g] = Truth{Box: b, Area: area(&b), Best: least, Last: -1}
			s.wild = s.wild || !isTame(&b)
		}
		for k, v := range b {
			s.groups[g/16][k][g%16] = v
		}
	}
}

// Nearest fills in each box's largest IoU with a ground truth and the ground
// truth that it is with, the first among equals and so 0 where the box
// overlaps none. It raises the ground truths' Best and summarises the blocks,
// the first of which has the number first.
//
// An IoU that is not a number counts as the largest if it is with ground
// truth 0, and otherwise does not count.
func (s *Scan[B]) Nearest(iou []float32, nearest []int32, summary []Summary, boxes []B, first int) {
	if len(iou) != len(boxes) || len(nearest) != len(boxes) || len(summary) != Blocks(len(boxes)) {
		panic(fmt.Sprintf("overlap: Nearest: %d overlaps, %d ground truths and %d summaries for %d boxes", len(iou), len(nearest), len(summary), len(boxes)))
	}
	whole := len(boxes) / Block
	n := whole * Block
	s.blocks(iou[:n], nearest[:n], summary[:whole], boxes[:n], first)
	if n == len(boxes) {
		return
	}
	rest := copy(s.boxes[:], boxes[n:])
	for i := rest; i < Block; i++ {
		s.boxes[i] = s.boxes[rest-1]
	}
	s.blocks(s.iou[:], s.nearest[:], summary[whole:], s.boxes[:], first+whole)
	copy(iou[n:], s.iou[:])
	copy(nearest[n:], s.nearest[:])
}

// blocks is Nearest for whole blocks.
func (s *Scan[B]) blocks(iou []float32, nearest []int32, summary []Summary, boxes []B, first int) {
	if len(summary) == 0 {
		return
	}
	vectors := !s.wild && scanVectors(&boxes[0][0], len(summary), first, s.Truth, s.groups, s.met, iou, nearest, &summary[0])
	for k := range summary {
		at := k * Block
		iou, nearest := (*[Block]float32)(iou[at:]), (*[Block]int32)(nearest[at:])
		boxes := (*[Block]B)(boxes[at:])
		if !vectors {
			s.portable(iou, nearest, &summary[k], boxes, int32(first+k))
		}
		if summary[k].Max != summary[k].Max {
			s.exact(iou, nearest, boxes, int32(first+k))
		}
	}
}
