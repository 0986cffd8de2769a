package anchors

import (
	"math"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// classPrices are at most what a class costs, by the largest score of each class
// among candidates that share an extent.
type classPrices struct {
	most []float32 // of each extent, and of each larger one, the largest score of each class
	step [classSteps + 1]float64
}

// classSteps is how many steps of probability the table of prices has.
const classSteps = 1024

// reset takes the scores and the prices, which fall as the probability grows.
func (s *classPrices) reset(h Hungarian, c *Candidates) {
	fine := (len(c.Box) + hullSize - 1) / hullSize
	s.most = reuse.Grow(s.most, (fine+(fine+superSize-1)/superSize)*c.Classes)
	clear(s.most)
	for i := range c.Box {
		raise(s.most[i/hullSize*c.Classes:][:c.Classes], c.scores(int32(i)))
	}
	for e := range fine {
		raise(s.most[(fine+e/superSize)*c.Classes:][:c.Classes], s.most[e*c.Classes:][:c.Classes])
	}
	for k := range s.step {
		price := h.ClsWeight * h.classCost(float64(k)/classSteps)
		s.step[k] = price - 1e-9*(1+math.Abs(price))
	}
}

// raise raises the largest scores to those of others that are larger. What is no
// number costs the most there is.
func raise(most, scores []float32) {
	for k, p := range scores {
		if p > most[k] {
			most[k] = p
		}
	}
}

// least returns at most what the class costs at a probability of at most p.
func (s *classPrices) least(p float32) float64 {
	if !(p >= 0 && p <= 1) { // which is no probability
		return math.Inf(-1)
	}
	return s.step[min(int(p*classSteps)+1, classSteps)]
}

// solve returns the candidate of each ground truth.
func (h Hungarian) solve(dst *Assignment, c *Candidates, t *Truth) []int32 {
	m, truths := &dst.matching, len(t.Box)
	if truths == 0 { // nor perhaps a level
		return nil
	}
	m.rivals.reset(c.Decoded)
	m.prices.reset(h, c)
	h.likely(dst, c, t)
	width, height := c.size()
	weight := h.weights(width, height)
	return m.linearSum.solvePruned(truths, len(c.Box), func(kept []ranked, k, g int) []ranked {
		truth, column := t.Box[g], c.column(t, g)
		leastClass := func(e int) float64 { return m.prices.least(m.prices.most[e*c.Classes+column]) }
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
				class, last := m.prices.least(c.scores(int32(i))[column]), kept[k-1].value
				if capped(class-(1+1e-5)*h.GIoUWeight) > last || capped(class+h.boxCost(c.Decoded[i], truth, width, height)) > last {
					return kept
				}
			}
			return keepSmallest(kept, k, ranked{h.cost(c, t, i, g), int32(i)})
		})
	})
}

// capped is a bound of a cost, none of which is beyond the largest float32.
func capped(bound float64) float64 { return min(bound, math.MaxFloat32) }

// likely finds each ground truth's cheapest among the candidates that overlap it
// most, which bound what its cheapest of all cost.
func (h Hungarian) likely(dst *Assignment, c *Candidates, t *Truth) {
	m := &dst.matching
	m.likely = appendPlaces(m.likely[:0], fewest*len(t.Box), math.Inf(1))
	for i, iou := range dst.IoU {
		if !(iou > 0) {
			continue
		}
		g := int(dst.nearest[i])
		kept := m.likely[g*fewest : (g+1)*fewest]
		class := m.prices.least(c.scores(int32(i))[c.column(t, g)])
		if class-h.GIoUWeight*float64(iou) < kept[fewest-1].value {
			keepSmallest(kept, fewest, ranked{h.cost(c, t, i, g), int32(i)})
		}
	}
}

// boxCost returns what the boxes cost, less what rounding takes.
func (h Hungarian) boxCost(box, truth Box, width, height float64) float64 {
	cost := h.L1Weight*boxL1(box, truth, width, height) - h.GIoUWeight*float64(giou(box, truth))
	return cost - 1e-9*(1+math.Abs(cost))
}

// weights returns at most what a pixel of centre and size costs: no more than
// keeps sums finite.
func (h Hungarian) weights(width, height float64) [4]float32 {
	x, y := float32(min(h.L1Weight/width, 1e15)), float32(min(h.L1Weight/height, 1e15))
	return [4]float32{x, y, x, y}
}

// worth returns at least the [overlap.Nearness] of boxes that cost no more than a
// limit: a generalised IoU is at most the IoU, and both are rounded.
func (h Hungarian) worth(limit float64) float64 {
	return limit + (math.Abs(limit)+h.GIoUWeight)*2e-5 + 1e-9
}

// leastBoxCosts sets least to at most what the boxes of each extent from first on
// cost. A generalised IoU is at most the IoU.
func (h Hungarian) leastBoxCosts(least []float64, r *rivals, first int, truth Box, weight [4]float32) {
	distance, most := r.leastDistance(len(least), first, truth, weight), r.mostIoU(len(least), first, truth)
	for i := range least {
		least[i] = float64(distance[i])*trifle - h.GIoUWeight*float64(most[i]) - 1e-9
	}
}
