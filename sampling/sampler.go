package sampling

import (
	"math/rand/v2"

	"detsample/anchors"
)

// Candidates are one image's candidates as a sampler sees them, to read. GT is always
// set; the other fields are nil unless the sampler's Needs declares them. All
// lists of candidates have the same length.
type Candidates struct {
	GT  []int32       // label code of anchors: ground-truth index, Negative or Ignored
	IoU []float32     // if NeedIoU: with the best-overlapping ground truth
	Box []anchors.Box // if NeedBox

	// What GT indexes, of which a sampler may know the classes alone: the
	// candidates' labels in a record of a training may have no boxes.
	TruthClass []int32        // if NeedTruthClass: the class of each ground truth
	Truth      *anchors.Truth // if NeedTruth

	Hardness    []float32     // if NeedHardness: the classification loss, times its weight if NeedBoxHardness too; NaN counts as hardest
	BoxHardness []float32     // if NeedBoxHardness: the box loss with its weight, 0 but for positives
	Gradient    []float32     // if NeedGradient: the Euclidean norm of the classification loss's gradient
	Classes     int           // if NeedScore
	Score       []float32     // if NeedScore: (N, Classes), the head's probabilities
	Decoded     []anchors.Box // if NeedDecoded: the head's boxes
}

// Sampler keeps candidates of one image. It is immutable and safe for
// concurrent use with different dst. A sampler without randomness ignores
// rng, which may then be nil.
//
// Needs declares every field of Candidates beside GT that Sample reads, and
// must not depend on anything but the sampler's own fields; those of this package
// panic where such a list is not of all candidates. [Sample.Split] and
// [Sample.Keep] are how a sample is taken.
//
// Sample must not write to c, whose lists the caller goes on to use and other
// samplers read, nor keep any of them in dst: it sorts a copy. A stage looks
// whether it did in the first step of a Work, and panics.
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
