package sampling

import (
	"math/rand/v2"
	"slices"
)

// Random draws Num candidates uniformly without replacement: at most
// floor(Num*PositiveFraction) positives, and negatives to fill up. Where
// positives are few the rest is negatives, so "1:1" is often 1:50 in truth.
//
// Source: Faster R-CNN (Ren et al. 2015), 256 at 1:1 in the RPN; Fast R-CNN
// (Girshick 2015), 128 ROIs at 1:3, 512 since FPN; mmdetection's
// RandomSampler, detectron2's subsample_labels, torchvision's
// BalancedPositiveNegativeSampler.
type Random struct {
	Num              int     `range:"[1,)" doc:"candidates kept per image"`
	PositiveFraction float64 `range:"[0,1]" doc:"largest share of positives among them"`
}

// NewRandom returns a sampler of num candidates of which at most the given
// fraction is positive.
func NewRandom(num int, positiveFraction float64) Random {
	return Random{Num: num, PositiveFraction: positiveFraction}
}

var _ Sampler = Random{}

// Needs implements [Sampler].
func (Random) Needs() Need { return 0 }

// Sample implements [Sampler].
func (r Random) Sample(dst *Sample, c *Candidates, rng *rand.Rand) {
	pos, neg := dst.split(c.GT)
	pos = draw(pos, int(float64(r.Num)*r.PositiveFraction), rng)
	neg = draw(neg, r.Num-len(pos), rng)
	dst.keep(pos, neg)
}

// draw keeps k uniformly drawn elements of s, by the first k steps of a
// Fisher-Yates shuffle, in ascending order. If there are no more than k, it
// keeps them all and draws nothing.
func draw(s []int32, k int, rng *rand.Rand) []int32 {
	if len(s) <= k {
		return s
	}
	for i := range k {
		j := i + rng.IntN(len(s)-i)
		s[i], s[j] = s[j], s[i]
	}
	s = s[:k]
	slices.Sort(s)
	return s
}
