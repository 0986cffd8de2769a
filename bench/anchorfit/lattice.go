package anchorfit

import (
	"math"

	"detsample/anchors"
)

// Lattice finds the largest IoU that an anchor of a pyramid has with a box,
// without looking at all of them: the anchors of one size and ratio differ
// only by their centres, and overlap falls on either side of the box's own, so
// the nearest centre is the best.
//
// In float32, centres that are as good as one another give slightly different
// IoUs. Where that decides whether a threshold is met, all of them are looked
// at, so that what is counted is what [anchors.MaxIoU] assigns.
type Lattice struct {
	levels     []latticeLevel
	offset     float32
	thresholds []float32
	narrowest  float32 // side of an anchor
	longest    float32
}

type latticeLevel struct {
	stride float32
	base   []anchors.Box
}

// NewLattice returns the lattice of a pyramid, exact at the thresholds.
func NewLattice(p *anchors.Pyramid, thresholds ...float64) Lattice {
	l := Lattice{offset: p.Offset, narrowest: float32(math.Inf(1))}
	for k, level := range p.Levels {
		single := anchors.Pyramid{Levels: p.Levels[k : k+1], Ratios: p.Ratios}
		base := single.Append(nil, 1, 1)
		l.levels = append(l.levels, latticeLevel{float32(level.Stride), base})
		for _, b := range base {
			l.narrowest = min(l.narrowest, b.Width(), b.Height())
			l.longest = max(l.longest, b.Width(), b.Height())
		}
	}
	for _, t := range thresholds {
		l.thresholds = append(l.thresholds, float32(t))
	}
	return l
}

// Best returns the largest IoU of a box with the anchors over an image of the
// given size.
func (l *Lattice) Best(box anchors.Box, width, height int) float32 {
	best := l.nearest(box, width, height)
	for _, t := range l.thresholds {
		if best < t && best >= t-l.slack(box) {
			best = max(best, l.among(box, width, height, t))
		}
	}
	return best
}

// Unbounded returns the same over a lattice without end.
func (l *Lattice) Unbounded(box anchors.Box) float32 { return l.nearest(box, 0, 0) }

// Centred returns the largest IoU that an anchor would have if its centre were
// the box's.
func (l *Lattice) Centred(box anchors.Box) float32 {
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

// nearest returns the largest IoU with the anchors whose centres are nearest.
func (l *Lattice) nearest(box anchors.Box, width, height int) float32 {
	x, y := box.Center()
	best := float32(0)
	for i := range l.levels {
		level := &l.levels[i]
		cx := level.centre(level.cell(x, l.offset, width), l.offset)
		cy := level.centre(level.cell(y, l.offset, height), l.offset)
		for _, b := range level.base {
			best = max(best, anchors.IoU(anchors.Box{cx + b[0], cy + b[1], cx + b[2], cy + b[3]}, box))
		}
	}
	return best
}

// cell returns the cell whose centre is nearest to a coordinate along a side of
// the image, of any length if 0.
func (l *latticeLevel) cell(v, offset float32, side int) float32 {
	cell := float32(math.Round(float64(v/l.stride - offset)))
	if side > 0 {
		cell = max(0, min(cell, float32(l.cells(side)-1)))
	}
	return cell
}

func (l *latticeLevel) cells(side int) int { return (side + int(l.stride) - 1) / int(l.stride) }

func (l *latticeLevel) centre(cell, offset float32) float32 { return (cell + offset) * l.stride }

// slack bounds by how much rounding moves the IoU of a box: that of its corners
// moves each side by a few units in the last place of the largest coordinate.
func (l *Lattice) slack(box anchors.Box) float32 {
	far := l.longest
	for _, v := range box {
		far = max(far, v, -v)
	}
	side := min(l.narrowest, box.Width(), box.Height())
	return 1e-5 + 2e-6*far/side
}

// among returns the largest IoU with all anchors whose distance costs no more
// than rounding does, of those shapes that may meet the threshold.
func (l *Lattice) among(box anchors.Box, width, height int, threshold float32) float32 {
	best, slack := float32(0), l.slack(box)
	x, y := box.Center()
	for i := range l.levels {
		level := &l.levels[i]
		column, row := level.cell(x, l.offset, width), level.cell(y, l.offset, height)
		cx, cy := level.centre(column, l.offset), level.centre(row, l.offset)
		for _, b := range level.base {
			if anchors.IoU(anchors.Box{cx + b[0], cy + b[1], cx + b[2], cy + b[3]}, box) < threshold-slack {
				continue
			}
			x0, x1 := level.alike(x, cx, b.Width()-box.Width(), l.offset, width)
			y0, y1 := level.alike(y, cy, b.Height()-box.Height(), l.offset, height)
			for r := y0; r <= y1; r++ {
				for c := x0; c <= x1; c++ {
					cx, cy := level.centre(float32(c), l.offset), level.centre(float32(r), l.offset)
					best = max(best, anchors.IoU(anchors.Box{cx + b[0], cy + b[1], cx + b[2], cy + b[3]}, box))
				}
			}
		}
	}
	return best
}

// alike returns the cells, along one side of the image, in which an anchor
// overlaps an interval about v as well as from the centre nearest to v: within
// half of the difference of lengths, where one holds the other, or as near.
func (l *latticeLevel) alike(v, nearest, difference, offset float32, side int) (first, last int) {
	reach := math.Max(math.Abs(float64(difference))/2, math.Abs(float64(nearest-v))) + 1e-3*float64(l.stride)
	at := float64(v)/float64(l.stride) - float64(offset)
	first = max(0, int(math.Ceil(at-reach/float64(l.stride))))
	last = min(l.cells(side)-1, int(math.Floor(at+reach/float64(l.stride))))
	return first, last
}
