package anchors

import (
	"math"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// TaskAligned makes those candidates positive that are good at both tasks. The
// alignment of candidate i with ground truth g is
//
//	p_i(class g)^Alpha IoU(b_i, g)^Beta
//
// with probabilities p_i and predicted box b_i. Of each ground truth's TopK
// best aligned candidates those are positive that have an alignment above 0
// and a centre inside the ground truth, more than 0.01 pixels from every side.
// A candidate chosen by several goes to the one its box overlaps most. Ties go
// to the lower index.
//
// Assignment.Quality is the normalised alignment that TOOD's head trains
// classification towards: a positive's alignment, divided by the largest (plus
// 1e-7) and multiplied by the largest IoU, both over the positives of its
// ground truth. Assignment.IoU and ignore regions are as in [SimOTA]. Assign
// panics without predictions.
//
// Time is O(candidates), plus a comparison of each ground truth with every 32
// candidates and with each candidate whose predicted box is near it; memory is
// O(candidates + ground truth).
//
// Source: TOOD (Feng et al. 2021, arXiv 2108.07755); mmdetection's
// TaskAlignedAssigner and TOODHead.
type TaskAligned struct {
	TopK      int     `param:"topk" range:"[1,)" doc:"best aligned candidates of a ground truth that may be positive"`
	Alpha     float64 `range:"[0,)" doc:"exponent of the score"`
	Beta      float64 `range:"[0,)" doc:"exponent of the IoU"`
	IgnoreIoF float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
}

// NewTaskAligned returns the assigner with TOOD's values: the 13 best, alpha
// 1, beta 6.
func NewTaskAligned() TaskAligned {
	return TaskAligned{TopK: 13, Alpha: 1, Beta: 6, IgnoreIoF: 0.5}
}

var _ Assigner = TaskAligned{}

// Needs implements [Assigner].
func (TaskAligned) Needs() Need { return NeedPredictions }

// Assign implements [Assigner].
func (a TaskAligned) Assign(dst *Assignment, c *Candidates, t *Truth) {
	c.requirePredictions("TaskAligned", t)
	startPredicted(dst, c, t)
	dst.rivals = reuse.Grow(dst.rivals, 1)
	dst.rivals[0].reset(c.Decoded)
	a.findLikely(dst, c, t)
	for g := range t.Box {
		a.choose(dst, c, t, g)
	}
	finishPredicted(dst, c, t, a.IgnoreIoF)
	a.qualify(dst, c, t)
}

// findLikely finds each ground truth's likely positives where the IoU counts, if
// they are not more than there are candidates.
func (a TaskAligned) findLikely(dst *Assignment, c *Candidates, t *Truth) {
	m := &dst.matching
	m.likely = m.likely[:0]
	if a.Beta == 0 || len(t.Box) == 0 || a.TopK > len(c.Box)/len(t.Box) {
		return
	}
	m.findLikely(dst, c, t, a.TopK, func(last float64, _, _ int, iou float64) bool {
		return -power(iou, a.Beta) < last
	}, func(kept []ranked, i, _ int, score float32) {
		a.keep(kept, power(float64(dst.IoU[i]), a.Beta), score, i)
	})
}

// keep keeps candidate i if it is among the best aligned, by its score and what its
// IoU is worth.
func (a TaskAligned) keep(kept []ranked, worth float64, score float32, i int) []ranked {
	if aligned := power(float64(score), a.Alpha) * worth; aligned > 0 {
		kept = keepSmallest(kept, a.TopK, ranked{-aligned, int32(i)})
	}
	return kept
}

// choose gives ground truth g its best aligned candidates, save those that
// overlap an earlier one as much.
func (a TaskAligned) choose(dst *Assignment, c *Candidates, t *Truth, g int) {
	m, truth := &dst.matching, t.Box[g]
	rivals := &dst.rivals[0]
	column := c.column(t, g)
	offer := func(kept []ranked, i int) []ranked {
		worth := power(float64(IoU(c.Decoded[i], truth)), a.Beta)
		if worth == 0 || len(kept) == a.TopK && -worth > kept[a.TopK-1].value { // however high the score
			return kept
		}
		return a.keep(kept, worth, c.score(i, column), i)
	}
	if a.Beta == 0 { // boxes apart are as good as any
		m.cheapest = rivals.smallest(m.cheapest, a.TopK, truth, func(least []float64, _ int) { fill(least, -1) }, offer)
	} else {
		useful, limit := a.useful(), math.Inf(1)
		if len(m.likely) > 0 {
			limit = m.likelyLast(g, a.TopK)
		}
		worth := func(iou float64) float64 { return powerAbove(iou, a.Beta) }
		m.cheapest = rivals.smallestUseful(m.cheapest, a.TopK, truth, limit,
			func(least []float64, first int) { rivals.leastByIoU(least, first, truth, worth) },
			func(kept []ranked, e int) uint32 {
				return m.readAhead(c, column, e, overlap.Reach(rivals.of(e), truth, useful(kept)))
			}, offer)
	}
	for _, r := range m.cheapest {
		i := r.index
		x, y := c.Box[i].Center()
		if !(point{x: x, y: y}).inside(t.Box[g], 0.01) {
			continue
		}
		if had := dst.GT[i]; had < 0 || IoU(c.Decoded[i], t.Box[g]) > IoU(c.Decoded[i], t.Box[had]) {
			dst.GT[i] = int32(g)
		}
	}
}

// useful returns the least IoU that a box must have to be as well aligned as the
// last of those that are kept, with the highest score; a trifle less, for
// rounding.
func (a TaskAligned) useful() func(kept []ranked) float32 {
	last, least := 0.0, float32(math.SmallestNonzeroFloat32)
	return func(kept []ranked) float32 {
		if len(kept) == a.TopK && kept[a.TopK-1].value != last {
			last = kept[a.TopK-1].value
			least = max(least, float32(math.Pow(-last, 1/a.Beta)*trifle))
		}
		return least
	}
}

// qualify sets the positives' soft targets.
func (a TaskAligned) qualify(dst *Assignment, c *Candidates, t *Truth) {
	m := &dst.matching
	m.bestIoU, m.bestAlign = reuse.Grow(m.bestIoU, len(t.Box)), reuse.Grow(m.bestAlign, len(t.Box))
	clear(m.bestIoU)
	clear(m.bestAlign)
	for i, g := range dst.GT {
		if g >= 0 {
			m.bestIoU[g] = max(m.bestIoU[g], dst.IoU[i])
			m.bestAlign[g] = max(m.bestAlign[g], a.alignment(c, t, i, int(g)))
		}
	}
	dst.startQuality()
	for i, g := range dst.GT {
		if g >= 0 {
			share := a.alignment(c, t, i, int(g)) / (m.bestAlign[g] + 1e-7)
			dst.Quality[i] = float32(share * float64(m.bestIoU[g]))
		}
	}
}

// alignment returns how good candidate i is for ground truth g, at both tasks.
func (a TaskAligned) alignment(c *Candidates, t *Truth, i, g int) float64 {
	iou := power(float64(IoU(c.Decoded[i], t.Box[g])), a.Beta)
	if iou == 0 {
		return 0
	}
	return power(float64(c.scores(int32(i))[c.column(t, g)]), a.Alpha) * iou
}
