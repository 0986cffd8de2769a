package anchors

import "detsample/internal/reuse"

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

	all   Assignment // Negative with IoU 0 and unmatched, but while it is in use
	grids []Grid
	boxes []Box // where all anchors have to be looked at
	whole Assignment
}

// AssignSparse assigns the anchors of p over a width x height image as Assign
// does, and lists those that an object or an ignore region touches. Options
// by which other candidates are no plain negatives (Straddle, NegFloor,
// IgnoreFirst, a similarity other than IoU) cost what Assign does.
func (m MaxIoU) AssignSparse(dst *Sparse, p *Pyramid, width, height int, t *Truth) {
	dst.grids = p.appendGrids(dst.grids[:0], width, height)
	dst.Index, dst.GT, dst.IoU = dst.Index[:0], dst.GT[:0], dst.IoU[:0]
	last := dst.grids[len(dst.grids)-1]
	_, n := last.bounds()
	if m.reaches(t) {
		dst.reserve(n)
		ok := m.labelReached(&dst.all, p, dst.grids, t)
		dst.take()
		if ok {
			return
		}
		dst.Index, dst.GT, dst.IoU = dst.Index[:0], dst.GT[:0], dst.IoU[:0]
	}
	dst.assignWhole(m, p, width, height, t)
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
	dst.Index, dst.GT, dst.IoU = dst.Index[:0], dst.GT[:0], dst.IoU[:0]
	dst.assignWhole(a, p, width, height, t)
}

// reserve makes room for n candidates, which are as reserve leaves them if
// take has followed every use.
func (s *Sparse) reserve(n int) {
	if cap(s.all.GT) < n {
		s.all.Reset(n)
		s.all.nearest = reuse.Grow(s.all.nearest, n)
		for i := range s.all.nearest {
			s.all.nearest[i] = unmatched
		}
	}
	s.all.GT, s.all.IoU, s.all.nearest = s.all.GT[:n], s.all.IoU[:n], s.all.nearest[:n]
}

// take lists what was touched and undoes it.
func (s *Sparse) take() {
	touched := s.all.reach.touched
	s.Index = append(s.Index, touched...)
	s.GT, s.IoU = reuse.Grow(s.GT, len(touched)), reuse.Grow(s.IoU, len(touched))
	for k, i := range touched {
		s.GT[k], s.IoU[k] = s.all.GT[i], s.all.IoU[i]
		s.all.GT[i], s.all.IoU[i], s.all.nearest[i] = Negative, 0, unmatched
	}
	s.Best = append(s.Best[:0], s.all.best...)
}

// assignWhole assigns all candidates and lists those of consequence.
func (s *Sparse) assignWhole(a Assigner, p *Pyramid, width, height int, t *Truth) {
	s.grids = p.appendGrids(s.grids[:0], width, height)
	s.boxes = p.Append(s.boxes[:0], width, height)
	c := Candidates{Box: s.boxes, Grid: s.grids, Width: float32(width), Height: float32(height)}
	a.Assign(&s.whole, &c, t)
	s.Best = reuse.Grow(s.Best, len(t.Box))
	clear(s.Best)
	for i, gt := range s.whole.GT {
		if gt == Negative && s.whole.IoU[i] == 0 {
			continue
		}
		s.Index, s.GT, s.IoU = append(s.Index, int32(i)), append(s.GT, gt), append(s.IoU, s.whole.IoU[i])
		for g, box := range t.Box {
			s.Best[g] = max(s.Best[g], IoU(s.boxes[i], box))
		}
	}
}
