package anchors

import (
	"math"
	"math/bits"
	"slices"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// finite reports whether all coordinates of b are numbers, and finite ones.
func (b Box) finite() bool { return 0*b[0]+0*b[1]+0*b[2]+0*b[3] == 0 }

// superSize is how many extents share a larger one.
const superSize = 32

// rivals are boxes that are searched for those of least cost, extent by extent: an
// extent whose boxes must all cost more than those found so far is passed over, and
// so is a larger one, which joins superSize extents. A lower bound is rounded as the
// cost itself is, so that it never exceeds it; where a product may be fused with a
// sum in one of them and not in the other, the bound is multiplied by trifle.
type rivals struct {
	boxes   []Box
	tame    bool             // whether kernels may compare them
	extents []overlap.Extent // the larger ones behind the others
	fine    int              // extents of boxes
	finite  bool             // whether all boxes are, so that bounds order them
	seeds   []ranked         // extents
	supers  []ranked         // larger ones
	bounds  [2][superSize]float64
	shares  [2][superSize]float32 // what bounds are made of
}

// bound writes to least, for each extent from first on, a lower bound of what its
// boxes cost; infinity where none of them would be kept.
type bound func(least []float64, first int)

// trifle makes up for the rounding of a fused product.
const trifle = 1 - 1e-6

// leastOf turns the lower bound of a distance into that of a cost. A distance beyond
// float32 is kept too where there are too few others, so the cost is capped.
func leastOf(distance float64) float64 { return min(distance*trifle, math.MaxFloat32) }

// reset begins with other boxes.
func (r *rivals) reset(boxes []Box) {
	r.boxes = boxes
	r.extents, r.tame = overlap.AppendExtents(r.extents[:0], boxes)
	r.fine, r.finite = len(r.extents), true
	for start := 0; start < r.fine; start += superSize {
		whole := r.extents[start]
		for k := start + 1; k < min(start+superSize, r.fine); k++ {
			whole.Join(&r.extents[k])
		}
		r.finite = r.finite && (r.tame || whole.Finite())
		r.extents = append(r.extents, whole)
	}
}

// of returns the boxes of an extent.
func (r *rivals) of(e int) []Box { return r.boxes[e*hullSize : min((e+1)*hullSize, len(r.boxes))] }

// whole returns a bit for each box of an extent.
func (r *rivals) whole(e int) uint32 { return ^uint32(0) >> (hullSize - len(r.of(e))) }

// each is a bound made of a lower bound of one extent.
func (r *rivals) each(least []float64, first int, of func(e *overlap.Extent) float64) {
	for i := range least {
		least[i] = of(&r.extents[first+i])
	}
}

// mostIoU returns, for each of n extents from first on, an upper bound of its boxes'
// IoU with a ground truth, 0 where none of them meets it. All must be tame.
func (r *rivals) mostIoU(n, first int, truth Box) []float32 {
	overlap.MostIoU(r.shares[0][:n], r.extents[first:first+n], truth)
	return r.shares[0][:n]
}

// leastByIoU is a bound where a box costs the negated worth of its IoU with a ground
// truth, and boxes that do not meet it are not kept.
func (r *rivals) leastByIoU(least []float64, first int, truth Box, worth func(iou float64) float64) {
	for i, most := range r.mostIoU(len(least), first, truth) {
		least[i] = math.Inf(1)
		if most > 0 {
			least[i] = -worth(float64(most))
		}
	}
}

// leastDistance returns, for each of n extents from first on, a lower bound of its
// boxes' distance from a ground truth; see [overlap.LeastDistance].
func (r *rivals) leastDistance(n, first int, truth Box, weight [4]float32) []float32 {
	overlap.LeastDistance(r.shares[1][:n], r.extents[first:first+n], overlap.Shape(truth), weight)
	return r.shares[1][:n]
}

// rivalsByLevel makes the candidates of each level rivals.
func (a *Assignment) rivalsByLevel(c *Candidates) {
	a.rivals = reuse.Grow(a.rivals, len(c.Grid))
	for l, level := range c.Grid {
		start, end := level.bounds()
		a.rivals[l].reset(c.Box[start:end])
	}
}

// smallest returns the k boxes that offer would keep if it were called for every box
// in order; it is called only for those that may be among them.
func (r *rivals) smallest(kept []ranked, k int, truth Box, least bound, offer func(kept []ranked, i int) []ranked) []ranked {
	return r.smallestOf(kept, k, truth, math.Inf(1), least, func(kept []ranked, e int) []ranked {
		for i := range r.of(e) {
			kept = offer(kept, e*hullSize+i)
		}
		return kept
	})
}

// smallestUseful is smallest, calling offer only for the boxes of an extent whose bit
// useful sets, given what is kept so far; for all boxes where kernels may not compare
// them. A finite limit says that k boxes are known to cost that or less.
func (r *rivals) smallestUseful(kept []ranked, k int, truth Box, limit float64, least bound, useful func(kept []ranked, e int) uint32, offer func(kept []ranked, i int) []ranked) []ranked {
	if !r.tame || !overlap.Tame(truth) {
		kept = kept[:0]
		for i := range r.boxes {
			kept = offer(kept, i)
		}
		return kept
	}
	return r.smallestOf(kept, k, truth, limit, least, func(kept []ranked, e int) []ranked {
		for left := useful(kept, e); left != 0; left &= left - 1 {
			kept = offer(kept, e*hullSize+bits.TrailingZeros32(left))
		}
		return kept
	})
}

// smallestOf is smallest, offering the boxes of an extent together.
func (r *rivals) smallestOf(kept []ranked, k int, truth Box, limit float64, least bound, offer func(kept []ranked, e int) []ranked) []ranked {
	if !r.finite || !truth.finite() {
		kept = kept[:0]
		for e := range r.fine {
			kept = offer(kept, e)
		}
		return kept
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
func (r *rivals) offered(kept []ranked, k int, least bound, offer func(kept []ranked, e int) []ranked) []ranked {
	limit := func() float64 {
		if len(kept) == k {
			return kept[k-1].value
		}
		return math.MaxFloat64
	}
	r.below(least, limit, func(e int) { kept = offer(kept, e) })
	return kept
}

// below visits the extents with a box that may cost no more than limit, which may
// fall from one visit to the next.
func (r *rivals) below(least bound, limit func() float64, visit func(e int)) {
	for first := r.fine; first < len(r.extents); first += superSize {
		larger := r.bounds[0][:min(superSize, len(r.extents)-first)]
		least(larger, first)
		for s, cost := range larger {
			if cost > limit() {
				continue
			}
			start := (first - r.fine + s) * superSize
			smaller := r.bounds[1][:min(superSize, r.fine-start)]
			least(smaller, start)
			for e, cost := range smaller {
				if !(cost > limit()) {
					visit(start + e)
				}
			}
		}
	}
}

// likely returns an upper bound of what the k-th smallest costs, from the extents
// with the lowest bounds.
func (r *rivals) likely(kept []ranked, k int, least bound, offer func(kept []ranked, e int) []ranked) float64 {
	wanted := 8 + 2*(k-1)/hullSize
	r.supers, r.seeds = r.supers[:0], r.seeds[:0]
	for first := r.fine; first < len(r.extents); first += superSize {
		larger := r.bounds[0][:min(superSize, len(r.extents)-first)]
		least(larger, first)
		for s, cost := range larger {
			r.supers = keepSmallest(r.supers, 16+wanted/superSize, ranked{cost, int32(first - r.fine + s)})
		}
	}
	for _, s := range r.supers {
		start := int(s.index) * superSize
		smaller := r.bounds[1][:min(superSize, r.fine-start)]
		least(smaller, start)
		for e, cost := range smaller {
			r.seeds = keepSmallest(r.seeds, wanted, ranked{cost, int32(start + e)})
		}
	}
	kept = kept[:0]
	for _, seed := range r.seeds {
		kept = offer(kept, int(seed.index))
	}
	if len(kept) < k {
		return math.Inf(1)
	}
	return kept[k-1].value
}

// within visits the extents with a box that may cost no more than limit.
func (r *rivals) within(limit float64, least bound, visit func(e int)) {
	r.below(least, func() float64 { return limit }, visit)
}
