package sampling

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// InstanceBalanced draws its [Quota] such that every ground truth gets about as
// many positives: where more are matched than may be kept, each of G ground
// truths that have any gets at most round(k/G)+1 of the k, drawn uniformly;
// what is then missing is drawn from the rest, and any excess is dropped at
// random. Negatives are drawn uniformly. A large object, with dozens of matched
// candidates, no longer crowds out a small one with two.
//
// Source: Libra R-CNN's code (Pang et al. 2019); mmdetection's
// InstanceBalancedPosSampler, counts included (round takes ties to even).
type InstanceBalanced struct{ Quota }

var _ Sampler = InstanceBalanced{}

// Needs implements [Sampler].
func (InstanceBalanced) Needs() Need { return 0 }

// Sample implements [Sampler].
func (b InstanceBalanced) Sample(dst *Sample, c *Candidates, rng *rand.Rand) {
	pos, neg := dst.Split(c)
	if k := b.positives(); len(pos) > k {
		pos = dst.balance(pos, c.GT, k, rng)
	}
	dst.Keep(pos, Draw(neg, b.negatives(len(pos)), rng))
}

// balance draws k of the positives, about as many of every ground truth.
func (s *Sample) balance(pos, gt []int32, k int, rng *rand.Rand) []int32 {
	slices.SortFunc(pos, func(a, b int32) int {
		return cmp.Or(cmp.Compare(gt[a], gt[b]), cmp.Compare(a, b))
	})
	share := int(math.RoundToEven(float64(k)/float64(groups(pos, gt)))) + 1
	s.pick, s.rest = s.pick[:0], s.rest[:0]
	for len(pos) > 0 {
		group := pos[:groupLength(pos, gt)]
		pos = pos[len(group):]
		take := min(share, len(group))
		if take < len(group) {
			shuffle(group, take, rng)
		}
		s.pick = append(s.pick, group[:take]...)
		s.rest = append(s.rest, group[take:]...)
	}
	if missing := k - len(s.pick); missing > 0 {
		s.pick = append(s.pick, Draw(s.rest, missing, rng)...)
	}
	s.pick = Draw(s.pick, k, rng)
	slices.Sort(s.pick)
	return s.pick
}

// groups counts the ground truths among positives in their order.
func groups(pos, gt []int32) int {
	n := 0
	for ; len(pos) > 0; n++ {
		pos = pos[groupLength(pos, gt):]
	}
	return n
}

// groupLength returns how many positives, from the first, share its ground
// truth.
func groupLength(pos, gt []int32) int {
	n := 1
	for n < len(pos) && gt[pos[n]] == gt[pos[0]] {
		n++
	}
	return n
}
