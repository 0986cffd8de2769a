package inspect

import (
	"math"

	"detsample/anchors"
)

// lattice finds the anchor of largest IoU for a box without looking at the
// others: all anchors of one shape are alike but for their centres, and
// overlap falls on either side of the box's own, so that the nearest centre is
// the best.
type lattice struct {
	levels []latticeLevel
	offset float32
}

type latticeLevel struct {
	stride float32
	base   []anchors.Box
}

func newLattice(p *anchors.Pyramid) lattice {
	l := lattice{offset: p.Offset}
	for k, level := range p.Levels {
		single := anchors.Pyramid{Levels: p.Levels[k : k+1], Ratios: p.Ratios}
		l.levels = append(l.levels, latticeLevel{float32(level.Stride), single.Append(nil, 1, 1)})
	}
	return l
}

// best returns the largest IoU of a box with the anchors over an image of the
// given size.
func (l *lattice) best(box anchors.Box, width, height int) float32 {
	return l.largest(box, width, height)
}

// unbounded returns the same over a lattice without end.
func (l *lattice) unbounded(box anchors.Box) float32 { return l.largest(box, 0, 0) }

// centred returns the largest IoU that any anchor would have were its centre
// the box's.
func (l *lattice) centred(box anchors.Box) float32 {
	w, h := box.Width(), box.Height()
	at := anchors.Box{-w / 2, -h / 2, w / 2, h / 2}
	best := float32(0)
	for i := range l.levels {
		for _, b := range l.levels[i].base {
			best = max(best, anchors.IoU(b, at))
		}
	}
	return best
}

func (l *lattice) largest(box anchors.Box, width, height int) float32 {
	x, y := box.Center()
	best := float32(0)
	for i := range l.levels {
		level := &l.levels[i]
		cx := level.nearest(x, l.offset, width)
		cy := level.nearest(y, l.offset, height)
		for _, b := range level.base {
			best = max(best, anchors.IoU(anchors.Box{cx + b[0], cy + b[1], cx + b[2], cy + b[3]}, box))
		}
	}
	return best
}

// nearest returns the centre nearest to a coordinate along a side of the
// image, of any length if 0.
func (l *latticeLevel) nearest(v, offset float32, side int) float32 {
	cell := float32(math.Round(float64(v/l.stride - offset)))
	if side > 0 {
		cells := (side + int(l.stride) - 1) / int(l.stride)
		cell = max(0, min(cell, float32(cells-1)))
	}
	return (cell + offset) * l.stride
}
