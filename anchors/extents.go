package anchors

import (
	"math"
	"math/bits"
	"slices"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// extent is the range of the centres and sizes of boxes that follow one
// another, which on a pyramid are neighbours.
type extent struct {
	low, high [4]float32 // of x, y, width and height
	hull      Box
}

// appendExtents appends the extents of the boxes, hullSize at a time.
func appendExtents(dst []extent, boxes []Box) []extent {
	for len(boxes) > 0 {
		some := boxes[:min(hullSize, len(boxes))]
		boxes = boxes[len(some):]
		first := shape(some[0])
		e := extent{first, first, enclose(some)}
		for _, b := range some[1:] {
			for k, v := range shape(b) {
				e.low[k], e.high[k] = min(e.low[k], v), max(e.high[k], v)
			}
		}
		dst = append(dst, e)
	}
	return dst
}

// shape returns the centre, the width and the height of a box.
func shape(b Box) [4]float32 {
	x, y := b.Center()
	return [4]float32{x, y, b.Width(), b.Height()}
}

// away returns how far v lies outside the range of measure k, and 0 inside. It
// is no number where the range or v is none.
func (e *extent) away(k int, v float32) float32 {
	return max(e.low[k]-v, v-e.high[k], 0)
}

// mostIoU returns at least what a box of the extent has of IoU with a ground
// truth, and 0 where all have none.
func (e *extent) mostIoU(truth Box) float64 {
	inter := float64(Intersection(e.hull, truth))
	if inter == 0 {
		return 0
	}
	inter = min(inter, float64(e.high[2])*float64(e.high[3]))
	area, least := float64(truth.Area()), float64(max(e.low[2], 0))*float64(max(e.low[3], 0))
	return inter / max(area, least, area+least-inter) * (1 + 1e-5)
}

// finite reports whether the range has two ends.
func (e *extent) finite() bool {
	sum := float32(0)
	for k := range e.low {
		sum += 0*e.low[k] + 0*e.high[k]
	}
	return sum == 0
}

// finite reports whether all coordinates of b are numbers, and finite ones.
func (b Box) finite() bool { return 0*b[0]+0*b[1]+0*b[2]+0*b[3] == 0 }

// superSize is how many extents share a larger one.
const superSize = 32

// rivals are boxes of which those that cost least are looked for, extent by
// extent: one whose boxes all cost more than what was found is passed over, and
// so is a larger extent of superSize of them. What a box costs at least is
// rounded as its cost is, so that it is never more; where products are fused with
// sums, which differs between the two, less a trifle.
type rivals struct {
	boxes   []Box
	tame    bool     // whether kernels may compare them
	extents []extent // the larger ones behind the others
	n       int      // boxes
	fine    int      // extents of boxes
	finite  bool     // whether all are, so that what they cost at least orders them
	seeds   []ranked // extents
	supers  []ranked // larger ones
}

// trifle is that factor.
const trifle = 1 - 1e-6

// reset begins with other boxes.
func (r *rivals) reset(boxes []Box) {
	r.extents = appendExtents(r.extents[:0], boxes)
	r.boxes, r.n, r.fine, r.finite, r.tame = boxes, len(boxes), len(r.extents), true, true
	for k := range r.fine {
		r.finite = r.finite && r.extents[k].finite()
		r.tame = r.tame && overlap.Tame(r.extents[k].hull)
	}
	for start := 0; start < r.fine; start += superSize {
		whole := r.extents[start]
		for _, e := range r.extents[start+1 : min(start+superSize, r.fine)] {
			whole.join(&e)
		}
		r.extents = append(r.extents, whole)
	}
}

// join takes in another extent.
func (e *extent) join(o *extent) {
	for k := range e.low {
		e.low[k], e.high[k] = min(e.low[k], o.low[k]), max(e.high[k], o.high[k])
	}
	e.hull = Box{min(e.hull[0], o.hull[0]), min(e.hull[1], o.hull[1]), max(e.hull[2], o.hull[2]), max(e.hull[3], o.hull[3])}
}

// rivalsByLevel makes the candidates of each level rivals.
func (a *Assignment) rivalsByLevel(c *Candidates) {
	a.rivals = reuse.Grow(a.rivals, len(c.Grid))
	for l, level := range c.Grid {
		start, end := level.bounds()
		a.rivals[l].reset(c.Box[start:end])
	}
}

// smallest returns the k boxes that offer keeps, as it would if it were asked
// about each, in their order. least returns at most what a box of an extent
// costs, infinity if none would be kept.
func (r *rivals) smallest(kept []ranked, k int, truth Box, least func(e int) float64, offer func(kept []ranked, i int) []ranked) []ranked {
	return r.smallestOf(kept, k, truth, math.Inf(1), least, func(kept []ranked, start, end int) []ranked {
		for i := start; i < end; i++ {
			kept = offer(kept, i)
		}
		return kept
	})
}

// smallestByIoU is smallest that asks about a box only if its IoU with the ground
// truth is useful, which is told for an extent by what is kept: it may be above 1,
// and where it is not above 0 all boxes are asked about. If limit is not infinity, k
// boxes are known to cost that or less.
func (r *rivals) smallestByIoU(kept []ranked, k int, truth Box, limit float64, least func(e int) float64, useful func(kept []ranked, e int) float32, offer func(kept []ranked, i int) []ranked) []ranked {
	if !r.tame || !overlap.Tame(truth) {
		return r.smallest(kept, k, truth, least, offer)
	}
	return r.smallestOf(kept, k, truth, limit, least, func(kept []ranked, start, end int) []ranked {
		for ; start < end; start += hullSize {
			stop := min(start+hullSize, end)
			reach := ^uint32(0) >> (hullSize - (stop - start))
			if iou := useful(kept, start/hullSize); iou > 0 {
				reach = overlap.Reach(r.boxes[start:stop], truth, iou)
			}
			for ; reach != 0; reach &= reach - 1 {
				kept = offer(kept, start+bits.TrailingZeros32(reach))
			}
		}
		return kept
	})
}

// smallestOf is smallest that offers some boxes at a time, at most an extent's
// unless all are to be looked at.
func (r *rivals) smallestOf(kept []ranked, k int, truth Box, limit float64, least func(e int) float64, offer func(kept []ranked, start, end int) []ranked) []ranked {
	if !r.finite || !truth.finite() {
		return offer(kept[:0], 0, r.n)
	}
	if math.IsInf(limit, 1) {
		limit = r.likely(kept, k, least, offer)
	}
	if limit < math.Inf(1) {
		kept = r.offered(appendPlaces(kept[:0], k, limit), k, least, offer)
		if !slices.ContainsFunc(kept, ranked.isPlace) {
			return kept
		}
		// What costs overflow to, or a ground truth without area makes of them, is
		// beyond any limit.
	}
	return r.offered(kept[:0], k, least, offer)
}

// offered offers the boxes that may be among the k smallest.
func (r *rivals) offered(kept []ranked, k int, least func(e int) float64, offer func(kept []ranked, start, end int) []ranked) []ranked {
	beyond := func(least float64) bool {
		return math.IsInf(least, 1) || len(kept) == k && least > kept[k-1].value
	}
	for s := range len(r.extents) - r.fine {
		if beyond(least(r.fine + s)) {
			continue
		}
		for e := s * superSize; e < min((s+1)*superSize, r.fine); e++ {
			if !beyond(least(e)) {
				kept = offer(kept, e*hullSize, min((e+1)*hullSize, r.n))
			}
		}
	}
	return kept
}

// likely returns what the k-th of them costs at most, by the extents that cost
// least.
func (r *rivals) likely(kept []ranked, k int, least func(e int) float64, offer func(kept []ranked, start, end int) []ranked) float64 {
	wanted := 8 + 2*(k-1)/hullSize
	r.supers, r.seeds = r.supers[:0], r.seeds[:0]
	for s := range len(r.extents) - r.fine {
		r.supers = keepSmallest(r.supers, 16+wanted/superSize, ranked{least(r.fine + s), int32(s)})
	}
	for _, s := range r.supers {
		start := int(s.index) * superSize
		for e := start; e < min(start+superSize, r.fine); e++ {
			r.seeds = keepSmallest(r.seeds, wanted, ranked{least(e), int32(e)})
		}
	}
	kept = kept[:0]
	for _, seed := range r.seeds {
		start := int(seed.index) * hullSize
		kept = offer(kept, start, min(start+hullSize, r.n))
	}
	if len(kept) < k {
		return math.Inf(1)
	}
	return kept[k-1].value
}

// within visits the boxes that may cost at most the limit, some at a time.
func (r *rivals) within(limit float64, truth Box, least func(e int) float64, visit func(start, end int)) {
	if !r.finite || !truth.finite() {
		visit(0, r.n)
		return
	}
	for s := range len(r.extents) - r.fine {
		if least(r.fine+s) > limit {
			continue
		}
		for e := s * superSize; e < min((s+1)*superSize, r.fine); e++ {
			if !(least(e) > limit) {
				visit(e*hullSize, min((e+1)*hullSize, r.n))
			}
		}
	}
}
