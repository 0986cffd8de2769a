package sampling

import (
	"math/rand/v2"

	"detsample/internal/sift"
)

// All keeps every candidate that is not ignored, with weight 1: what focal
// loss is meant for.
//
// Source: RetinaNet (Lin et al. 2017); mmdetection's PseudoSampler.
type All struct{}

var _ Sampler = All{}

// Needs implements [Sampler].
func (All) Needs() Need { return 0 }

// Sample implements [Sampler].
func (All) Sample(dst *Sample, c *Candidates, _ *rand.Rand) {
	dst.reset()
	dst.Index = sift.Labelled(dst.Index, c.GT, notIgnored)
	dst.pos = sift.Labelled(dst.pos, c.GT, positive)
	dst.Positives = len(dst.pos)
	dst.weighAlike(1)
}
