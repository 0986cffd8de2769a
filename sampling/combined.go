package sampling

import (
	"errors"
	"math/rand/v2"

	"detsample/anchors"
	"detsample/internal/registry"
)

// Combined takes the positives of one sampler and the negatives of another.
//
// The sampler of negatives sees only the positives that were kept; the others
// look ignored to it. So it counts the negatives by its own rule (up to its
// Num, or so many for each positive kept), and both budgets agree where both
// have the same Num and fraction. It should allow as many positives as the
// first keeps.
//
// Source: mmdetection's CombinedSampler; Libra R-CNN (Pang et al. 2019) combines
// instance_balanced positives with iou_balanced negatives, the default here.
type Combined struct {
	Positive Sampler `doc:"whose positives are kept"`
	Negative Sampler `doc:"whose negatives are kept"`
}

// NewCombined returns Libra R-CNN's combination for num candidates of which
// at most the given fraction is positive. It panics if the configuration is
// invalid.
func NewCombined(num int, positiveFraction float64) Combined {
	return registry.Must("sampling: NewCombined", Combined{InstanceBalanced{Quota{Num: num, PositiveFraction: positiveFraction}}, NewIoUBalanced(num, positiveFraction)})
}

var _ Sampler = Combined{}

// Validate reports a missing half, and one that shares a budget among images.
func (b Combined) Validate() error {
	switch {
	case b.Positive == nil:
		return errors.New("no sampler of positives (positive): choose one, for instance instance_balanced")
	case b.Negative == nil:
		return errors.New("no sampler of negatives (negative): choose one, for instance iou_balanced")
	case sharesBudget(b.Positive) || sharesBudget(b.Negative):
		return errors.New("a sampler that looks at the whole batch cannot be half of another: set its per_batch to false")
	}
	return nil
}

// Needs implements [Sampler].
func (b Combined) Needs() Need { return b.Positive.Needs() | b.Negative.Needs() }

// Sample implements [Sampler].
func (b Combined) Sample(dst *Sample, c *Candidates, rng *rand.Rand) {
	if dst.halves == nil {
		dst.halves = new(halves)
	}
	h := dst.halves
	b.Positive.Sample(&h.pos, c, rng)
	h.view = *c
	h.view.GT = h.mask(c.GT)
	b.Negative.Sample(&h.neg, &h.view, rng)
	dst.reset()
	weighBoxes := len(h.pos.BoxWeight) > 0
	for p, n := h.pos.next(c.GT, 0, true), h.neg.next(c.GT, 0, false); p < len(h.pos.Index) || n < len(h.neg.Index); {
		if n == len(h.neg.Index) || p < len(h.pos.Index) && h.pos.Index[p] < h.neg.Index[n] {
			dst.adopt(&h.pos, p, weighBoxes)
			dst.Positives++
			p = h.pos.next(c.GT, p+1, true)
		} else {
			dst.adopt(&h.neg, n, weighBoxes)
			n = h.neg.next(c.GT, n+1, false)
		}
	}
}

// halves is the memory of a combination.
type halves struct {
	pos, neg Sample
	view     Candidates
	gt       []int32
}

// mask returns the labels with every positive that was not kept ignored.
func (h *halves) mask(gt []int32) []int32 {
	h.gt = append(h.gt[:0], gt...)
	for i, g := range h.gt {
		if g >= 0 {
			h.gt[i] = anchors.Ignored
		}
	}
	for _, i := range h.pos.Index {
		h.gt[i] = gt[i]
	}
	return h.gt
}

// next returns the place, from i, of the next kept candidate of a kind.
func (s *Sample) next(gt []int32, i int, positive bool) int {
	for i < len(s.Index) && gt[s.Index[i]] >= 0 != positive {
		i++
	}
	return i
}

// adopt appends the k-th kept candidate of another sample.
func (s *Sample) adopt(from *Sample, k int, weighBoxes bool) {
	s.Index, s.Weight = append(s.Index, from.Index[k]), append(s.Weight, from.Weight[k])
	if weighBoxes {
		weight := from.Weight[k]
		if len(from.BoxWeight) > 0 {
			weight = from.BoxWeight[k]
		}
		s.BoxWeight = append(s.BoxWeight, weight)
	}
}
