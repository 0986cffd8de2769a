package anchors

import "slices"

// Field keeps the anchors of a pyramid over an image. They are computed anew only when
// the pyramid or the size of the image changes, without allocating once the largest
// image was seen.
type Field struct {
	pyramid       Pyramid
	width, height int
	candidates    Candidates
}

// At returns the anchors of p over a width x height image, with their grids and
// pyramid. They are valid until the next call, and not to be written to.
func (f *Field) At(p Pyramid, width, height int) *Candidates {
	if f.width != width || f.height != height || !f.pyramid.equal(p) {
		f.pyramid.set(p)
		f.width, f.height = width, height
		f.candidates = Candidates{
			Box:     p.Append(f.candidates.Box[:0], width, height),
			Grid:    f.pyramid.appendGrids(f.candidates.Grid[:0], width, height),
			Pyramid: &f.pyramid,
			Width:   float32(width), Height: float32(height),
		}
	}
	return &f.candidates
}

func (p *Pyramid) equal(q Pyramid) bool {
	return p.Offset == q.Offset && slices.Equal(p.Ratios, q.Ratios) &&
		slices.EqualFunc(p.Levels, q.Levels, func(a, b Level) bool { return a.Stride == b.Stride && slices.Equal(a.Sizes, b.Sizes) })
}

// set copies q, which its owner may change.
func (p *Pyramid) set(q Pyramid) {
	p.Offset, p.Ratios = q.Offset, append(p.Ratios[:0], q.Ratios...)
	p.Levels = slices.Grow(p.Levels[:0], len(q.Levels))[:len(q.Levels)]
	for l, level := range q.Levels {
		p.Levels[l] = Level{level.Stride, append(p.Levels[l].Sizes[:0], level.Sizes...)}
	}
}
