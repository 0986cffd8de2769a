package sampling

import (
	"math"
	"math/rand/v2"

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

// Need says what a sampler must be given beyond the assignment.
type Need uint8

// What a sampler may need; combine with |.
const (
	NeedHardness    Need = 1 << iota // Candidates.Hardness
	NeedBox                          // Candidates.Box
	NeedBoxHardness                  // Candidates.BoxHardness
	NeedGradient                     // Candidates.Gradient
	NeedScore                        // Candidates.Classes and Score
	NeedDecoded                      // Candidates.Decoded
	NeedTruth                        // Candidates.Truth
)

// NeedHead is what only the head's output over all candidates can give. In
// the second stage it costs a forward pass over every proposal.
const NeedHead = NeedHardness | NeedBoxHardness | NeedGradient | NeedScore | NeedDecoded

// Candidates are one image's candidates as a sampler sees them. All slices
// that are not nil have the same length.
type Candidates struct {
	GT       []int32       // label code of anchors: ground-truth index, Negative or Ignored
	IoU      []float32     // with the best-overlapping ground truth
	Box      []anchors.Box // if NeedBox
	Hardness []float32     // if NeedHardness: the classification loss; NaN counts as hardest

	BoxHardness []float32      // if NeedBoxHardness: the box loss with its weight, 0 but for positives
	Gradient    []float32      // if NeedGradient: the Euclidean norm of the classification loss's gradient
	Classes     int            // if NeedScore
	Score       []float32      // if NeedScore: (N, Classes), the head's probabilities
	Decoded     []anchors.Box  // if NeedDecoded: the head's boxes
	Truth       *anchors.Truth // if NeedTruth: what GT indexes
}

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
}

// Sampler keeps candidates of one image. It is immutable and safe for
// concurrent use with different dst. A sampler without randomness ignores
// rng, which may then be nil.
type Sampler interface {
	Needs() Need
	Sample(dst *Sample, c *Candidates, rng *rand.Rand)
}

// Batched is a sampler that looks at all images of a batch at once (a budget
// shared among images). A stage that has several calls SampleBatch in place of
// Sample; dst and keys have an element for each element of c, and source.At
// gives the random source of a key.
type Batched interface {
	Sampler
	SampleBatch(dst []Sample, c []Candidates, keys []Key, source *Source)
}

// Reset empties the sample, keeping its memory.
func (s *Sample) Reset() {
	s.Index, s.Weight, s.BoxWeight, s.Positives = s.Index[:0], s.Weight[:0], s.BoxWeight[:0], 0
}

// split lists the positives and the negatives among the candidates.
func (s *Sample) split(gt []int32) (pos, neg []int32) {
	s.pos, s.neg = sift.Labelled(s.pos, gt, positive), sift.Labelled(s.neg, gt, negative)
	return s.pos, s.neg
}

// keep sets the sample to the union of two ascending lists, positives and
// negatives, in ascending order and with weight 1.
func (s *Sample) keep(pos, neg []int32) {
	s.Reset()
	s.Positives = len(pos)
	s.Index = sift.Merge(s.Index, pos, neg)
	s.weighAlike(1)
}

// weighAlike gives all that is kept the same weight.
func (s *Sample) weighAlike(weight float32) {
	s.Weight = reuse.Grow(s.Weight, len(s.Index))
	for k := range s.Weight {
		s.Weight[k] = weight
	}
}
