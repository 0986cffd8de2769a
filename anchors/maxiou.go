package anchors

import (
	"fmt"

	"detsample/internal/registry"
)

// MaxIoU assigns each candidate to the ground truth it overlaps most:
//
//	IoU >= PosIoU             positive
//	NegFloor <= IoU < NegIoU  negative
//	elsewhere                 ignored
//
// and then forces the best candidates of each ground truth if their IoU is at
// least MinPosIoU. An IoU of 0 is never forced unless ForceZero asks for it:
// in peers whose minimum is 0, a ground truth that no candidate touches makes
// every candidate that does not touch it positive, a trap. Between equal
// ground truths the first wins. A candidate that would be negative but lies
// in an ignore region by more than IgnoreIoF of its area is ignored. Without
// ground truth NegFloor means nothing and no match is forced.
//
// Where the embedded [Similarity] is not IoU, it takes IoU's place throughout;
// Assignment.IoU still holds IoU.
//
// Options reproduce the peers exactly; the zero value of each is what the
// paragraph above says:
//
//	torchvision, detectron2  Forced keep, ForceZero
//	mmdetection              Forced taken, ForceZero, IgnoreOrder first, and
//	                         Ties first for gt_max_assign_all=False
//	py-faster-rcnn           Forced keep, ForceZero, Order positive_last, Straddle
//	                         dropped, with boxes one pixel wider and higher
//	ssd.pytorch              Forced taken, Ties first, ForceZero, NegIoU = PosIoU
//	TensorFlow               Forced lowest, Ties first, ForceZero
//
// One thing is left out: mmdetection forgets its ignore regions in an image
// without ground truth.
//
// Time is O(candidates x ground truth), memory O(candidates + ground truth):
// the matrix is never held. With IoU, 32 candidates that follow one another are
// compared with those ground truths alone that meet their hull, so the order of
// the image, as a pyramid has it, is far faster than a random one. Given
// Candidates.Pyramid, candidates that no object is near are not even read. The
// result is the same bit by bit.
//
// Source: Faster R-CNN (Ren et al. 2015, section 3.1.2); mmdetection's
// MaxIoUAssigner, detectron2's and torchvision's Matcher.
type MaxIoU struct {
	PosIoU    float64 `param:"pos_iou" range:"[0,1]" doc:"IoU from which a candidate is positive"`
	NegIoU    float64 `param:"neg_iou" range:"[0,1]" doc:"IoU below which a candidate is negative"`
	MinPosIoU float64 `param:"min_pos_iou" range:"[0,1]" doc:"least IoU of a forced match"`
	Forced    Forced  `oneof:"none|keep|taken|lowest" doc:"whose a ground truth's best candidate becomes"`
	IgnoreIoF float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`

	NegFloor    float64     `range:"[0,1]" doc:"IoU below which a candidate is not even negative"`
	Ties        Ties        `oneof:"all|first" doc:"which of equally good candidates are forced"`
	Order       Order       `oneof:"forced_last|positive_last|negative_last" doc:"which rule has the last word"`
	ForceZero   bool        `doc:"force matches of IoU 0 too, as peers do: only to reproduce them"`
	IgnoreOrder IgnoreOrder `oneof:"negatives|first" doc:"whether ignore regions silence negatives only or everything"`
	Straddle    Straddle    `oneof:"kept|dropped|masked" doc:"what becomes of candidates that cross the image's border"`
	Border      float64     `range:"[0,)" doc:"pixels by which they may cross it"`
	Similarity
}

// NewMaxIoU returns an assigner with the given thresholds, low-quality
// matches taken by their ground truth, and candidates lying in ignore regions
// by more than half ignored. It panics if the thresholds are not in [0, 1] or in
// the wrong order.
func NewMaxIoU(pos, neg float64) MaxIoU {
	return registry.Must("anchors: NewMaxIoU", MaxIoU{PosIoU: pos, NegIoU: neg, Forced: ForcedTaken, IgnoreIoF: 0.5})
}

var _ Assigner = MaxIoU{}

// Validate reports thresholds in the wrong order, a positive one that everything
// reaches, and a similarity without its scale.
func (m MaxIoU) Validate() error {
	if float32(m.PosIoU) <= m.nothing() {
		return errAllPositive("pos_iou")
	}
	if m.NegIoU > m.PosIoU {
		return fmt.Errorf("neg_iou %v is above pos_iou %v: candidates between them would be both", m.NegIoU, m.PosIoU)
	}
	if m.NegFloor > m.NegIoU {
		return fmt.Errorf("neg_floor %v is above neg_iou %v: no candidate would be negative", m.NegFloor, m.NegIoU)
	}
	return m.Similarity.Validate()
}

func errAllPositive(key string) error {
	return fmt.Errorf("%s is 0: with any object in the image, every candidate would be positive; raise it, for instance to 0.5", key)
}

// Needs implements [Assigner].
func (m MaxIoU) Needs() Need {
	if m.Straddle != StraddleKept {
		return NeedSize
	}
	return 0
}

// Assign implements [Assigner].
func (m MaxIoU) Assign(dst *Assignment, c *Candidates, t *Truth) {
	if m.Measure == MeasureIoU {
		m.assignOverlap(dst, c, t)
	} else {
		m.assignSimilar(dst, c, t)
	}
	m.mask(dst, c)
}

// mask ignores the candidates that cross the border, if that is done last.
func (m MaxIoU) mask(dst *Assignment, c *Candidates) {
	if m.Straddle != StraddleMasked {
		return
	}
	for i, box := range c.Box {
		if straddles(box, c.Width, c.Height, float32(m.Border)) {
			dst.GT[i] = Ignored
		}
	}
}

// excludes reports whether some candidates are ignored before matching.
func (m MaxIoU) excludes(t *Truth) bool {
	return m.Straddle == StraddleDropped || m.IgnoreOrder == IgnoreFirst && len(t.Ignore) > 0
}

// excluded reports whether a candidate is ignored before matching.
func (m MaxIoU) excluded(box Box, c *Candidates, t *Truth) bool {
	return m.IgnoreOrder == IgnoreFirst && within(box, t.Ignore, float32(m.IgnoreIoF)) ||
		m.Straddle == StraddleDropped && straddles(box, c.Width, c.Height, float32(m.Border))
}

// forces reports whether a ground truth forces its best candidate.
func (m MaxIoU) forces(best float32) bool {
	return best >= float32(m.MinPosIoU) && (m.ForceZero || best > m.nothing())
}

// open reports whether a candidate of the given similarity may be forced.
func (m MaxIoU) open(similar float32) bool {
	switch m.Order {
	case PositiveLast:
		return similar < float32(m.PosIoU)
	case NegativeLast:
		return similar < float32(m.PosIoU) && similar >= float32(m.NegIoU)
	}
	return true
}
