package sampling

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"detsample/internal/registry"
)

// Random draws its [Quota] uniformly without replacement. Where positives are
// few the rest is negatives, so "1:1" is often 1:50 in truth.
//
// Negatives may be limited to an interval of IoU, MinNegativeIoU <= IoU <
// MaxNegativeIoU, so that the second stage learns from what is near an object.
//
// Source: Faster R-CNN (Ren et al. 2015), 256 at 1:1 in the RPN; Fast R-CNN
// (Girshick 2015), 128 ROIs at 1:3 with negatives from IoU 0.1 (BG_THRESH_LO)
// to 0.5, 512 since FPN; mmdetection's RandomSampler, detectron2's
// subsample_labels, torchvision's BalancedPositiveNegativeSampler.
type Random struct {
	Quota
	MinNegativeIoU float64 `param:"min_negative_iou" range:"[0,1]" doc:"IoU from which a negative may be drawn"`
	MaxNegativeIoU float64 `param:"max_negative_iou" range:"[0,1]" doc:"IoU below which a negative may be drawn; 0 is no limit"`
}

// NewRandom returns a sampler of num candidates of which at most the given
// fraction is positive. It panics if the configuration is invalid.
func NewRandom(num int, positiveFraction float64) Random {
	return registry.Must("sampling: NewRandom", Random{Quota: Quota{Num: num, PositiveFraction: positiveFraction}})
}

var _ Sampler = Random{}

// Validate reports an interval of IoU that holds nothing.
func (r Random) Validate() error {
	if r.MaxNegativeIoU > 0 && r.MinNegativeIoU >= r.MaxNegativeIoU {
		return fmt.Errorf("min_negative_iou %v is not below max_negative_iou %v: no negative would ever be drawn", r.MinNegativeIoU, r.MaxNegativeIoU)
	}
	return nil
}

// Needs implements [Sampler]: an interval of IoU is looked at.
func (r Random) Needs() Need {
	if r.MinNegativeIoU == 0 && r.MaxNegativeIoU == 0 {
		return 0
	}
	return NeedIoU
}

// Sample implements [Sampler].
func (r Random) Sample(dst *Sample, c *Candidates, rng *rand.Rand) {
	c.mustHave(r.Needs())
	pos, neg := dst.Split(c)
	pos = Draw(pos, r.positives(), rng)
	neg = Draw(r.near(neg, c.IoU), r.negatives(len(pos)), rng)
	dst.Keep(pos, neg)
}

// near keeps the negatives inside the interval of IoU.
func (r Random) near(neg []int32, iou []float32) []int32 {
	if r.MinNegativeIoU == 0 && r.MaxNegativeIoU == 0 {
		return neg
	}
	low, high := float32(r.MinNegativeIoU), float32(r.MaxNegativeIoU)
	return slices.DeleteFunc(neg, func(i int32) bool {
		return iou[i] < low || high > 0 && iou[i] >= high
	})
}

// Draw keeps k uniformly drawn elements of list, in ascending order and in its
// memory. If there are no more than k, it keeps them as they are and draws
// nothing.
func Draw(list []int32, k int, rng *rand.Rand) []int32 {
	if k = max(k, 0); len(list) > k {
		list = shuffle(list, k, rng)[:k]
		slices.Sort(list)
	}
	return list
}

// shuffle brings k uniformly drawn elements of s, of which there are more, to
// its front, by the first k steps of a Fisher-Yates shuffle.
func shuffle(s []int32, k int, rng *rand.Rand) []int32 {
	for i := range k {
		j := i + rng.IntN(len(s)-i)
		s[i], s[j] = s[j], s[i]
	}
	return s
}
