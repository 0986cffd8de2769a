package cocoeval

// pair is a ground truth of the image, by its place there, and its overlap
// with a detection.
type pair struct {
	gt  int32
	iou float64
}

// overlaps holds, for the detections of one image that overlap any ground
// truth enough to matter, the ground truths in the given order.
type overlaps struct {
	found []found
	pairs []pair
}

// found is a detection by rank with its pairs[first:end].
type found struct{ rank, first, end int32 }

// compute finds the pairs that reach the lowest threshold; no other can be
// matched at any threshold.
func (o *overlaps) compute(allGT []GroundTruth, gts []int32, allDT []Detection, dtOf, ranks []int32, lowest float64) {
	o.found, o.pairs = o.found[:0], o.pairs[:0]
	lowest = min(lowest, 1-1e-10)
	for _, rank := range ranks {
		d := &allDT[dtOf[rank]]
		first := int32(len(o.pairs))
		for i, g := range gts {
			if iou := overlap(&d.Box, &allGT[g].Box, allGT[g].Crowd); iou >= lowest {
				o.pairs = append(o.pairs, pair{int32(i), iou})
			}
		}
		if end := int32(len(o.pairs)); end > first {
			o.found = append(o.found, found{rank, first, end})
		}
	}
}

// overlap returns |d∩g| / |d∪g|, or |d∩g| / |d| for a crowd, in the order of
// operations of pycocotools' bbIou; the conversion keeps the product from
// being fused into the subtraction.
func overlap(d, g *[4]float64, crowd bool) float64 {
	w := min(d[2]+d[0], g[2]+g[0]) - max(d[0], g[0])
	if w <= 0 {
		return 0
	}
	h := min(d[3]+d[1], g[3]+g[1]) - max(d[1], g[1])
	if h <= 0 {
		return 0
	}
	shared := float64(w * h)
	if shared == 0 { // underflow
		return 0
	}
	area := float64(d[2] * d[3])
	if crowd {
		return shared / area
	}
	return shared / (area + float64(g[2]*g[3]) - shared)
}
