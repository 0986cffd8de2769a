package stage

import (
	"math"

	"detsample/anchors"
	"detsample/internal/reuse"
	"detsample/losses"
)

// see counts an image's candidates and marks the ground truths that have some.
func (b *Batch) see(m *Image) (seen losses.Balance) {
	b.matched = reuse.Grow(b.matched, len(m.Truth.Box))
	clear(b.matched)
	for _, g := range m.GT {
		switch {
		case g >= 0:
			seen.Positives++
			b.matched[g] = true
		case g == anchors.Negative:
			seen.Negatives++
		}
	}
	return seen
}

// lacks adds what the stage lacked in an image that was seen.
func (b *Batch) lacks(s *losses.Scarcity, m *Image) {
	positives, negatives := 0, 0
	for i, c := range m.Sample.Index {
		switch {
		case m.Sample.Weight[i] == 0:
		case m.GT[c] >= 0:
			positives++
		default:
			negatives++
		}
	}
	s.Sampled(len(m.Truth.Box), m.Asked, positives, negatives)
	var of extent
	for g, matched := range b.matched {
		if matched {
			continue
		}
		if s.Unmatched++; of == (extent{}) {
			of = extentOf(m)
		}
		of.blame(s, m.Truth.Box[g])
	}
}

// extent is what the candidates of an image span.
type extent struct{ smallest, largest, widest, highest float32 } // areas, and height over width

// extentOf looks at all candidates, or, of a pyramid, at the anchors of one
// cell of each level, which have all the shapes.
func extentOf(m *Image) extent {
	inf := float32(math.Inf(1))
	e := extent{smallest: inf, widest: inf}
	if len(m.Grid) == 0 {
		e.add(m.Candidates)
	}
	for _, g := range m.Grid {
		if g.Width*g.Height > 0 {
			e.add(m.Candidates[g.Start : g.Start+g.PerCell])
		}
	}
	return e
}

func (e *extent) add(candidates []anchors.Box) {
	for _, box := range candidates {
		if box.Valid() {
			area, ratio := box.Area(), elongation(box)
			e.smallest, e.largest = min(e.smallest, area), max(e.largest, area)
			e.widest, e.highest = min(e.widest, ratio), max(e.highest, ratio)
		}
	}
}

// blame counts why no candidate stands for a ground truth, as far as its
// extent says.
func (e extent) blame(s *losses.Scarcity, truth anchors.Box) {
	switch area, ratio := truth.Area(), elongation(truth); {
	case e.largest == 0: // no candidates
	case area < e.smallest:
		s.Smaller++
	case area > e.largest:
		s.Larger++
	case ratio < e.widest || ratio > e.highest:
		s.Narrower++
	}
}

func elongation(b anchors.Box) float32 { return (b[3] - b[1]) / (b[2] - b[0]) }
