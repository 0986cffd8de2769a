package sampling

import (
	"math/rand/v2"

	"detsample/anchors"
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
	dst.Reset()
	for i, g := range c.GT {
		if g == anchors.Ignored {
			continue
		}
		dst.Index = append(dst.Index, int32(i))
		dst.Weight = append(dst.Weight, 1)
		if g >= 0 {
			dst.Positives++
		}
	}
}
