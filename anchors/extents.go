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

// rivals are boxes of which those that cost least are looked for, extent by
// extent: one whose boxes all cost more than what was found is passed over, and
// so is a larger extent of superSize of them. What a box costs at least is
// rounded as its cost is, so that it is never more; where products are fused with
// sums, which differs between the two, less a trifle.
type rivals struct {
	boxes   []Box
	tame    bool             // whether kernels may compare them
	extents []overlap.Extent // the larger ones behind the others
	fine    int              // extents of boxes
	finite  bool             // whether all are, so that what they cost at least orders them
	seeds   []ranked         // extents
	supers  []ranked         // larger ones
	bounds  [2][superSize]float64
	shares  [2][superSize]float32 // what bounds are made of
}

// bound sets least to at most what a box of each extent from first on costs,
// infinity where none would be kept.
type bound func(least []float64, first int)

// trifle is that factor.
const trifle = 1 - 1e-6

// leastOf returns at most a distance of at least so much, for distances of which
// one beyond float32 is kept too where there are too few others.
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

// each is a bound by what a box of an extent costs at least.
func (r *rivals) each(least []float64, first int, of func(e *overlap.Extent) float64) {
	for i := range least {
		least[i] = of(&r.extents[first+i])
	}
}

// mostIoU returns at least what a box of each of n extents from first on has of
// IoU with a ground truth, and 0 where all have none. All must be tame.
func (r *rivals) mostIoU(n, first int, truth Box) []float32 {
	overlap.MostIoU(r.shares[0][:n], r.extents[first:first+n], truth)
	return r.shares[0][:n]
}

// leastByIoU sets least to at most what a box of each extent from first on costs if
// that is what its IoU with a ground truth is worth, negated, and boxes that have
// none are not kept.
func (r *rivals) leastByIoU(least []float64, first int, truth Box, worth func(iou float64) float64) {
	for i, most := range r.mostIoU(len(least), first, truth) {
		least[i] = math.Inf(1)
		if most > 0 {
			least[i] = -worth(float64(most))
		}
	}
}

// leastDistance returns at most how far, by [overlap.LeastDistance], a box of each
// of n extents from first on is from a ground truth.
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

// smallest returns the k boxes that offer keeps, as it would if it were asked
// about each, in their order.
func (r *rivals) smallest(kept []ranked, k int, truth Box, least bound, offer func(kept []ranked, i int) []ranked) []ranked {
	return r.smallestOf(kept, k, truth, math.Inf(1), least, func(kept []ranked, e int) []ranked {
		for i := range r.of(e) {
			kept = offer(kept, e*hullSize+i)
		}
		return kept
	})
}

// smallestUseful is smallest that asks about those boxes of an extent alone that
// useful returns a bit for, by what is kept; about all where kernels may not compare
// them. If limit is not infinity, k boxes are known to cost that or less.
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

// smallestOf is smallest that offers the boxes of an extent together.
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

// below visits the extents of which a box may cost no more than a limit, which may
// change meanwhile.
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

// likely returns what the k-th of them costs at most, by the extents that cost
// least.
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

// within visits the extents of which a box may cost at most the limit.
func (r *rivals) within(limit float64, least bound, visit func(e int)) {
	r.below(least, func() float64 { return limit }, visit)
}
