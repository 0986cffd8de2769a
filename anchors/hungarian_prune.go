package anchors

import (
	"math"

	"detsample/internal/overlap"
)

// solve returns the candidate of each ground truth.
func (h Hungarian) solve(dst *Assignment, c *Candidates, t *Truth) []int32 {
	m, truths := &dst.matching, len(t.Box)
	if truths == 0 { // nor perhaps a level
		return nil
	}
	m.rivals.reset(c.Decoded)
	m.prices.reset(h, c, t)
	h.findLikely(dst, c, t)
	width, height := c.size()
	weight := h.weights(width, height)
	return m.linearSum.solvePruned(truths, len(c.Box), func(kept []ranked, k, g int) []ranked {
		truth, column := t.Box[g], c.column(t, g)
		leastClass := func(e int) float64 { return m.prices.leastOf(e, g) }
		least := func(least []float64, first int) {
			h.leastBoxCosts(least, &m.rivals, first, truth, weight)
			for i := range least {
				least[i] = capped(leastClass(first+i) + least[i])
			}
		}
		nearness := overlap.NearnessTo(truth, weight, float32(h.GIoUWeight))
		limit := math.Inf(1)
		if k <= fewest {
			limit = m.likely[g*fewest+k-1].value
		}
		useful := func(kept []ranked, e int) uint32 {
			if len(kept) < k || math.IsInf(float64(nearness.IoU), 1) { // times 0 it is no number
				return m.rivals.whole(e)
			}
			return overlap.Near(m.rivals.of(e), &nearness, float32(h.worth(kept[k-1].value-leastClass(e))))
		}
		return m.rivals.smallestUseful(kept, k, truth, limit, least, useful, func(kept []ranked, i int) []ranked {
			if len(kept) == k {
				class, last := m.prices.least(c.score(i, column)), kept[k-1].value
				if capped(class-(1+1e-5)*h.GIoUWeight) > last || capped(class+h.boxCost(c.Decoded[i], truth, width, height)) > last {
					return kept
				}
			}
			return keepSmallest(kept, k, ranked{h.cost(c, t, i, g), int32(i)})
		})
	})
}

// roundingOfHulls bounds by how much a generalised IoU may be larger than the IoU.
const roundingOfHulls = 1e-6

// capped caps a bound as costs are capped, at the largest float32.
func capped(bound float64) float64 { return min(bound, math.MaxFloat32) }

// findLikely finds each ground truth's likely candidates. A generalised IoU is at most the IoU.
func (h Hungarian) findLikely(dst *Assignment, c *Candidates, t *Truth) {
	m := &dst.matching
	m.findLikely(dst, c, t, fewest, func(last float64, i, g int, iou float64) bool {
		least := m.prices.leastOf(i/hullSize, g)
		if c.Classes == 1 { // the scores lie side by side, too
			least = m.prices.least(c.Score[i])
		}
		return least-h.GIoUWeight*iou < last
	}, func(kept []ranked, i, g int, score float32) {
		if m.prices.least(score)-h.GIoUWeight*float64(dst.IoU[i]) < kept[fewest-1].value {
			keepSmallest(kept, fewest, ranked{h.cost(c, t, i, g), int32(i)})
		}
	})
}

// boxCost returns what the boxes cost, less what rounding takes.
func (h Hungarian) boxCost(box, truth Box, width, height float64) float64 {
	cost := h.L1Weight*boxL1(box, truth, width, height) - h.GIoUWeight*float64(giou(box, truth))
	return cost - 1e-9*(1+math.Abs(cost))
}

// weights returns lower bounds of what a pixel of centre x and y, width and height
// costs, small enough that sums stay finite.
func (h Hungarian) weights(width, height float64) [4]float32 {
	x, y := float32(min(h.L1Weight/width, 1e15)), float32(min(h.L1Weight/height, 1e15))
	return [4]float32{x, y, x, y}
}

// worth returns an upper bound of the [overlap.Nearness] of boxes that cost no more
// than limit: a generalised IoU is at most the IoU, and both are rounded.
func (h Hungarian) worth(limit float64) float64 {
	return limit + (math.Abs(limit)+h.GIoUWeight)*2e-5 + 1e-9
}

// leastBoxCosts writes to least, for each extent from first on, a lower bound of its
// boxes' cost. A generalised IoU is at most the IoU, apart from the rounding of the
// difference of hull and union, which boxes that only touch have too.
func (h Hungarian) leastBoxCosts(least []float64, r *rivals, first int, truth Box, weight [4]float32) {
	distance, most := r.leastDistance(len(least), first, truth, weight), r.mostIoU(len(least), first, truth)
	for i := range least {
		least[i] = float64(distance[i])*trifle - h.GIoUWeight*(float64(most[i])+roundingOfHulls) - 1e-9
	}
}
