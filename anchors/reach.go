package anchors

import "detsample/internal/reuse"

// reach is the memory of an assignment over a pyramid that looks at nothing
// but the anchors that overlap something.
type reach struct {
	touched []int32 // the candidates that overlap an object, or are ignored for a region
	ties    []int32 // for each ground truth in turn, the candidates that share its best IoU
	tiesEnd []int32 // where those of each ground truth end

	base          []Box     // the anchors of one cell
	shared, width []float32 // of each anchor of a row: the width it shares with the object, and its own
	high, tall    []float32 // of each anchor of a cell: the height it shares with the object, and its own
}

// reaches reports whether every anchor that overlaps neither an object nor an
// ignore region is a plain negative, whatever else the image holds.
func (m MaxIoU) reaches(t *Truth) bool {
	return m.Measure == MeasureIoU && m.Straddle == StraddleKept &&
		m.PosIoU > 0 && m.NegIoU > 0 && m.NegFloor == 0 &&
		(m.IgnoreOrder == IgnoreNegatives || len(t.Ignore) == 0)
}

// assignReached assigns the anchors of a pyramid as Assign does. All
// candidates of dst must be as after Reset. It reports false, with dst
// unusable until it is reset, if a ground truth that no anchor overlaps is to
// be forced on all of them.
func (m MaxIoU) assignReached(dst *Assignment, p *Pyramid, grids []Grid, t *Truth) bool {
	dst.nearest = reuse.Grow(dst.nearest, len(dst.GT))
	for i := range dst.nearest {
		dst.nearest[i] = unmatched
	}
	return m.labelReached(dst, p, grids, t)
}

// labelReached is assignReached where nearest is unmatched throughout.
func (m MaxIoU) labelReached(dst *Assignment, p *Pyramid, grids []Grid, t *Truth) bool {
	dst.overlapReached(p, grids, t.Box)
	if m.ForceZero && m.Forced != ForcedNone && m.MinPosIoU == 0 {
		for _, best := range dst.best {
			if best == 0 {
				return false
			}
		}
	}
	pos, neg := float32(m.PosIoU), float32(m.NegIoU)
	for _, i := range dst.reach.touched {
		switch v := dst.IoU[i]; {
		case v >= pos:
			dst.GT[i] = dst.nearest[i]
		case v >= neg:
			dst.GT[i] = Ignored
		}
	}
	switch {
	case m.Forced == ForcedNone:
	case m.Ties == TiesFirst:
		m.forceFirst(dst, dst.IoU)
	default:
		m.forceTies(dst)
	}
	for _, region := range t.Ignore {
		dst.ignoreReached(p, grids, region, float32(m.IgnoreIoF))
	}
	return true
}

// forceTies makes each ground truth's best candidates positive: in the order
// in which the last to write wins.
func (m MaxIoU) forceTies(dst *Assignment) {
	last := len(dst.best) - 1
	for k := range dst.best {
		g := k
		if m.Forced == ForcedLowest {
			g = last - k
		}
		if !m.forces(dst.best[g]) {
			continue
		}
		start := int32(0)
		if g > 0 {
			start = dst.reach.tiesEnd[g-1]
		}
		for _, i := range dst.reach.ties[start:dst.reach.tiesEnd[g]] {
			if m.open(dst.IoU[i]) {
				dst.GT[i] = m.owner(dst, int(i), g)
			}
		}
	}
}

// overlapReached finds, of the anchors that overlap a ground truth, the most
// similar one for each, and each ground truth's best anchors.
func (a *Assignment) overlapReached(p *Pyramid, grids []Grid, truth []Box) {
	r := &a.reach
	r.touched, r.ties, r.tiesEnd = r.touched[:0], r.ties[:0], r.tiesEnd[:0]
	a.best, a.bestAt = reuse.Grow(a.best, len(truth)), reuse.Grow(a.bestAt, len(truth))
	for g, box := range truth {
		first := len(r.ties)
		a.best[g], a.bestAt[g] = 0, unmatched
		for l, grid := range grids {
			r.base = p.appendBase(r.base[:0], l)
			a.overlapLevel(grid, p.Offset, int32(g), box, first)
		}
		if len(r.ties) > first {
			a.bestAt[g] = r.ties[first]
		}
		r.tiesEnd = append(r.tiesEnd, int32(len(r.ties)))
	}
}

// overlapLevel is overlapReached for one ground truth and one level. Overlap
// and area are products of a factor for the column and one for the row, which
// are the terms of IoU to the bit.
func (a *Assignment) overlapLevel(grid Grid, offset float32, g int32, box Box, first int) {
	r := &a.reach
	cells := r.cells(grid, offset, box)
	if cells.empty() {
		return
	}
	n, stride, area := len(r.base), float32(grid.Stride), box.Area()
	r.columns(cells, offset, stride, box)
	r.high, r.tall = reuse.Grow(r.high, n), reuse.Grow(r.tall, n)
	best := a.best[g]
	for y := cells.top; y < cells.bottom; y++ {
		cy := (float32(y) + offset) * stride
		for k, b := range r.base {
			top, bottom := cy+b[1], cy+b[3]
			r.high[k], r.tall[k] = min(bottom, box[3])-max(top, box[1]), bottom-top
		}
		at := grid.Start + (y*grid.Width+cells.left)*n
		for x := range cells.right - cells.left {
			wide, across := r.shared[x*n:x*n+n], r.width[x*n:x*n+n]
			iou, nearest := a.IoU[at+x*n:at+x*n+n], a.nearest[at+x*n:at+x*n+n]
			for k, w := range wide {
				h := r.high[k]
				if w <= 0 || h <= 0 {
					continue
				}
				inter := float32(w * h)
				if inter == 0 {
					continue
				}
				v := inter / (float32(across[k]*r.tall[k]) + area - inter)
				i := int32(at + x*n + k)
				switch {
				case nearest[k] == unmatched:
					r.touched = append(r.touched, i)
					iou[k], nearest[k] = v, g
				case v > iou[k]:
					iou[k], nearest[k] = v, g
				}
				if v < best || v == 0 {
					continue
				}
				if v > best {
					best, r.ties = v, r.ties[:first]
				}
				r.ties = append(r.ties, i)
			}
		}
	}
	a.best[g] = best
}

// columns fills what IoU needs of every anchor of a row: the width it shares
// with the box, and its own.
func (r *reach) columns(cells cellRange, offset, stride float32, box Box) {
	n := len(r.base)
	r.shared, r.width = reuse.Grow(r.shared, (cells.right-cells.left)*n), reuse.Grow(r.width, (cells.right-cells.left)*n)
	for x := range cells.right - cells.left {
		cx := (float32(cells.left+x) + offset) * stride
		for k, b := range r.base {
			left, right := cx+b[0], cx+b[2]
			r.shared[x*n+k] = min(right, box[2]) - max(left, box[0])
			r.width[x*n+k] = right - left
		}
	}
}

// ignoreReached ignores the negatives that lie in a region by more than a
// share limit of their area.
func (a *Assignment) ignoreReached(p *Pyramid, grids []Grid, region Box, limit float32) {
	r := &a.reach
	for l, grid := range grids {
		r.base = p.appendBase(r.base[:0], l)
		cells := r.cells(grid, p.Offset, region)
		stride := float32(grid.Stride)
		for y := cells.top; y < cells.bottom; y++ {
			cy := (float32(y) + p.Offset) * stride
			for x := cells.left; x < cells.right; x++ {
				cx := (float32(x) + p.Offset) * stride
				for k, b := range r.base {
					i := grid.Start + (y*grid.Width+x)*len(r.base) + k
					if a.GT[i] != Negative || !(IoF(Box{cx + b[0], cy + b[1], cx + b[2], cy + b[3]}, region) > limit) {
						continue
					}
					a.GT[i] = Ignored
					if a.nearest[i] == unmatched {
						a.nearest[i] = excluded
						r.touched = append(r.touched, int32(i))
					}
				}
			}
		}
	}
}

// cellRange is a rectangle of cells, without its right and bottom.
type cellRange struct{ left, top, right, bottom int }

func (c cellRange) empty() bool { return c.left >= c.right || c.top >= c.bottom }

// cells returns the cells of a level whose anchors may overlap a box: a
// rectangle of at most one cell too many on each side, which leaves rounding
// to IoU.
func (r *reach) cells(grid Grid, offset float32, box Box) cellRange {
	hull := r.base[0]
	for _, b := range r.base[1:] {
		hull = Box{min(hull[0], b[0]), min(hull[1], b[1]), max(hull[2], b[2]), max(hull[3], b[3])}
	}
	at := func(v float32, count int) int {
		cell := float64(v)/float64(grid.Stride) - float64(offset)
		return int(max(-1, min(cell, float64(count))))
	}
	return cellRange{
		left: max(0, at(box[0]-hull[2], grid.Width)), right: min(grid.Width, at(box[2]-hull[0], grid.Width)+2),
		top: max(0, at(box[1]-hull[3], grid.Height)), bottom: min(grid.Height, at(box[3]-hull[1], grid.Height)+2),
	}
}
