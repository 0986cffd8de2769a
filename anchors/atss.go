package anchors

import (
	"math"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// ATSS is adaptive training sample selection: each ground truth finds its own
// IoU threshold. On every pyramid level the TopK candidates whose centres lie
// nearest to its own compete; those of all levels whose IoU is at least
//
//	mean + standard deviation (over n-1) of the competitors' IoUs
//
// and whose centres lie inside the ground truth, by more than 0.01 pixels,
// are its positives. A candidate that several ground truths want goes to the
// one it overlaps most, the first among equals. All others are negative,
// unless they lie in an ignore region by more than IgnoreIoF of their area;
// with IgnoreOrder first, these compete only where a level has too few others.
//
// A lone competitor is its own mean and deviates by 0, so it can be positive;
// mmdetection's threshold is NaN there.
//
// Time is O(candidates), plus a comparison of each ground truth with every 32
// candidates and with each candidate near it; memory is O(candidates + TopK x
// levels). It needs the grid.
//
// Source: Zhang et al. 2020; mmdetection's ATSSAssigner.
type ATSS struct {
	TopK        int         `param:"topk" range:"[1,)" doc:"candidates of each level that compete for a ground truth"`
	IgnoreIoF   float64     `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
	IgnoreOrder IgnoreOrder `oneof:"negatives|first" doc:"whether ignore regions silence negatives only or keep candidates from competing"`
}

// NewATSS returns the paper's assigner, with 9 competitors on every level,
// and candidates lying in ignore regions by more than half ignored.
func NewATSS() ATSS { return ATSS{TopK: 9, IgnoreIoF: 0.5} }

var _ Assigner = ATSS{}

// Needs implements [Assigner].
func (ATSS) Needs() Need { return NeedGrid }

// Assign implements [Assigner]. It panics unless the grid makes up the
// candidates.
func (a ATSS) Assign(dst *Assignment, c *Candidates, t *Truth) {
	c.requireGrid("ATSS")
	dst.Reset(len(c.Box))
	dst.overlap(c.Box, t.Box)
	if a.IgnoreOrder == IgnoreFirst {
		dst.ignoreNegatives(c.Box, t.Ignore, a.IgnoreIoF)
	}
	dst.second = append(dst.second[:0], dst.GT...)    // labels before any match
	dst.similar = reuse.Grow(dst.similar, len(c.Box)) // IoU with the ground truth that has the candidate
	dst.rivalsByLevel(c)
	for g, box := range t.Box {
		a.compete(dst, c, box)
		threshold := adaptiveThreshold(dst.picked)
		for _, p := range dst.picked {
			iou, i := -p.value, p.index
			taken := dst.GT[i] >= 0 && float64(dst.similar[i]) >= iou
			if iou >= threshold && !taken && centre(c.Box[i]).inside(box, 0.01) {
				dst.GT[i], dst.similar[i] = int32(g), float32(iou)
			}
		}
	}
	if a.IgnoreOrder == IgnoreNegatives {
		dst.ignoreNegatives(c.Box, t.Ignore, a.IgnoreIoF)
	}
}

// compete picks the nearest candidates of every level, with their negated
// IoUs.
func (a ATSS) compete(dst *Assignment, c *Candidates, box Box) {
	x, y := box.Center()
	dst.picked = dst.picked[:0]
	for l, level := range c.Grid {
		rivals := &dst.rivals[l]
		least := func(least []float64, first int) {
			rivals.each(least, first, func(e *overlap.Extent) float64 {
				dx, dy := e.Away(0, x), e.Away(1, y)
				return leastOf(math.Sqrt(float64(dx*dx + dy*dy)))
			})
		}
		dst.kept = rivals.smallest(dst.kept, a.TopK, box, least, func(kept []ranked, i int) []ranked {
			i += level.Start
			cx, cy := c.Box[i].Center()
			dx, dy := cx-x, cy-y
			distance := math.Sqrt(float64(dx*dx + dy*dy))
			if dst.second[i] == Ignored {
				distance = math.MaxFloat32
			}
			return keepSmallest(kept, a.TopK, ranked{float64(float32(distance)), int32(i)})
		})
		for _, k := range dst.kept {
			dst.picked = append(dst.picked, ranked{-float64(IoU(c.Box[k.index], box)), k.index})
		}
	}
}

// adaptiveThreshold returns the mean plus the standard deviation of the
// competitors' IoUs.
func adaptiveThreshold(competitors []ranked) float64 {
	n := float64(len(competitors))
	mean, squares := 0.0, 0.0
	for _, c := range competitors {
		mean -= c.value / n
	}
	for _, c := range competitors {
		squares += (-c.value - mean) * (-c.value - mean)
	}
	return float64(float32(mean) + float32(math.Sqrt(squares/max(n-1, 1))))
}
