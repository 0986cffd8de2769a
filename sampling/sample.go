package sampling

import (
	"math"

	"detsample/anchors"
	"detsample/internal/reuse"
	"detsample/internal/sift"
)

// The labels of the kinds of candidates.
var (
	positive   = sift.Labels{Low: 0, High: math.MaxInt32}
	negative   = sift.Labels{Low: anchors.Negative, High: anchors.Negative}
	notIgnored = sift.Labels{Low: anchors.Negative, High: math.MaxInt32}
)

// Sample is what a sampler keeps. It also holds the sampler's scratch memory,
// so a Sample that is used again allocates nothing once warm.
type Sample struct {
	Index  []int32   // kept candidates, ascending, unique, never Ignored
	Weight []float32 // of each, finite and >= 0, a constant to the gradient

	// BoxWeight weighs the box loss of each kept candidate where that differs
	// from Weight; of length 0 where it does not.
	BoxWeight []float32

	Positives int // how many of Index are matched to a ground truth

	pos, neg, pick, rest, left []int32 // scratch
	real                       []float32
	prob                       []float64
	largest                    sift.Selector
	halves                     *halves
	budget                     *budget
	hlr                        *hlr
	own                        reuse.Kept
}

// Scratch returns memory of a sampler of one's own, a T that is zero at first and is
// kept in dst from one call to the next: whatever it holds then is of another image,
// or step. A T of the sampler's own package is no other's. One that samples a batch at once
// takes it from any element of it.
func Scratch[T any](dst *Sample) *T { return reuse.Of[T](&dst.own) }

// Split lists the positives and the negatives of an image, each in ascending
// order. The lists belong to the sample until it is split again; a sampler may
// reorder them and drop from them.
func (s *Sample) Split(c *Candidates) (pos, neg []int32) {
	s.pos, s.neg = sift.Labelled(s.pos, c.GT, positive), sift.Labelled(s.neg, c.GT, negative)
	return s.pos, s.neg
}

// Hardest keeps, of an ascending list, the k candidates with the largest values,
// or all of them if there are no more, in ascending order and in list's memory.
// NaN counts as largest, and of equal values the earlier candidate is taken.
// value has an element for every candidate of the image.
func (s *Sample) Hardest(list []int32, value []float32, k int) []int32 {
	return append(list[:0], s.largest.LargestOf(list, value, k)...)
}

// Keep sets the sample to positives and negatives, each an ascending list, with
// weight 1. A sampler that weighs sets Weight and, for boxes alone, BoxWeight
// afterwards, in the order of Index.
func (s *Sample) Keep(pos, neg []int32) {
	s.reset()
	s.Positives = len(pos)
	s.Index = sift.Merge(s.Index, pos, neg)
	s.weighAlike(1)
}

// keepMixed sets the sample to an ascending list of both kinds, with weight 1.
func (s *Sample) keepMixed(list []int32, gt []int32) {
	s.reset()
	s.Index = append(s.Index, list...)
	s.weighAlike(1)
	for _, i := range list {
		if gt[i] >= 0 {
			s.Positives++
		}
	}
}

// reset empties the sample, keeping its memory.
func (s *Sample) reset() {
	s.Index, s.Weight, s.BoxWeight, s.Positives = s.Index[:0], s.Weight[:0], s.BoxWeight[:0], 0
}

// weighAlike gives all that is kept the same weight.
func (s *Sample) weighAlike(weight float32) {
	s.Weight = reuse.Grow(s.Weight, len(s.Index))
	for k := range s.Weight {
		s.Weight[k] = weight
	}
}
