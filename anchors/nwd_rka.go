package anchors

import (
	"math"

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
// Time is O(candidates x ground truth), memory O(candidates + TopK).
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
	dst.row = reuse.Grow(dst.row, len(boxes))
	for g, box := range truth {
		r.take(dst, labels, boxes, box, int32(g))
	}
}

// take labels the boxes most similar to ground truth g, and ignores unclaimed
// ones that resemble it too much to be negative.
func (r ranking) take(dst *Assignment, labels []int32, boxes []Box, truth Box, g int32) {
	dst.kept = dst.kept[:0]
	for i, box := range boxes {
		rank := r.rank(box, truth)
		dst.row[i] = -rank
		if labels[i] == Negative && r.neg <= 1 && r.value(rank) >= float32(r.neg) {
			labels[i] = Ignored
		}
		if r.topK > 0 && rank > float32(math.Inf(-1)) {
			dst.kept = keepSmallest(dst.kept, r.topK, ranked{float64(-rank), int32(i)})
		}
	}
	for _, k := range dst.kept {
		labels[k.index] = g
	}
	if r.ties == TiesFirst || len(dst.kept) < max(r.topK, 1) {
		return
	}
	last := float32(dst.kept[len(dst.kept)-1].value)
	for i, cost := range dst.row {
		if cost == last {
			labels[i] = g
		}
	}
}
