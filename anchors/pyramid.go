package anchors

import (
	"fmt"
	"math"
	"slices"
)

// Level is one feature map of a pyramid.
type Level struct {
	Stride int       `doc:"image pixels per feature-map cell" range:"[1,)"`
	Sizes  []float32 `doc:"square roots of the anchors' areas, in pixels" range:"(0,)"`
}

// Pyramid describes the anchors of a dense head: at every cell of every
// level, one anchor for each size and ratio.
//
// Anchors are ordered level by level, then row, column, size, ratio: the
// order in which an (H, W, A) head writes its outputs. An anchor of size s
// and ratio r = height/width measures s/sqrt(r) by s*sqrt(r), and its centre
// lies at ((x+Offset)*Stride, (y+Offset)*Stride). A level covers the image
// with ceil(width/Stride) x ceil(height/Stride) cells, the true stride;
// torchvision's size/grid differs where that does not divide evenly.
//
// Source: Faster R-CNN (Ren et al. 2015), FPN (Lin et al. 2017); sizes and
// ratios as in detectron2's DefaultAnchorGenerator.
type Pyramid struct {
	Levels []Level   `doc:"feature maps, finest first"`
	Ratios []float32 `doc:"height/width of the anchors" range:"(0,)"`
	Offset float32   `doc:"anchor centre within its cell: 0 corner, 0.5 middle" range:"[0,1]"`
}

// Grid is the extent of one level over an image of a given size: candidates
// Start to Start+Width*Height*PerCell, row by row, belong to it.
type Grid struct {
	Stride, Width, Height, PerCell, Start int
}

// bounds returns the range of candidates that belong to the level.
func (g Grid) bounds() (start, end int) {
	return g.Start, g.Start + g.Width*g.Height*g.PerCell
}

// PerCell returns the number of anchors at each cell of level l.
func (p Pyramid) PerCell(l int) int { return len(p.Levels[l].Sizes) * len(p.Ratios) }

// Grids returns the extent of every level over a width x height image.
func (p Pyramid) Grids(width, height int) []Grid {
	return p.appendGrids(make([]Grid, 0, len(p.Levels)), width, height)
}

func (p *Pyramid) appendGrids(grids []Grid, width, height int) []Grid {
	if err := p.Validate(); err != nil {
		panic("anchors: " + err.Error())
	}
	if width < 0 || height < 0 {
		panic(fmt.Sprintf("anchors: a pyramid over an image of %d x %d pixels", width, height))
	}
	start := 0
	for l, level := range p.Levels {
		g := Grid{
			Stride:  level.Stride,
			Width:   (width + level.Stride - 1) / level.Stride,
			Height:  (height + level.Stride - 1) / level.Stride,
			PerCell: p.PerCell(l),
			Start:   start,
		}
		start += g.Width * g.Height * g.PerCell
		grids = append(grids, g)
	}
	return grids
}

// Count returns the number of anchors over a width x height image.
func (p Pyramid) Count(width, height int) int {
	var levels [8]Grid
	n := 0
	for _, g := range p.appendGrids(levels[:0], width, height) {
		n += g.Width * g.Height * g.PerCell
	}
	return n
}

// Append appends the anchors over a width x height image to dst. They may
// reach beyond the image; nothing is clipped.
func (p Pyramid) Append(dst []Box, width, height int) []Box {
	var levels [8]Grid
	var shapes [16]Box
	n := len(dst)
	dst = slices.Grow(dst, p.Count(width, height))
	for l, g := range p.appendGrids(levels[:0], width, height) {
		base := p.appendBase(shapes[:0], l)
		dst = dst[:n+g.Width*g.Height*g.PerCell]
		g.fill(dst[n:], base, p.Offset)
		n = len(dst)
	}
	return dst
}

// fill writes the anchors of a level, base around the centre of every cell.
func (g *Grid) fill(dst, base []Box, offset float32) {
	for y := range g.Height {
		cy := (float32(y) + offset) * float32(g.Stride)
		for x := range g.Width {
			cx := (float32(x) + offset) * float32(g.Stride)
			cell := dst[:len(base)]
			dst = dst[len(base):]
			for i := range cell {
				b := &base[i]
				cell[i] = Box{cx + b[0], cy + b[1], cx + b[2], cy + b[3]}
			}
		}
	}
}

// appendBase appends the anchors of one cell of level l, centred on the origin.
func (p *Pyramid) appendBase(boxes []Box, l int) []Box {
	for _, size := range p.Levels[l].Sizes {
		for _, ratio := range p.Ratios {
			root := math.Sqrt(float64(ratio))
			w, h := float32(float64(size)/root/2), float32(float64(size)*root/2)
			boxes = append(boxes, Box{-w, -h, w, h})
		}
	}
	return boxes
}

// Validate reports a pyramid without levels, sizes or ratios, or with a
// stride, size or ratio that is not positive.
func (p Pyramid) Validate() error {
	if len(p.Levels) == 0 || len(p.Ratios) == 0 {
		return fmt.Errorf("pyramid has %d levels and %d ratios: at least one of each is needed", len(p.Levels), len(p.Ratios))
	}
	for l, level := range p.Levels {
		if level.Stride < 1 || len(level.Sizes) == 0 {
			return fmt.Errorf("pyramid level %d has stride %d and %d sizes: the stride must be positive and at least one size given", l, level.Stride, len(level.Sizes))
		}
		for _, s := range level.Sizes {
			if !(s > 0 && s <= math.MaxFloat32) {
				return fmt.Errorf("pyramid level %d has size %v: sizes must be positive and finite", l, s)
			}
		}
	}
	for _, r := range p.Ratios {
		if !(r > 0 && r <= math.MaxFloat32) {
			return fmt.Errorf("pyramid has ratio %v: ratios must be positive and finite", r)
		}
	}
	if !(p.Offset >= 0 && p.Offset <= 1) {
		return fmt.Errorf("pyramid has offset %v: expected 0, a cell's corner, to 1", p.Offset)
	}
	return nil
}
