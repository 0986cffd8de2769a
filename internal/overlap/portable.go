package overlap

// portable scans a block as the vector code does: where a coordinate is not
// tame, the summary says so and the rest is left to exact.
func (s *Scan[B]) portable(iou *[Block]float32, nearest *[Block]int32, summary *Summary, boxes *[Block]B, number int32) {
	*iou, *nearest = [Block]float32{}, [Block]int32{}
	hull, ok := enclose(boxes)
	*summary = Summary{Hull: hull}
	if !ok || s.wild {
		summary.Max = inf - inf
		return
	}
	met := s.meet(&hull)
	if len(met) == 0 {
		return
	}
	var areas [Block]float32
	for i := range boxes {
		b := [4]float32(boxes[i])
		areas[i] = area(&b)
	}
	for _, g := range met {
		t := &s.Truth[g]
		most := float32(0)
		for i := range boxes {
			v := tameIoU(boxes[i], &t.Box, areas[i], t.Area)
			if v > iou[i] {
				iou[i], nearest[i] = v, g
			}
			if v > most {
				most = v
			}
		}
		if most >= t.Best {
			t.raise(most, number)
		}
	}
	for _, v := range iou {
		summary.Max = max(summary.Max, v)
	}
}

// enclose returns the hull of a block and whether all coordinates are tame.
func enclose[B ~[4]float32](boxes *[Block]B) (hull [4]float32, ok bool) {
	hull, ok = boxes[0], true
	for i := range boxes {
		b := [4]float32(boxes[i])
		ok = ok && isTame(&b)
		hull[0], hull[1] = min(hull[0], b[0]), min(hull[1], b[1])
		hull[2], hull[3] = max(hull[2], b[2]), max(hull[3], b[3])
	}
	return hull, ok
}

// meet lists the ground truths that overlap a hull.
func (s *Scan[B]) meet(hull *[4]float32) []int32 {
	met := s.met[:0]
	for g := range s.Truth {
		b := &s.Truth[g].Box
		if hull[2] > b[0] && hull[3] > b[1] && hull[0] < b[2] && hull[1] < b[3] {
			met = append(met, int32(g))
		}
	}
	return met
}

// exact scans a block whatever its coordinates are.
func (s *Scan[B]) exact(iou *[Block]float32, nearest *[Block]int32, boxes *[Block]B, number int32) {
	for i := range boxes {
		b := [4]float32(boxes[i])
		own := area(&b)
		iou[i], nearest[i] = 0, 0
		for g := range s.Truth {
			t := &s.Truth[g]
			v := exactIoU(&b, &t.Box, own, t.Area)
			if v > iou[i] || g == 0 {
				iou[i], nearest[i] = v, int32(g)
			}
			if v > 0 {
				t.raise(v, number)
			}
		}
	}
}

// area returns width times height, and 0 for a degenerate or inverted box.
func area(b *[4]float32) float32 {
	w, h := b[2]-b[0], b[3]-b[1]
	if w <= 0 || h <= 0 {
		return 0
	}
	return float32(w * h)
}

// exactIoU returns the IoU of two boxes of the given areas.
func exactIoU(a, b *[4]float32, areaA, areaB float32) float32 {
	w := min(a[2], b[2]) - max(a[0], b[0])
	h := min(a[3], b[3]) - max(a[1], b[1])
	if w <= 0 || h <= 0 {
		return 0
	}
	inter := float32(w * h)
	if inter == 0 {
		return 0
	}
	return inter / (areaA + areaB - inter)
}

// tameIoU is exactIoU for finite numbers. The comparisons are those of min and
// max without the care that these take of NaN.
func tameIoU[B ~[4]float32](a B, b *[4]float32, areaA, areaB float32) float32 {
	left, top, right, bottom := a[0], a[1], a[2], a[3]
	if left >= b[2] || right <= b[0] || top >= b[3] || bottom <= b[1] {
		return 0
	}
	if b[0] > left {
		left = b[0]
	}
	if b[1] > top {
		top = b[1]
	}
	if b[2] < right {
		right = b[2]
	}
	if b[3] < bottom {
		bottom = b[3]
	}
	w, h := right-left, bottom-top
	if w <= 0 || h <= 0 {
		return 0
	}
	inter := float32(w * h)
	if inter == 0 {
		return 0
	}
	return inter / (areaA + areaB - inter)
}
