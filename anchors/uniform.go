package anchors

import (
	"math"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// Uniform gives every ground truth the same number of positives, however
// large it is: the MatchTimes candidates whose predicted boxes lie nearest to
// it and the MatchTimes whose own boxes do, nearness being the L1 distance of
// centre, width and height. Of these,
//
//	IoU(candidate, ground truth) < PosIgnoreIoU             ignored, not positive
//
// and of all others
//
//	largest IoU(predicted box, ground truth) > NegIgnoreIoU  ignored, not negative
//
// A candidate picked more than once belongs to the pick of the highest rank
// of nearness, then to one by its own box rather than its predicted one, then
// to the highest ground truth, as in the peers. Negatives in ignore regions
// are ignored by IgnoreIoF.
//
// Time is O(candidates), plus a comparison of each ground truth with every 32
// candidates and with each candidate near it; memory is O(candidates +
// MatchTimes x ground truth). It needs predictions.
//
// Source: YOLOF (Chen et al. 2021); mmdetection's UniformAssigner, whose
// configuration of YOLOF has the defaults.
type Uniform struct {
	MatchTimes   int     `range:"[1,)" doc:"positives of each ground truth by predicted boxes, and again by the candidates themselves"`
	PosIgnoreIoU float64 `param:"pos_ignore_iou" range:"[0,1]" doc:"IoU below which a picked candidate is ignored"`
	NegIgnoreIoU float64 `param:"neg_ignore_iou" range:"[0,1]" doc:"IoU of the predicted box above which another candidate is ignored"`
	IgnoreIoF    float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
}

// NewUniform returns YOLOF's assigner: 4 matches, ignored below an IoU of
// 0.15, negatives ignored above 0.7, and candidates lying in ignore regions by
// more than half ignored.
func NewUniform() Uniform {
	return Uniform{MatchTimes: 4, PosIgnoreIoU: 0.15, NegIgnoreIoU: 0.7, IgnoreIoF: 0.5}
}

var _ Assigner = Uniform{}

// Needs implements [Assigner].
func (Uniform) Needs() Need { return NeedPredictions }

// Assign implements [Assigner]. It panics unless there is a predicted box for
// every candidate.
func (u Uniform) Assign(dst *Assignment, c *Candidates, t *Truth) {
	if len(c.Decoded) != len(c.Box) {
		panic("anchors: Uniform.Assign: needs a predicted box for every candidate")
	}
	dst.Reset(len(c.Box))
	dst.overlap(c.Box, t.Box)
	u.ignore(dst, c, t.Box)
	u.pick(dst, c, t.Box)
	u.match(dst, c, t.Box)
	dst.ignoreNegatives(c.Box, t.Ignore, u.IgnoreIoF)
}

// ignore ignores the candidates whose predicted boxes overlap a ground truth
// much.
func (u Uniform) ignore(dst *Assignment, c *Candidates, truth []Box) {
	dst.similar = reuse.Grow(dst.similar, len(c.Box))
	dst.overlapOf(dst.similar, nil, c.Decoded, truth)
	for i, iou := range dst.similar {
		if iou > float32(u.NegIgnoreIoU) {
			dst.GT[i] = Ignored
		}
	}
}

// ones are the weights of l1.
var ones = [4]float32{1, 1, 1, 1}

// pick gathers, for each ground truth, its candidates by predicted box and
// then those by their own, nearest first.
func (u Uniform) pick(dst *Assignment, c *Candidates, truth []Box) {
	dst.picked = reuse.Grow(dst.picked, 2*min(u.MatchTimes, len(c.Box))*len(truth))[:0]
	sources := [2][]Box{c.Decoded, c.Box}
	dst.rivals = reuse.Grow(dst.rivals, len(sources))
	for s, boxes := range sources {
		dst.rivals[s].reset(boxes)
	}
	for _, box := range truth {
		for s, boxes := range sources {
			rivals := &dst.rivals[s]
			nearness := overlap.NearnessTo(box, ones, 0)
			dst.kept = rivals.smallestUseful(dst.kept, u.MatchTimes, box, math.Inf(1), func(least []float64, first int) {
				for i, v := range rivals.leastDistance(len(least), first, box, ones) {
					least[i] = float64(v)
				}
			}, func(kept []ranked, e int) uint32 {
				if len(kept) < u.MatchTimes {
					return rivals.whole(e)
				}
				return overlap.Near(rivals.of(e), &nearness, float32(kept[u.MatchTimes-1].value))
			}, func(kept []ranked, i int) []ranked {
				return keepSmallest(kept, u.MatchTimes, ranked{float64(l1(boxes[i], box)), int32(i)})
			})
			dst.picked = append(dst.picked, dst.kept...)
		}
	}
}

// match labels the picked candidates, those that win last.
func (u Uniform) match(dst *Assignment, c *Candidates, truth []Box) {
	k := min(u.MatchTimes, len(c.Box))
	for rank := range k {
		for source := range 2 {
			for g, box := range truth {
				i := dst.picked[(2*g+source)*k+rank].index
				dst.GT[i] = int32(g)
				if IoU(c.Box[i], box) < float32(u.PosIgnoreIoU) {
					dst.GT[i] = Ignored
				}
			}
		}
	}
}

// l1 returns |dx|+|dy|+|dw|+|dh| of the boxes' centres and sizes.
func l1(a, b Box) float32 {
	ax, ay := a.Center()
	bx, by := b.Center()
	return distance(ax, bx) + distance(ay, by) + distance(a.Width(), b.Width()) + distance(a.Height(), b.Height())
}

func distance(a, b float32) float32 { return max(a-b, b-a) }
