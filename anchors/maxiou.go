package anchors

import (
	"fmt"

	"detsample/internal/reuse"
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
// the matrix is never held. With Candidates.Pyramid only the candidates that
// overlap an object cost time, to the same result bit by bit.
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
// by more than half ignored.
func NewMaxIoU(pos, neg float64) MaxIoU {
	return MaxIoU{PosIoU: pos, NegIoU: neg, Forced: ForcedTaken, IgnoreIoF: 0.5}
}

var _ Assigner = MaxIoU{}

// Validate reports thresholds in the wrong order and a similarity without its
// scale.
func (m MaxIoU) Validate() error {
	if m.NegIoU > m.PosIoU {
		return fmt.Errorf("neg_iou %v is above pos_iou %v: candidates between them would be both", m.NegIoU, m.PosIoU)
	}
	if m.NegFloor > m.NegIoU {
		return fmt.Errorf("neg_floor %v is above neg_iou %v: no candidate would be negative", m.NegFloor, m.NegIoU)
	}
	return m.Similarity.Validate()
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
	dst.Reset(len(c.Box))
	if c.Pyramid != nil && m.reaches(t) && m.assignReached(dst, c.Pyramid, c.Grid, t) {
		return
	}
	m.exclude(dst, c, t)
	similar := m.match(dst, c.Box, t.Box)
	m.threshold(dst, similar, len(t.Box) > 0)
	switch {
	case m.Forced == ForcedNone:
	case m.Ties == TiesFirst:
		m.forceFirst(dst, similar)
	default:
		m.forceAll(dst, similar, c.Box, t.Box)
	}
	if m.IgnoreOrder == IgnoreNegatives {
		dst.ignoreNegatives(c.Box, t.Ignore, m.IgnoreIoF)
	}
	if m.Straddle == StraddleMasked {
		for i, box := range c.Box {
			if straddles(box, c.Width, c.Height, float32(m.Border)) {
				dst.GT[i] = Ignored
			}
		}
	}
}

const (
	unmatched int32 = -1 // nearest without ground truth
	excluded  int32 = -2 // nearest of a candidate that takes no part in matching
)

// exclude takes those candidates out that are ignored before matching.
func (m MaxIoU) exclude(dst *Assignment, c *Candidates, t *Truth) {
	dst.nearest = reuse.Grow(dst.nearest, len(c.Box))
	limit, border := float32(m.IgnoreIoF), float32(m.Border)
	regions := t.Ignore
	if m.IgnoreOrder != IgnoreFirst {
		regions = nil
	}
	for i, box := range c.Box {
		dst.nearest[i] = unmatched
		if within(box, regions, limit) || m.Straddle == StraddleDropped && straddles(box, c.Width, c.Height, border) {
			dst.nearest[i] = excluded
		}
	}
}

// match finds each candidate's most similar ground truth and each ground
// truth's most similar candidate. It returns the candidates' similarities.
func (m MaxIoU) match(dst *Assignment, cand, truth []Box) (similar []float32) {
	dst.best, dst.bestAt = reuse.Grow(dst.best, len(truth)), reuse.Grow(dst.bestAt, len(truth))
	for g := range truth {
		dst.best[g], dst.bestAt[g] = below, unmatched
	}
	similar = dst.IoU
	if m.Measure != MeasureIoU {
		dst.similar = reuse.Grow(dst.similar, len(cand))
		similar = dst.similar
		dst.overlap(cand, truth)
	}
	for i, box := range cand {
		switch {
		case dst.nearest[i] == excluded:
			dst.IoU[i] = largestIoU(box, truth)
		case m.Measure == MeasureIoU:
			similar[i], dst.nearest[i] = dst.overlapAll(int32(i), box, truth)
		default:
			similar[i], dst.nearest[i] = dst.compareAll(m.Similarity, int32(i), box, truth)
		}
	}
	return similar
}

// below lies below every similarity.
const below = -2

// overlapAll returns the largest IoU of candidate i with the ground truths and
// its index, the first among equals and unmatched without ground truth, and
// raises each ground truth's best.
func (a *Assignment) overlapAll(i int32, box Box, truth []Box) (iou float32, nearest int32) {
	best, bestAt := a.best, a.bestAt
	nearest = unmatched
	for g := range truth {
		v := IoU(box, truth[g])
		if v > iou || nearest < 0 {
			iou, nearest = v, int32(g)
		}
		if v > best[g] {
			best[g], bestAt[g] = v, i
		}
	}
	return iou, nearest
}

// compareAll is overlapAll by any similarity.
func (a *Assignment) compareAll(s Similarity, i int32, box Box, truth []Box) (similar float32, nearest int32) {
	nearest = unmatched
	for g := range truth {
		v := s.Of(box, truth[g])
		if v > similar || nearest < 0 {
			similar, nearest = v, int32(g)
		}
		if v > a.best[g] {
			a.best[g], a.bestAt[g] = v, i
		}
	}
	return similar, nearest
}

// threshold labels the candidates by their similarities alone.
func (m MaxIoU) threshold(dst *Assignment, similar []float32, anyTruth bool) {
	pos, neg, floor := float32(m.PosIoU), float32(m.NegIoU), float32(m.NegFloor)
	for i, nearest := range dst.nearest {
		switch v := similar[i]; {
		case nearest == excluded:
			dst.GT[i] = Ignored
		case !anyTruth:
		case v >= pos:
			dst.GT[i] = nearest
		case v >= neg || v < floor && floor > 0:
			dst.GT[i] = Ignored
		}
	}
}

// forceAll makes each ground truth's best candidates positive.
func (m MaxIoU) forceAll(dst *Assignment, similar []float32, cand, truth []Box) {
	for i, box := range cand {
		if dst.nearest[i] == excluded || !m.open(similar[i]) {
			continue
		}
		for g := range truth {
			best := dst.best[g]
			// A candidate's similarity bounds what any ground truth gets from it.
			if similar[i] < best || !m.forces(best) || m.Of(box, truth[g]) != best {
				continue
			}
			dst.GT[i] = m.owner(dst, i, g)
			if m.Forced == ForcedKeep || m.Forced == ForcedLowest {
				break
			}
		}
	}
}

// forceFirst makes each ground truth's first best candidate positive.
func (m MaxIoU) forceFirst(dst *Assignment, similar []float32) {
	last := len(dst.best) - 1
	for k := range dst.best {
		g := k
		if m.Forced == ForcedLowest { // which then writes last
			g = last - k
		}
		i := dst.bestAt[g]
		if i >= 0 && m.forces(dst.best[g]) && m.open(similar[i]) {
			dst.GT[i] = m.owner(dst, int(i), g)
		}
	}
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

// owner returns the ground truth of candidate i that g forces.
func (m MaxIoU) owner(dst *Assignment, i, g int) int32 {
	if m.Forced == ForcedKeep {
		return dst.nearest[i]
	}
	return int32(g)
}
