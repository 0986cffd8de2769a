package anchors

import (
	"math"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// NWDRKA is ranking-based assignment: each ground truth gets the TopK
// candidates most similar to it, however little that is, so that tiny objects
// get as many positives as large ones. Candidates as similar as the last of
// them are positive too, unless Ties is first; one that several ground truths
// want belongs to the last. Of the others, those whose largest similarity is
// at least NegSimilarity are ignored, and the rest are negative unless they
// lie in an ignore region by more than IgnoreIoF of their area.
//
// Time is O(candidates), plus a comparison of each ground truth with every 32
// candidates and with each candidate near it, where similarity is nwd or kl, and
// O(candidates x ground truth) otherwise; memory is O(candidates + TopK).
//
// Source: Xu et al. 2022 (NWD-RKA), similarity from Wang et al. 2021; the
// RankingAssigner of the authors' mmdetection.
type NWDRKA struct {
	TopK          int     `param:"topk" range:"[1,)" doc:"candidates of each ground truth"`
	NegSimilarity float64 `range:"[0,1]" doc:"similarity below which a candidate that is nobody's is negative"`
	Ties          Ties    `oneof:"all|first" doc:"which of equally similar candidates are positive"`
	IgnoreIoF     float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
	Similarity
}

// NewNWDRKA returns the authors' assigner for AI-TOD: the 2 nearest by the
// normalised Wasserstein distance with C = 12.8 pixels, the rest negative
// below a similarity of 0.8, and candidates lying in ignore regions by more
// than half ignored. C should be the mean of sqrt(width*height) over the
// objects of the data set at hand.
func NewNWDRKA() NWDRKA {
	return NWDRKA{TopK: 2, NegSimilarity: 0.8, IgnoreIoF: 0.5, Similarity: Similarity{MeasureNWD, 12.8}}
}

var _ Assigner = NWDRKA{}

// Needs implements [Assigner].
func (NWDRKA) Needs() Need { return 0 }

// Assign implements [Assigner].
func (n NWDRKA) Assign(dst *Assignment, c *Candidates, t *Truth) {
	dst.Reset(len(c.Box))
	dst.overlap(c.Box, t.Box)
	ranking{n.Similarity, n.TopK, n.Ties, n.NegSimilarity}.label(dst, dst.GT, c.Box, t.Box)
	dst.ignoreNegatives(c.Box, t.Ignore, n.IgnoreIoF)
}

// ranking gives each ground truth the boxes most similar to it.
type ranking struct {
	Similarity
	topK int
	ties Ties
	neg  float64 // similarity from which a box that nobody has is ignored; above 1 for none
}

// label writes the labels of the boxes, all of which must be Negative.
func (r ranking) label(dst *Assignment, labels []int32, boxes, truth []Box) {
	dst.rivals = reuse.Grow(dst.rivals, 1)
	dst.rivals[0].reset(boxes)
	for g, box := range truth {
		r.take(dst, labels, boxes, box, int32(g))
	}
}

// take labels the boxes most similar to ground truth g, and ignores unclaimed
// ones that resemble it too much to be negative.
func (r ranking) take(dst *Assignment, labels []int32, boxes []Box, truth Box, g int32) {
	rivals := &dst.rivals[0]
	least := func(least []float64, first int) {
		rivals.each(least, first, func(e *overlap.Extent) float64 { return r.leastCost(e, truth) })
	}
	if r.neg <= 1 {
		most := r.mostCost(r.neg)
		rivals.within(most, least, func(e int) {
			for k, box := range rivals.of(e) {
				i := e*hullSize + k
				if labels[i] == Negative && !r.costsMore(box, truth, most) && r.value(r.rank(box, truth)) >= float32(r.neg) {
					labels[i] = Ignored
				}
			}
		})
	}
	if r.topK < 1 {
		return
	}
	dst.kept = rivals.smallest(dst.kept, r.topK, truth, least, func(kept []ranked, i int) []ranked {
		if len(kept) == r.topK && r.costsMore(boxes[i], truth, kept[r.topK-1].value) {
			return kept
		}
		if cost := -r.rank(boxes[i], truth); cost < float32(math.Inf(1)) {
			kept = keepSmallest(kept, r.topK, ranked{float64(cost), int32(i)})
		}
		return kept
	})
	for _, k := range dst.kept {
		labels[k.index] = g
	}
	if r.ties != TiesFirst && len(dst.kept) == r.topK {
		last := float32(dst.kept[r.topK-1].value)
		rivals.within(float64(last), least, func(e int) {
			for k, box := range rivals.of(e) {
				i := e*hullSize + k
				if !r.costsMore(box, truth, float64(last)) && -r.rank(box, truth) == last {
					labels[i] = g
				}
			}
		})
	}
}

// costsMore reports whether a box certainly costs more than a limit, where that is
// quicker to tell than its cost.
func (s Similarity) costsMore(box, truth Box, limit float64) bool {
	return s.Measure == MeasureKL && leastDivergence(box, truth) > limit
}

// mostCost returns at least what a box of that similarity or more costs, the
// negative of its rank. Similarities are rounded: one just below counts.
func (s Similarity) mostCost(similarity float64) float64 {
	const more = 1 + 1e-4 // than what rounding takes
	switch s.Measure {
	case MeasureNWD:
		root := -math.Log(float64(math.Nextafter32(float32(similarity), 0))) * s.NWDScale
		return root*root*more + 1e-6
	case MeasureKL:
		return (1/similarity-1)*more + 1e-6
	}
	return math.Inf(1)
}

// leastCost returns at most what a box of the extent costs, the negative of its
// rank.
func (s Similarity) leastCost(e *overlap.Extent, truth Box) float64 {
	g := overlap.Shape(truth)
	switch s.Measure {
	case MeasureNWD:
		dx, dy, dw, dh := e.Away(0, g[0]), e.Away(1, g[1]), e.Away(2, g[2]), e.Away(3, g[3])
		return float64(dx*dx+dy*dy+(dw*dw+dh*dh)/4) * trifle
	case MeasureKL:
		if !(g[2] > 0 && g[3] > 0) {
			return 0
		}
		sum := 0.0
		for k := range 2 {
			d := 2 * float64(e.Away(k, g[k])) / float64(g[2+k])
			ratio := max(float64(e.Low[2+k]), min(float64(g[2+k]), float64(e.High[2+k]))) / float64(g[2+k])
			if ratio > 0 {
				sum += (ratio*ratio+d*d)/2 - logAbove(ratio)
			} else {
				sum += d * d / 2
			}
		}
		return max(0, (sum-1)*trifle-1e-6)
	}
	return math.Inf(-1)
}
