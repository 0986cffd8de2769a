package rpn

import (
	"detsample/anchors"
	"detsample/internal/reuse"
)

// padding tells the anchors over an image from those over the padding of its
// batch, and has the former assigned alone. It keeps its memory.
type padding struct {
	kept       []int32 // anchors over the image, ascending, if others are not
	padded     bool
	boxes      []anchors.Box // of the kept
	grids      []anchors.Grid
	score      []float32
	decoded    []anchors.Box
	own        anchors.Candidates // an interface's argument would be copied to the heap
	assignment anchors.Assignment
}

// find lists the anchors over an image.
func (p *padding) find(c *anchors.Candidates, m *Image) {
	wide, high := c.Width > 0 && float32(m.Width) >= c.Width, c.Height > 0 && float32(m.Height) >= c.Height // as its batch
	p.kept, p.grids, p.padded = p.kept[:0], p.grids[:0], m.Width > 0 && !(wide && high)
	switch {
	case !p.padded:
	case len(c.Grid) > 0:
		p.findCells(c.Grid, m)
	default:
		for i, b := range c.Box {
			if x, y := b.Center(); (wide || x < float32(m.Width)) && (high || y < float32(m.Height)) {
				p.kept = append(p.kept, int32(i))
			}
		}
	}
	p.padded = p.padded && len(p.kept) < len(c.Box)
}

// findCells lists the anchors of the cells that a pyramid has over an image of
// that size.
func (p *padding) findCells(grids []anchors.Grid, m *Image) {
	for _, g := range grids {
		own := g
		own.Start = len(p.kept)
		own.Width, own.Height = min(g.Width, cells(m.Width, g.Stride)), min(g.Height, cells(m.Height, g.Stride))
		for y := range own.Height {
			first := g.Start + y*g.Width*g.PerCell
			for i := range own.Width * g.PerCell {
				p.kept = append(p.kept, int32(first+i))
			}
		}
		p.grids = append(p.grids, own)
	}
}

func cells(size, stride int) int { return (size + stride - 1) / stride }

// none reports whether the image fills its batch.
func (p *padding) none() bool { return !p.padded }

// left returns how many of n anchors are left out.
func (p *padding) left(n int) int {
	if p.padded {
		return n - len(p.kept)
	}
	return 0
}

// assign labels the anchors over the image by themselves, and the others as
// ignored.
func (p *padding) assign(by anchors.Assigner, dst *anchors.Assignment, all *anchors.Candidates, m *Image) {
	p.own = *all
	own := &p.own
	p.boxes = rowsOf(p.boxes, all.Box, p.kept, 1)
	own.Box, own.Grid = p.boxes, p.grids
	if len(all.Grid) == 0 {
		own.Grid = nil
	}
	own.Width, own.Height = float32(m.Width), float32(m.Height)
	if all.Score != nil {
		p.score, p.decoded = rowsOf(p.score, all.Score, p.kept, all.Classes), rowsOf(p.decoded, all.Decoded, p.kept, 1)
		own.Score, own.Decoded = p.score, p.decoded
	}
	by.Assign(&p.assignment, own, &m.Truth)
	dst.Reset(len(all.Box))
	for i := range dst.GT {
		dst.GT[i] = anchors.Ignored
	}
	soft := len(p.assignment.Quality) > 0
	if soft {
		dst.Quality = reuse.Grow(dst.Quality, len(all.Box))
		clear(dst.Quality)
	}
	for k, i := range p.kept {
		dst.GT[i], dst.IoU[i] = p.assignment.GT[k], p.assignment.IoU[k]
		if soft {
			dst.Quality[i] = p.assignment.Quality[k]
		}
	}
}

// ignore labels the anchors over the padding as ignored, and leaves the others.
func (p *padding) ignore(a *anchors.Assignment) {
	if !p.padded {
		return
	}
	k := 0
	for i := range a.GT {
		if k < len(p.kept) && p.kept[k] == int32(i) {
			k++
		} else {
			a.GT[i], a.IoU[i] = anchors.Ignored, 0
		}
	}
}

// rowsOf returns the listed rows of src, in dst's memory.
func rowsOf[T any](dst, src []T, rows []int32, columns int) []T {
	dst = reuse.Grow(dst, len(rows)*columns)
	for k, r := range rows {
		copy(dst[k*columns:(k+1)*columns], src[int(r)*columns:])
	}
	return dst
}
