package overlap

// Extent is the range of the centres and sizes of boxes that follow one another,
// which on a pyramid are neighbours.
type Extent struct {
	Low, High [4]float32 // of x, y, width and height
	Hull      [4]float32
}

// AppendExtents appends the extents of the boxes, a block at a time, and reports
// whether all boxes are tame. An extent of boxes of which one has a coordinate
// that is no number has none either.
func AppendExtents[B ~[4]float32](dst []Extent, boxes []B) ([]Extent, bool) {
	allTame := true
	for len(boxes) > 0 {
		some := boxes[:min(Block, len(boxes))]
		boxes = boxes[len(some):]
		dst = append(dst, Extent{})
		e := &dst[len(dst)-1]
		if len(some) == Block && extentVectors(&some[0][0], e) {
			continue
		}
		*e = extentOf(some)
		for i := range some {
			allTame = allTame && Tame(some[i])
		}
	}
	return dst, allTame
}

func extentOf[B ~[4]float32](boxes []B) Extent {
	first := Shape(boxes[0])
	e := Extent{first, first, boxes[0]}
	for _, b := range boxes[1:] {
		shape := Shape(b)
		e.Join(&Extent{shape, shape, b})
	}
	return e
}

// Shape returns the centre, the width and the height of a box.
func Shape[B ~[4]float32](b B) [4]float32 {
	return [4]float32{0.5 * (b[0] + b[2]), 0.5 * (b[1] + b[3]), b[2] - b[0], b[3] - b[1]}
}

// Join takes in another extent.
func (e *Extent) Join(o *Extent) {
	for k := range e.Low {
		e.Low[k], e.High[k] = min(e.Low[k], o.Low[k]), max(e.High[k], o.High[k])
	}
	for k := range 2 {
		e.Hull[k], e.Hull[2+k] = min(e.Hull[k], o.Hull[k]), max(e.Hull[2+k], o.Hull[2+k])
	}
}

// Away returns how far v lies outside the range of measure k, and 0 inside. It
// is no number where the range or v is none.
func (e *Extent) Away(k int, v float32) float32 {
	return max(e.Low[k]-v, v-e.High[k], 0)
}

// Finite reports whether the range has two ends.
func (e *Extent) Finite() bool {
	sum := float32(0)
	for k := range e.Low {
		sum += 0*e.Low[k] + 0*e.High[k]
	}
	return sum == 0
}

// beyondRounding is by how much a bound of IoU is larger than what is computed,
// the order of the operations being another.
const beyondRounding = 1 + 1e-5

// MostIoU sets most[i] to at least what a box of extents[i] has of IoU with a
// box, and to 0 where all have none. All must be tame.
func MostIoU[B ~[4]float32](most []float32, extents []Extent, box B) {
	t := Truth{Box: box}
	t.Area = area(&t.Box)
	for len(extents) >= Block && mostIoUVectors(&extents[0], &t, &most[0]) {
		most, extents = most[Block:], extents[Block:]
	}
	for i := range extents {
		most[i] = extents[i].mostIoU(&t)
	}
}

func (e *Extent) mostIoU(t *Truth) float32 {
	inter := float32(max(min(e.Hull[2], t.Box[2])-max(e.Hull[0], t.Box[0]), 0) * max(min(e.Hull[3], t.Box[3])-max(e.Hull[1], t.Box[1]), 0))
	inter = min(inter, float32(e.High[2]*e.High[3]))
	if !(inter > 0) {
		return 0
	}
	least := float32(max(e.Low[2], 0) * e.Low[3]) // of two sides below 0 no area
	return inter / max(t.Area, least, t.Area+least-inter) * beyondRounding
}

// LeastDistance sets least[i] to at most what
//
//	weight[0] |x - x'| + weight[1] |y - y'| + weight[2] |width - width'| + weight[3] |height - height'|
//
// is of the shape of a box of extents[i] and another shape, rounded after every
// operation.
func LeastDistance(least []float32, extents []Extent, shape, weight [4]float32) {
	for len(extents) >= Block && leastDistanceVectors(&extents[0], &shape, &weight, &least[0]) {
		least, extents = least[Block:], extents[Block:]
	}
	for i := range extents {
		sum := float32(0)
		for k, v := range shape {
			sum += float32(weight[k] * extents[i].Away(k, v))
		}
		least[i] = sum
	}
}
