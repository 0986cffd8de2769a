package sampling

import (
	"errors"
	"math/rand/v2"
	"slices"
)

// OHEM keeps the Num candidates of highest loss, positive or negative alike:
// online hard example mining without a fixed ratio. Its steps, each of which
// can be left out:
//
//   - The loss is that of classification, plus BoxHardness times that of the
//     box, which only positives have; with BoxHardness, each with its weight in
//     the stage.
//   - In falling order of loss, a candidate is passed over if its IoU with one
//     already taken is above NMSIoU: neighbours that share an object share
//     their loss, and would be taken many times. Boxes are the candidates' own
//     or, with NMSDecoded, those that the head predicts. With NMSPerClass only
//     candidates of the same class suppress one another, the background being
//     one.
//   - Of the taken negatives the hardest stay, floor(NegativesPerPositive*
//     positives) and MinNegatives at least.
//
// With PerBatch, Num is what the whole batch keeps: images compete, and one
// with nothing hard may get nothing. Candidates of equal loss are ordered by
// image and then by index; suppression and the limit on negatives stay within
// an image.
//
// Source: Shrivastava et al. 2016 and its Caffe code, which ranks by
// classification and box loss after NMS at 0.7 within a class and keeps 64 of
// each image (ohem_caffe does it over the whole batch); TensorFlow's
// HardExampleMiner (hard_example_miner: 64 per image, NMS at 0.7 on decoded
// boxes, losses weighed 0.05 to 0.06, then a limit on negatives, which there
// lets ignored candidates through and here meets none).
type OHEM struct {
	Num                  int     `range:"[1,)" doc:"hardest candidates kept per image"`
	PerBatch             bool    `doc:"num is for all images of a batch together"`
	BoxHardness          float64 `range:"[0,)" doc:"weight of the box loss beside the classification loss in ranking; 0 is classification alone"`
	NMSIoU               float64 `param:"nms_iou" range:"[0,1]" doc:"IoU above which the easier of two candidates is passed over; 0 is no suppression"`
	NMSDecoded           bool    `param:"nms_decoded" doc:"suppress on the head's boxes in place of the candidates' own"`
	NMSPerClass          bool    `param:"nms_per_class" doc:"suppress within a class only, that of the ground truth or the background"`
	NegativesPerPositive float64 `range:"[0,)" doc:"most negatives for each positive taken; 0 is no limit"`
	MinNegatives         int     `range:"[0,)" doc:"negatives that the limit leaves in any case"`
}

var _ Batched = OHEM{}

// Validate reports ways of suppression where nothing is suppressed.
func (o OHEM) Validate() error {
	if o.NMSIoU == 0 && (o.NMSDecoded || o.NMSPerClass) {
		return errors.New("nms_decoded and nms_per_class say how to suppress, and nms_iou 0 is no suppression: set it, for instance to 0.7")
	}
	return nil
}

// Needs implements [Sampler].
func (o OHEM) Needs() Need {
	need := NeedHardness
	if o.BoxHardness > 0 {
		need |= NeedBoxHardness
	}
	switch {
	case o.NMSIoU == 0:
	case o.NMSDecoded:
		need |= NeedDecoded
	default:
		need |= NeedBox
	}
	if o.NMSIoU > 0 && o.NMSPerClass {
		need |= NeedTruthClass
	}
	return need
}

// Sample implements [Sampler]. With PerBatch, the image is a batch of its own.
func (o OHEM) Sample(dst *Sample, c *Candidates, _ *rand.Rand) {
	top := o.hardest(dst, c)
	if o.NegativesPerPositive > 0 {
		top = o.limit(dst, top, c)
	}
	dst.keepMixed(top, c.GT)
}

// hardest returns the image's hardest candidates, in ascending order.
func (o OHEM) hardest(s *Sample, c *Candidates) []int32 {
	c.mustHave(o.Needs())
	h := o.hardness(s, c)
	if o.NMSIoU == 0 {
		return s.largest.Largest(h, c.GT, notIgnored, o.Num)
	}
	box := c.Box
	if o.NMSDecoded {
		box = c.Decoded
	}
	order := falling{largest: &s.largest, label: c.GT, value: h, first: 2 * o.Num}
	s.rest = suppress(s.rest[:0], &order, box, o.classes(s, c), float32(o.NMSIoU), o.Num)
	slices.Sort(s.rest)
	return s.rest
}

// classes returns the class of every candidate, or nothing if suppression does
// not ask for it.
func (o OHEM) classes(s *Sample, c *Candidates) []int32 {
	if !o.NMSPerClass {
		return nil
	}
	s.left = append(s.left[:0], c.GT...)
	for i, g := range c.GT {
		if g >= 0 {
			s.left[i] = c.TruthClass[g]
		}
	}
	return s.left
}

// hardness returns what candidates are ranked by.
func (o OHEM) hardness(s *Sample, c *Candidates) []float32 {
	if o.BoxHardness == 0 {
		return c.Hardness
	}
	s.real = s.real[:0]
	for i, h := range c.Hardness {
		s.real = append(s.real, h+float32(o.BoxHardness)*c.BoxHardness[i])
	}
	return s.real
}

// limit drops the easiest negatives beyond the limit.
func (o OHEM) limit(s *Sample, top []int32, c *Candidates) []int32 {
	s.pos, s.neg = s.pos[:0], s.neg[:0]
	for _, i := range top {
		if c.GT[i] >= 0 {
			s.pos = append(s.pos, i)
		} else {
			s.neg = append(s.neg, i)
		}
	}
	k := max(perPositive(o.NegativesPerPositive, len(s.pos), len(top)), o.MinNegatives)
	s.pick = append(s.pick[:0], s.pos...)
	s.pick = append(s.pick, s.largest.LargestOf(s.neg, o.hardness(s, c), k)...)
	slices.Sort(s.pick)
	return s.pick
}
