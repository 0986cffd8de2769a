package anchors

import "math"

// sizeClass is a range of lengths.
type sizeClass struct {
	longest float64 // above all of them
	reach   float64 // of a box at least that long
	perCell float64 // cells per pixel: a cell is as long as the reach
}

// span is what a search visits along an axis: the size classes from first to
// last, in each of which the cells differ.
type span struct {
	centre, length float64
	first, last    int
}

// admit reports whether no kept detection suppresses d, which is kept then.
func (x *suppressionIndex) admit(d *Detection) bool {
	if x.mode == never {
		return true
	}
	e := entry{box: d.Box, area: d.Box.Area(), class: d.Class}
	if x.mode == anywhere {
		return x.admitTo(&x.entries, &e)
	}
	if !(e.area > 0 && e.area <= math.MaxFloat32) {
		return true // its IoU with anything is 0 or NaN
	}
	across, down := x.span(e.box[0], e.box[2]), x.span(e.box[1], e.box[3])
	if x.suppressed(&e, across, down) || e.area < tinyArea && !x.admitTo(&x.tiny, &e) {
		return false
	}
	x.add(e, across, down)
	return true
}

// admitTo adds a detection to a list unless one of the list suppresses it.
func (x *suppressionIndex) admitTo(kept *[]entry, e *entry) bool {
	for i := range *kept {
		if k := &(*kept)[i]; k.class == e.class && IoU(k.box, e.box) > x.iou {
			return false
		}
	}
	*kept = append(*kept, *e)
	return true
}

func (x *suppressionIndex) span(low, high float32) span {
	length := float64(high - low)
	return span{
		centre: (float64(low) + float64(high)) / 2,
		length: length,
		first:  x.classOf(float32(length * x.similar)),
		last:   x.classOf(float32(length / x.similar)),
	}
}

// classOf returns the size class of a length.
func (x *suppressionIndex) classOf(length float32) int {
	return int(math.Float32bits(length)>>23) / x.octaves
}

// cells returns the cells of a size class in which a centre may be.
func (s *span) cells(c *sizeClass, reach float64) (from, to int64) {
	r := min(c.reach, reach*s.length)
	return int64(math.Floor((s.centre - r) * c.perCell)), int64(math.Floor((s.centre + r) * c.perCell))
}

// suppressed reports whether a kept detection overlaps the candidate beyond the
// threshold.
func (x *suppressionIndex) suppressed(e *entry, across, down span) bool {
	for w := across.first; w <= across.last; w++ {
		left, right := across.cells(&x.size[w], x.reach)
		for h := down.first; h <= down.last; h++ {
			top, bottom := down.cells(&x.size[h], x.reach)
			for row := top; row <= bottom; row++ {
				for column := left; column <= right; column++ {
					for i := x.bucket[x.hash(e.class, w, h, column, row)]; i > 0; {
						kept := &x.entries[i-1]
						if x.suppresses(kept, e) {
							return true
						}
						i = kept.next
					}
				}
			}
		}
	}
	return false
}

// suppresses reports whether two detections are of one class and their IoU is
// beyond the threshold.
func (x *suppressionIndex) suppresses(kept, e *entry) bool {
	if kept.class != e.class {
		return false
	}
	// If both are negative they pass for an overlap, which IoU sorts out.
	a, b := &kept.box, &e.box
	w, h := min(a[2], b[2])-max(a[0], b[0]), min(a[3], b[3])-max(a[1], b[1])
	if w*h*(1+x.sure) <= x.sure*(kept.area+e.area) {
		return false
	}
	return IoU(kept.box, e.box) > x.iou
}

// add puts a kept detection into its bucket.
func (x *suppressionIndex) add(e entry, across, down span) {
	w, h := x.classOf(float32(across.length)), x.classOf(float32(down.length))
	column, row := math.Floor(across.centre*x.size[w].perCell), math.Floor(down.centre*x.size[h].perCell)
	b := &x.bucket[x.hash(e.class, w, h, int64(column), int64(row))]
	e.next = *b
	x.entries = append(x.entries, e)
	*b = int32(len(x.entries))
}

// hash returns a bucket, by odd multipliers without a pattern.
func (x *suppressionIndex) hash(class int32, width, height int, column, row int64) uint64 {
	h := uint64(column)*0x9e3779b97f4a7c15 + uint64(row)*0xc2b2ae3d27d4eb4f +
		uint64(width)*0xd6e8feb86659fd93 + uint64(height)*0xa0761d6478bd642f + uint64(class)*0xe7037ed1a0b428db
	return h >> x.shift
}
