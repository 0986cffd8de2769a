package overlap

import "fmt"

// Reach returns a bit for each of the boxes, at most a block, whose IoU with a
// box is at least a number above 0. All must be tame, and Reach panics if there
// are more.
func Reach[B ~[4]float32](boxes []B, box B, least float32) (mask uint32) {
	if len(boxes) > Block {
		panic(fmt.Sprintf("overlap: Reach: %d boxes, at most %d are looked at together", len(boxes), Block))
	}
	t := Truth{Box: box, Best: least}
	t.Area = area(&t.Box)
	if len(boxes) == Block {
		if mask, ok := reachVectors(&boxes[0][0], &t); ok {
			return mask
		}
	}
	for i := range boxes {
		b := [4]float32(boxes[i])
		if exactIoU(&b, &t.Box, area(&b), t.Area) >= least {
			mask |= 1 << i
		}
	}
	return mask
}

// Tame reports whether a box's areas and their sums are finite: no coordinate is
// beyond 1e18.
func Tame[B ~[4]float32](b B) bool {
	corners := [4]float32(b)
	return isTame(&corners)
}
