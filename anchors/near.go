package anchors

import (
	"math/bits"
	"slices"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// near says which blocks of candidates a box may lie near.
type near struct {
	blocks []uint64 // a bit for each
	base   []Box    // the anchors of one cell of each level, centred on the origin
}

// look marks the blocks of n candidates that a ground truth or an ignore region
// may lie near: all blocks if there is any such box, unless the candidates are
// a pyramid's anchors.
func (s *near) look(n int, p *Pyramid, grids []Grid, t *Truth) {
	s.blocks = reuse.Grow(s.blocks, (overlap.Blocks(n)+63)/64)
	clear(s.blocks)
	switch {
	case p != nil:
		s.lookAround(p, grids, t)
	case len(t.Box)+len(t.Ignore) > 0:
		fill(s.blocks, ^uint64(0))
	}
}

// lookAround marks the blocks of a pyramid's anchors that a box may lie near.
func (s *near) lookAround(p *Pyramid, grids []Grid, t *Truth) {
	s.base = s.base[:0]
	for l, grid := range grids {
		from := len(s.base)
		s.base = p.appendBase(s.base, l)
		hull := enclose(s.base[from:])
		for _, boxes := range [...][]Box{t.Box, t.Ignore} {
			for _, box := range boxes {
				s.mark(grid, grid.cells(hull, p.Offset, box))
			}
		}
	}
}

func fill[T any](s []T, v T) {
	for i := range s {
		s[i] = v
	}
}

// mark marks the blocks that hold an anchor of the given cells.
func (s *near) mark(grid Grid, c cellRange) {
	if c.left >= c.right {
		return
	}
	for y := c.top; y < c.bottom; y++ {
		row := grid.Start + y*grid.Width*grid.PerCell
		first := (row + c.left*grid.PerCell) / overlap.Block
		last := (row + c.right*grid.PerCell - 1) / overlap.Block
		from, to := ^uint64(0)<<(first%64), ^uint64(0)>>(63-last%64)
		if first/64 == last/64 {
			s.blocks[first/64] |= from & to
			continue
		}
		s.blocks[first/64] |= from
		for k := first/64 + 1; k < last/64; k++ {
			s.blocks[k] = ^uint64(0)
		}
		s.blocks[last/64] |= to
	}
}

// run returns the end, at most end, of the blocks from the given one on that
// are all near or all far. No run leaves its word.
func (s *near) run(from, end int) (to int, isNear bool) {
	word := s.blocks[from/64] >> (from % 64)
	isNear = word&1 == 1
	if isNear {
		word = ^word
	}
	return min(end, from+bits.TrailingZeros64(word), from|63+1), isNear
}

// appendAnchors appends those of the anchors from start to end.
func (s *near) appendAnchors(dst []Box, p *Pyramid, grids []Grid, start, end int) []Box {
	base := s.base
	for _, grid := range grids {
		first, last := grid.bounds()
		if from, to := max(start, first), min(end, last); from < to {
			dst = grid.appendAnchors(dst, base[:grid.PerCell], p.Offset, from-first, to-first)
		}
		base = base[grid.PerCell:]
	}
	return dst
}

// appendAnchors appends those of the level's anchors from start to end.
func (g Grid) appendAnchors(dst, base []Box, offset float32, start, end int) []Box {
	at := len(dst)
	dst = slices.Grow(dst, end-start)[:at+end-start]
	out := dst[at:]
	y, x, k := start/g.PerCell/g.Width, start/g.PerCell%g.Width, start%g.PerCell
	for len(out) > 0 {
		cx, cy := (float32(x)+offset)*float32(g.Stride), (float32(y)+offset)*float32(g.Stride)
		cell := out[:min(len(out), g.PerCell-k)]
		shapes := base[k : k+len(cell)]
		for i := range cell {
			b, to := &shapes[i], &cell[i]
			to[0], to[1], to[2], to[3] = cx+b[0], cy+b[1], cx+b[2], cy+b[3]
		}
		out, k, x = out[len(cell):], 0, x+1
		if x == g.Width {
			x, y = 0, y+1
		}
	}
	return dst
}

// enclose returns the hull of boxes, at least one.
func enclose(boxes []Box) Box {
	hull := boxes[0]
	for _, b := range boxes[1:] {
		hull = Box{min(hull[0], b[0]), min(hull[1], b[1]), max(hull[2], b[2]), max(hull[3], b[3])}
	}
	return hull
}

// cellRange is a rectangle of cells, without its right and bottom.
type cellRange struct{ left, top, right, bottom int }

// cells returns the cells of a level whose anchors, of the given hull at the
// origin, may overlap a box: a rectangle of at most one cell too many on each
// side, which leaves rounding to IoU. For a box that is not finite it is all.
func (g Grid) cells(hull Box, offset float32, box Box) cellRange {
	for _, v := range box {
		if v-v != 0 { // NaN or infinite
			return cellRange{0, 0, g.Width, g.Height}
		}
	}
	at := func(v float32, count int) int {
		cell := float64(v)/float64(g.Stride) - float64(offset)
		return int(max(-1, min(cell, float64(count))))
	}
	return cellRange{
		left: max(0, at(box[0]-hull[2], g.Width)), right: min(g.Width, at(box[2]-hull[0], g.Width)+2),
		top: max(0, at(box[1]-hull[3], g.Height)), bottom: min(g.Height, at(box[3]-hull[1], g.Height)+2),
	}
}
