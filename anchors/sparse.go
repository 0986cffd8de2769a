package anchors

import (
	"math"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// Sparse is an assignment over the anchors of a pyramid that lists nothing
// but the candidates of consequence: a candidate that is not listed is
// Negative and overlaps no object. With a quarter of a million anchors and a
// few objects an image, that is most of them, and counting what a strategy
// would see costs a fraction of assigning it.
//
// It also keeps scratch memory, so a Sparse that is used again allocates
// nothing once it has seen its largest image.
type Sparse struct {
	Index []int32   // the listed candidates, each once, in no order of meaning
	GT    []int32   // their labels: a ground truth, Negative or Ignored
	IoU   []float32 // their IoU with the best-overlapping ground truth
	Best  []float32 // of each ground truth, the largest IoU that an anchor has with it

	assignment Assignment // of what is looked at: all anchors, or those that a box may lie near
	boxes      []Box
	runs       []run
	grids      []Grid
	near       near
}

// run says which candidates lie in Sparse.boxes, where the run before ends.
type run struct{ start, end int }

// AssignSparse assigns the anchors of p over a width x height image as Assign
// does, and lists those that an object or an ignore region touches. Options
// by which other candidates are no plain negatives (Straddle, NegFloor,
// IgnoreFirst, a similarity other than IoU) cost what Assign does.
func (m MaxIoU) AssignSparse(dst *Sparse, p *Pyramid, width, height int, t *Truth) {
	if !m.leavesFar(t) {
		dst.assignWhole(m, p, width, height, t)
		return
	}
	dst.grids = p.appendGrids(dst.grids[:0], width, height)
	_, n := dst.grids[len(dst.grids)-1].bounds()
	dst.gather(n, p, t)
	m.Assign(&dst.assignment, &Candidates{Box: dst.boxes}, t)
	dst.Best = dst.Best[:0]
	for g := range dst.assignment.overlapping.scan.Truth {
		truth := &dst.assignment.overlapping.scan.Truth[g]
		best := float32(0)
		if truth.Touched() {
			best = truth.Best
		} else if m.Forced != ForcedNone && m.forces(0) { // on all that do not overlap it
			dst.assignWhole(m, p, width, height, t)
			return
		}
		dst.Best = append(dst.Best, best)
	}
	dst.list()
}

// leavesFar reports whether every anchor that overlaps neither an object nor
// an ignore region is a plain negative, unless a forced match makes it one.
func (m MaxIoU) leavesFar(t *Truth) bool {
	return m.Measure == MeasureIoU && m.Straddle == StraddleKept &&
		m.PosIoU > 0 && m.NegIoU > 0 && m.NegFloor == 0 &&
		(m.IgnoreOrder == IgnoreNegatives || len(t.Ignore) == 0)
}

// AssignSparse assigns with any assigner that needs no predictions, at the
// cost of its Assign unless it is [MaxIoU] or [SSDBipartite]. It panics if a
// needs predictions.
func AssignSparse(a Assigner, dst *Sparse, p *Pyramid, width, height int, t *Truth) {
	if a.Needs()&NeedPredictions != 0 {
		panic("anchors: AssignSparse: the assigner needs predictions")
	}
	switch a := a.(type) {
	case MaxIoU:
		a.AssignSparse(dst, p, width, height, t)
		return
	case SSDBipartite:
		a.rules().AssignSparse(dst, p, width, height, t)
		return
	}
	dst.assignWhole(a, p, width, height, t)
}

// gather sets boxes to those of a pyramid's n anchors that a box of t may lie
// near, and to their neighbours in a block.
func (s *Sparse) gather(n int, p *Pyramid, t *Truth) {
	s.boxes, s.runs = s.boxes[:0], s.runs[:0]
	s.near.look(n, p, s.grids, t)
	last := overlap.Blocks(n)
	for from := 0; from < last; {
		to, isNear := s.near.run(from, last)
		if isNear {
			r := run{from * overlap.Block, min(to*overlap.Block, n)}
			s.boxes, s.runs = s.near.appendAnchors(s.boxes, p, s.grids, r.start, r.end), append(s.runs, r)
		}
		from = to
	}
}

// assignWhole assigns all candidates and lists those of consequence.
func (s *Sparse) assignWhole(a Assigner, p *Pyramid, width, height int, t *Truth) {
	s.grids = p.appendGrids(s.grids[:0], width, height)
	s.boxes = p.Append(s.boxes[:0], width, height)
	s.runs = append(s.runs[:0], run{0, len(s.boxes)})
	c := Candidates{Box: s.boxes, Grid: s.grids, Width: float32(width), Height: float32(height)}
	a.Assign(&s.assignment, &c, t)
	s.list()
	s.Best = reuse.Grow(s.Best, len(t.Box))
	clear(s.Best)
	for _, i := range s.Index {
		for g, box := range t.Box {
			s.Best[g] = max(s.Best[g], IoU(s.boxes[i], box))
		}
	}
}

// list lists the candidates of consequence among those in boxes.
func (s *Sparse) list() {
	n := len(s.boxes)
	s.Index, s.GT, s.IoU = reuse.Grow(s.Index, n), reuse.Grow(s.GT, n), reuse.Grow(s.IoU, n)
	listed, from := 0, 0
	for _, r := range s.runs {
		to := from + r.end - r.start
		listed += listRun(s.Index[listed:], s.GT[listed:], s.IoU[listed:], r.start, s.assignment.GT[from:to], s.assignment.IoU[from:to])
		from = to
	}
	s.Index, s.GT, s.IoU = s.Index[:listed], s.GT[:listed], s.IoU[:listed]
}

// listRun lists the candidates of consequence of a run from start, and returns
// their number. Which they are cannot be predicted, so every candidate is
// written, and the others are overwritten.
func listRun(index, gt []int32, iou []float32, start int, gts []int32, ious []float32) (listed int) {
	ious = ious[:len(gts)]
	for k, g := range gts {
		v := ious[k]
		index[listed], gt[listed], iou[listed] = int32(start+k), g, v
		consequence := uint32(g-Negative) | math.Float32bits(v)
		listed += int((consequence | -consequence) >> 31) // 1 but for 0
	}
	return listed
}
