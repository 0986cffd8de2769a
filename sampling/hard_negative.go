package sampling

import "math/rand/v2"

// HardNegative keeps every positive and, of the negatives, the hardest:
// Ratio for each positive, and MinNegatives where that is more (an image
// without positives would teach nothing otherwise).
//
// Source: SSD (Liu et al. 2016, section 2.2), 3:1 per image by
// classification loss; torchvision's SSD, mmdetection's SSDHead.
type HardNegative struct {
	Ratio        float64 `range:"[0,)" doc:"negatives kept per positive"`
	MinNegatives int     `range:"[0,)" doc:"negatives kept in an image with few or no positives"`
}

// NewHardNegative returns SSD's rule: ratio negatives for each positive, none
// in an image without.
func NewHardNegative(ratio float64) HardNegative { return HardNegative{Ratio: ratio} }

var _ Sampler = HardNegative{}

// Needs implements [Sampler].
func (HardNegative) Needs() Need { return NeedHardness }

// Sample implements [Sampler].
func (h HardNegative) Sample(dst *Sample, c *Candidates, _ *rand.Rand) {
	pos, neg := dst.split(c.GT)
	k := max(int(h.Ratio*float64(len(pos))), h.MinNegatives)
	dst.keep(pos, dst.heap.hardest(neg, c.Hardness, k))
}
