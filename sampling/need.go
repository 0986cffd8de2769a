package sampling

import "detsample/internal/prose"

// Need says which fields of [Candidates] a sampler reads beside GT. A field
// that it does not declare is nil.
type Need uint16

// What a sampler may read; combine with |.
const (
	NeedIoU         Need = 1 << iota // IoU
	NeedBox                          // Box
	NeedTruthClass                   // TruthClass
	NeedTruth                        // Truth
	NeedHardness                     // Hardness
	NeedBoxHardness                  // BoxHardness
	NeedGradient                     // Gradient
	NeedScore                        // Classes and Score
	NeedDecoded                      // Decoded
	needEnd
)

// NeedHead is what only the head's output over all candidates can give. In
// the second stage it costs a forward pass over every proposal.
const NeedHead = NeedHardness | NeedBoxHardness | NeedGradient | NeedScore | NeedDecoded

var needNames = [...]string{
	"IoU", "boxes", "classes of the ground truth", "ground truth",
	"hardness", "box losses", "gradients", "scores", "predicted boxes",
}

// String lists what is needed in words, such as "IoU, hardness"; "labels
// alone" if nothing is.
func (n Need) String() string {
	return prose.Flags(n, needNames[:], "something that is no sampling.Need", "labels alone")
}
