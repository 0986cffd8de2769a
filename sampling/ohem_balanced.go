package sampling

import (
	"math/rand/v2"

	"detsample/internal/sift"
)

// BalancedOHEM fills its [Quota] with the positives and the negatives of
// highest classification loss: hard example mining that keeps the ratio of
// random sampling. Where few candidates are positive, most of what it mines is
// negative whatever the losses.
//
// Source: mmdetection's OHEMSampler, loss_key 'loss_cls'; Shrivastava et al. 2016
// have no ratio, see [OHEM].
type BalancedOHEM struct{ Quota }

var _ Sampler = BalancedOHEM{}

// Needs implements [Sampler].
func (BalancedOHEM) Needs() Need { return NeedHardness }

// Sample implements [Sampler].
func (b BalancedOHEM) Sample(dst *Sample, c *Candidates, _ *rand.Rand) {
	c.mustHave(b.Needs())
	pos := sift.Labelled(dst.pos, c.GT, positive)
	dst.pos = pos
	if k := b.positives(); len(pos) > k {
		dst.pick = append(dst.pick[:0], dst.largest.LargestOf(pos, c.Hardness, k)...)
		pos = dst.pick
	}
	dst.Keep(pos, dst.largest.Largest(c.Hardness, c.GT, negative, b.negatives(len(pos))))
}
