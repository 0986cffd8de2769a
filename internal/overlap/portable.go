package overlap

import "math"

// portable scans a block as the vector code does. If a coordinate is not tame,
// the summary says so and exact does the rest.
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
	c := transpose(boxes)
	for _, g := range met {
		t := &s.Truth[g]
		most := c.overlap(iou, nearest, t, g)
		if most > summary.Max {
			summary.Max = most
		}
		if most >= t.Best {
			t.raise(most, number)
		}
	}
}

// enclose returns the hull of a block and whether all coordinates are tame.
func enclose[B ~[4]float32](boxes *[Block]B) (hull [4]float32, ok bool) {
	left, top, right, bottom := boxes[0][0], boxes[0][1], boxes[0][2], boxes[0][3]
	largest := int32(0)
	for i := range boxes {
		b := [4]float32(boxes[i])
		if b[0] < left {
			left = b[0]
		}
		if b[1] < top {
			top = b[1]
		}
		if b[2] > right {
			right = b[2]
		}
		if b[3] > bottom {
			bottom = b[3]
		}
		for _, v := range b {
			largest = max(largest, magnitude(v))
		}
	}
	return [4]float32{left, top, right, bottom}, largest <= magnitude(tame)
}

// magnitude returns a number that grows with |v| and is largest for NaN.
func magnitude(v float32) int32 { return int32(math.Float32bits(v) &^ (1 << 31)) }

// candidates are a block's boxes, by coordinate. The upper left corners are
// negated: max is dearer than min on some machines. Boxes without area have
// the area 1, which keeps quotients from being 0/0.
type candidates struct{ left, top, right, bottom, area [Block]float32 }

func transpose[B ~[4]float32](boxes *[Block]B) (c candidates) {
	for i := range boxes {
		b := [4]float32(boxes[i])
		c.left[i], c.top[i], c.right[i], c.bottom[i], c.area[i] = -b[0], -b[1], b[2], b[3], area(&b)
		if c.area[i] == 0 {
			c.area[i] = 1
		}
	}
	return c
}

// overlap raises the candidates' largest IoU by that with ground truth g, and
// returns the largest of these. It computes exactIoU without branches, which
// would be mispredicted: numbers that are not negative compare as their bits
// do, and a sign bit says that boxes do not meet.
func (c *candidates) overlap(iou *[Block]float32, nearest *[Block]int32, t *Truth, g int32) float32 {
	left, top, right, bottom := -t.Box[0], -t.Box[1], t.Box[2], t.Box[3]
	most := int32(0)
	for i := range iou {
		w := min(c.right[i], right) + min(c.left[i], left)
		h := min(c.bottom[i], bottom) + min(c.top[i], top)
		apart := int32(math.Float32bits(w)|math.Float32bits(h)) >> 31
		inter := math.Float32frombits(math.Float32bits(w*h) &^ uint32(apart))
		v := int32(math.Float32bits(inter / (c.area[i] + t.Area - inter)))
		best, at := int32(math.Float32bits(iou[i])), nearest[i]
		if v > best {
			best, at = v, g
		}
		iou[i], nearest[i] = math.Float32frombits(uint32(best)), at
		most = max(most, v)
	}
	return math.Float32frombits(uint32(most))
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
