package overlap

// Ties returns a bit for each box of a block, the first the lowest: whether
// its IoU with ground truth g, which must be Touched, is the ground truth's
// Best. iou and summary are what Nearest filled in for the block.
func (s *Scan[B]) Ties(g int, iou []float32, summary *Summary, boxes []B) uint32 {
	t := &s.Truth[g]
	if summary.Max < t.Best || !summary.Meets(&t.Box) {
		return 0
	}
	if len(boxes) == Block && summary.Max == summary.Max {
		if mask, ok := tiesVectors(&boxes[0][0], t); ok {
			return mask
		}
	}
	mask := uint32(0)
	for i, v := range iou {
		// A box's largest IoU bounds what any ground truth gets from it.
		if v < t.Best {
			continue
		}
		b := [4]float32(boxes[i])
		if exactIoU(&b, &t.Box, area(&b), t.Area) == t.Best {
			mask |= 1 << i
		}
	}
	return mask
}
