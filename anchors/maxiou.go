package anchors

import "fmt"

// Forced says what happens to a ground truth that no candidate overlaps by
// the positive threshold: whether its best candidate is made positive all the
// same (a low-quality match), and for which ground truth.
type Forced string

// The three ways in which the field forces matches.
const (
	ForcedNone  Forced = "none"  // no low-quality matches: the second stage everywhere
	ForcedKeep  Forced = "keep"  // the forced candidate keeps its own argmax ground truth: detectron2, torchvision, Caffe
	ForcedTaken Forced = "taken" // the ground truth takes its candidate, the highest index winning: mmdetection
)

// MarshalText writes the value as UnmarshalText reads it.
func (f Forced) MarshalText() ([]byte, error) { return []byte(f), nil }

// UnmarshalText accepts none, keep or taken.
func (f *Forced) UnmarshalText(text []byte) error {
	switch v := Forced(text); v {
	case ForcedNone, ForcedKeep, ForcedTaken:
		*f = v
		return nil
	}
	return fmt.Errorf("unknown way to force matches %q: expected none, keep or taken", text)
}

// MaxIoU assigns each candidate to the ground truth it overlaps most:
//
//	IoU >= PosIoU         positive
//	IoU <  NegIoU         negative
//	between them          ignored
//
// and then forces the best candidates of each ground truth, ties included,
// if their IoU is at least MinPosIoU. An IoU of 0 is never forced: in peers
// whose minimum is 0, a ground truth that no candidate touches makes every
// untouched candidate positive. Between equal ground truths the first wins.
// A candidate that would be negative but lies in an ignore region by more
// than IgnoreIoF of its area is ignored.
//
// Time is O(candidates x ground truth), memory O(candidates + ground truth):
// the matrix is never held.
//
// Source: Faster R-CNN (Ren et al. 2015, section 3.1.2); mmdetection's
// MaxIoUAssigner, detectron2's and torchvision's Matcher.
type MaxIoU struct {
	PosIoU    float64 `param:"pos_iou" range:"[0,1]" doc:"IoU from which a candidate is positive"`
	NegIoU    float64 `param:"neg_iou" range:"[0,1]" doc:"IoU below which a candidate is negative"`
	MinPosIoU float64 `param:"min_pos_iou" range:"[0,1]" doc:"least IoU of a forced match"`
	Forced    Forced  `oneof:"none|keep|taken" doc:"whose a ground truth's best candidate becomes"`
	IgnoreIoF float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
}

// NewMaxIoU returns an assigner with the given thresholds, low-quality
// matches taken by their ground truth, and candidates lying in ignore regions
// by more than half ignored.
func NewMaxIoU(pos, neg float64) MaxIoU {
	return MaxIoU{PosIoU: pos, NegIoU: neg, Forced: ForcedTaken, IgnoreIoF: 0.5}
}

var _ Assigner = MaxIoU{}

// Validate reports a negative threshold above the positive one.
func (m MaxIoU) Validate() error {
	if m.NegIoU > m.PosIoU {
		return fmt.Errorf("neg_iou %v is above pos_iou %v: candidates between them would be both", m.NegIoU, m.PosIoU)
	}
	return nil
}

// Needs implements [Assigner].
func (MaxIoU) Needs() Need { return 0 }

// Assign implements [Assigner].
func (m MaxIoU) Assign(dst *Assignment, c *Candidates, t *Truth) {
	n := len(c.Box)
	dst.Reset(n)
	dst.best = grow(dst.best, len(t.Box))
	dst.nearest = grow(dst.nearest, n)
	clear(dst.best)

	pos, neg := float32(m.PosIoU), float32(m.NegIoU)
	for i, box := range c.Box {
		iou, nearest := overlapAll(dst.best, box, t.Box)
		dst.IoU[i], dst.nearest[i] = iou, nearest
		switch {
		case nearest < 0 || iou < neg:
		case iou >= pos:
			dst.GT[i] = nearest
		default:
			dst.GT[i] = Ignored
		}
	}
	if m.Forced != ForcedNone {
		m.force(dst, c.Box, t.Box)
	}
	if len(t.Ignore) > 0 {
		m.ignore(dst, c.Box, t.Ignore)
	}
}

// overlapAll returns the largest IoU of box with the ground truths and its
// index, the first among equals and -1 without ground truth, and raises
// each ground truth's best.
func overlapAll(best []float32, box Box, truth []Box) (iou float32, nearest int32) {
	nearest = -1
	for g := range truth {
		v := IoU(box, truth[g])
		if v > iou || nearest < 0 {
			iou, nearest = v, int32(g)
		}
		if v > best[g] {
			best[g] = v
		}
	}
	return iou, nearest
}

// force makes each ground truth's best candidates positive.
func (m MaxIoU) force(dst *Assignment, cand, truth []Box) {
	least := float32(m.MinPosIoU)
	for i, box := range cand {
		for g := range truth {
			best := dst.best[g]
			// A candidate's IoU bounds what any ground truth gets from it.
			if best == 0 || best < least || dst.IoU[i] < best || IoU(box, truth[g]) != best {
				continue
			}
			if m.Forced == ForcedKeep {
				dst.GT[i] = dst.nearest[i]
			} else {
				dst.GT[i] = int32(g)
			}
		}
	}
}

// ignore turns negatives inside ignore regions into ignored candidates.
func (m MaxIoU) ignore(dst *Assignment, cand, regions []Box) {
	limit := float32(m.IgnoreIoF)
	for i, box := range cand {
		if dst.GT[i] != Negative {
			continue
		}
		for _, region := range regions {
			if IoF(box, region) > limit {
				dst.GT[i] = Ignored
				break
			}
		}
	}
}
