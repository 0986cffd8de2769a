package sampling

import (
	"errors"
	"math/rand/v2"

	"detsample/anchors"
	"detsample/internal/sift"
)

// HardNegative keeps every positive and, of the negatives, the hardest:
// floor(Ratio*positives) of them, and MinNegatives where that is more (an
// image without positives would teach nothing otherwise).
//
// Peers differ in what they do when negatives run out, and torchvision also in
// that it rounds up: ceil(Ratio*positives). Where negatives run out it takes
// positives for them, ranked last, and counts them twice; here every candidate
// counts once. ssd.pytorch lets positives compete with a loss of 0, and takes
// at most all candidates but one: with PositivesCompete they do here, so that
// negatives without any loss make way for positives of a lower index.
//
// Source: SSD (Liu et al. 2016, section 2.2), 3:1 per image by
// classification loss; torchvision's SSD, mmdetection's SSDHead, ssd.pytorch's
// MultiBoxLoss (PositivesCompete), TensorFlow's HardExampleMiner(None, 1.0, 3)
// (MinNegatives is its min_negatives_per_image).
type HardNegative struct {
	Ratio            float64 `range:"[0,)" doc:"negatives kept per positive"`
	MinNegatives     int     `range:"[0,)" doc:"negatives kept in an image with few or no positives"`
	PositivesCompete bool    `doc:"rank the positives among the negatives with loss 0, as ssd.pytorch does"`
}

var _ Sampler = HardNegative{}

// Validate reports a rule that keeps no negative.
func (h HardNegative) Validate() error { return someNegatives(h.Ratio, h.MinNegatives) }

func someNegatives(ratio float64, least int) error {
	if ratio == 0 && least == 0 {
		return errors.New("ratio and min_negatives are both 0: no negative would ever count; set ratio, for instance to 3")
	}
	return nil
}

// Needs implements [Sampler].
func (HardNegative) Needs() Need { return NeedHardness }

// Sample implements [Sampler].
func (h HardNegative) Sample(dst *Sample, c *Candidates, _ *rand.Rand) {
	c.mustHave(h.Needs())
	dst.pos = sift.Labelled(dst.pos, c.GT, positive)
	k := int(max(min(h.Ratio*float64(len(dst.pos)), float64(len(c.GT))), float64(h.MinNegatives)))
	if h.PositivesCompete {
		dst.Keep(dst.pos, dst.competing(c, k))
	} else {
		dst.Keep(dst.pos, dst.largest.Largest(c.Hardness, c.GT, negative, k))
	}
}

// competing returns the negatives among the k hardest candidates, and not all
// of these, where the positives, s.pos, have no hardness.
func (s *Sample) competing(c *Candidates, k int) []int32 {
	s.pick = sift.Labelled(s.pick, c.GT, notIgnored)
	s.real = append(s.real[:0], c.Hardness...)
	for _, i := range s.pos {
		s.real[i] = 0
	}
	hard := s.largest.Largest(s.real, c.GT, notIgnored, min(k, len(s.pick)-1))
	neg := hard[:0]
	for _, i := range hard {
		if c.GT[i] == anchors.Negative {
			neg = append(neg, i)
		}
	}
	return neg
}
