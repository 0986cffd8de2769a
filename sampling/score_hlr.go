package sampling

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"detsample/internal/registry"
	"detsample/internal/reuse"
)

// ScoreHLR draws positives uniformly within its [Quota] and ranks negatives
// by importance: the hierarchical local rank of their scores.
//
// A negative's score is its highest class probability. Those above MinScore
// are grouped: in falling order of score, each joins the first group whose
// leader its decoded box overlaps with an IoU of NMSIoU or more, or else leads
// a group of its own. Negatives are then ordered by their rank within their
// group, and by score among those of equal rank, so that what would be the
// detector's distinct false positives comes first. The first k are kept, and
// uniformly drawn ones of low score where that is not enough. The j-th of m =
// max(k, ranked) weighs
//
//	(Bias + (1-Bias) (m-j)/m) ^ Power
//
// from j = 0, those of low score as much as the last ranked one, and all are
// scaled so that the sum of their losses is what it would be unweighted.
//
// Where the head regresses boxes per class, the peer decodes the box of the
// highest class and this the one it is given (see Candidates.Decoded).
//
// Source: PISA (Cao et al. 2020), ISR-N; mmdetection's ScoreHLRSampler.
type ScoreHLR struct {
	Quota
	Power    float64 `range:"[0,)" doc:"exponent of the weight, the paper's k"`
	Bias     float64 `range:"[0,1]" doc:"weight that the least important tends to before the exponent"`
	MinScore float64 `range:"[0,1]" doc:"score above which a negative is ranked"`
	NMSIoU   float64 `param:"nms_iou" range:"(0,1]" doc:"IoU of decoded boxes from which a negative joins a group"`
}

// NewScoreHLR returns the published rule: power 0.5, no bias, scores above
// 0.05, groups at IoU 0.5. It panics if the configuration is invalid.
func NewScoreHLR(num int, positiveFraction float64) ScoreHLR {
	return registry.Must("sampling: NewScoreHLR", ScoreHLR{Quota: Quota{Num: num, PositiveFraction: positiveFraction}, Power: 0.5, MinScore: 0.05, NMSIoU: 0.5})
}

var _ Sampler = ScoreHLR{}

// Needs implements [Sampler].
func (ScoreHLR) Needs() Need { return NeedHardness | NeedScore | NeedDecoded }

// Sample implements [Sampler].
func (h ScoreHLR) Sample(dst *Sample, c *Candidates, rng *rand.Rand) {
	c.mustHave(h.Needs())
	pos, neg := dst.Split(c)
	pos = Draw(pos, h.positives(), rng)
	k := min(len(neg), h.negatives(len(pos)))
	scored := dst.score(neg, c, float32(h.MinScore))
	if scored == 0 || k == 0 {
		dst.Keep(pos, Draw(neg, k, rng))
		return
	}
	if dst.hlr == nil {
		dst.hlr = new(hlr)
	}
	dst.rest = append(dst.rest[:0], neg[scored:]...)
	byScore := falling{largest: &dst.largest, list: neg[:scored], value: dst.real, first: 2 * k}
	ranked := dst.hlr.order(&byScore, c, float32(h.NMSIoU), k)
	dst.pick = dst.pick[:0]
	for _, m := range ranked {
		dst.pick = append(dst.pick, m.index)
	}
	dst.pick = append(dst.pick, Draw(dst.rest, k-len(ranked), rng)...)
	h.weigh(dst, c, len(ranked), float64(max(k, scored)))
	slices.Sort(dst.pick)
	dst.Keep(pos, dst.pick)
	for i, at := range dst.Index {
		if c.GT[at] < 0 {
			dst.Weight[i] = dst.real[at]
		}
	}
}

// score brings the negatives whose score is above least to the front of neg,
// returns their number and leaves the scores in s.real.
func (s *Sample) score(neg []int32, c *Candidates, least float32) int {
	s.real = reuse.Grow(s.real, len(c.GT))
	for _, at := range neg {
		score := float32(0)
		for _, p := range c.Score[int(at)*c.Classes : (int(at)+1)*c.Classes] {
			if higher := max(score, p); higher == higher { // not NaN
				score = higher
			}
		}
		s.real[at] = score
	}
	return gather(neg, s.real, float64(math.Nextafter32(least, 2)), math.Inf(1))
}

// weigh leaves the weights of the picked negatives, of which the first few are
// ranked, in s.real.
func (h ScoreHLR) weigh(s *Sample, c *Candidates, ranked int, m float64) {
	before, after := 0.0, 0.0
	for j, at := range s.pick {
		w := math.Pow(h.Bias+(1-h.Bias)*(m-float64(min(j, ranked-1)))/m, h.Power)
		s.real[at] = float32(w)
		before += float64(c.Hardness[at])
		after += float64(c.Hardness[at]) * w
	}
	by := float32(restore(before, after))
	for _, at := range s.pick {
		s.real[at] *= by
	}
}

// restore returns the factor that scales after to before; 1 where none does, as
// when no candidate has a loss.
func restore(before, after float64) float64 {
	if by := before / after; by > 0 && by <= math.MaxFloat32 {
		return by
	}
	return 1
}

// hlr is the memory of a hierarchical local rank.
type hlr struct {
	leaders []int32
	size    []int32 // of each leader's group
	member  []member
	prime   []prime
}

// member is a candidate with its rank in its group.
type member struct {
	index, rank int32
	score       float32
}

// order returns the k candidates first in hierarchical local rank, or all that
// there are. Leaders come first and in order, so k of them are enough.
func (h *hlr) order(byScore *falling, c *Candidates, iou float32, k int) []member {
	h.leaders, h.size, h.member = h.leaders[:0], h.size[:0], h.member[:0]
	for len(h.leaders) < k {
		i, ok := byScore.next()
		if !ok {
			break
		}
		group := leader(h.leaders, c.Decoded, i, func(_ int32, v float32) bool { return v >= iou })
		if group < 0 {
			group = len(h.leaders)
			h.leaders, h.size = append(h.leaders, i), append(h.size, 0)
		}
		h.member = append(h.member, member{i, h.size[group], byScore.value[i]})
		h.size[group]++
	}
	slices.SortFunc(h.member, func(a, b member) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.score, a.score), cmp.Compare(a.index, b.index))
	})
	return h.member[:min(k, len(h.member))]
}
