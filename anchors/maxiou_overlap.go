package anchors

import (
	"math"
	"math/bits"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// overlapping is the memory of an assignment by IoU.
type overlapping struct {
	scan   overlap.Scan[Box]
	blocks []overlap.Summary
	near   near
	passed []int32 // the nearest ground truths of one stretch
	out    []bool  // the candidates that are ignored before matching
}

// A stretch is as many blocks of candidates as a word has bits. They are
// scanned, then labelled, while they lie in the fastest memory.
const stretch = 64 * overlap.Block

// assignOverlap assigns by IoU.
func (m MaxIoU) assignOverlap(dst *Assignment, c *Candidates, t *Truth) {
	n := len(c.Box)
	dst.GT, dst.IoU, dst.Quality = reuse.Grow(dst.GT, n), reuse.Grow(dst.IoU, n), dst.Quality[:0]
	boxes, similar := c.Box, dst.IoU
	excludes := m.excludes(t)
	if excludes {
		dst.overlap(c.Box, t.Box)
		dst.similar = reuse.Grow(dst.similar, n)
		boxes, similar = m.empty(dst, c, t), dst.similar
	}
	dst.overlapping.reset(c, t)
	m.labelStretches(dst, similar, boxes)
	if excludes {
		dst.setApart(similar)
	}
	if m.Forced != ForcedNone {
		m.forceBest(dst, similar, boxes)
	}
	if m.IgnoreOrder == IgnoreNegatives {
		dst.ignoreBlocks(c.Box, t.Ignore, float32(m.IgnoreIoF))
	}
}

// reset begins an assignment.
func (o *overlapping) reset(c *Candidates, t *Truth) {
	o.blocks = reuse.Grow(o.blocks, overlap.Blocks(len(c.Box)))
	o.near.look(len(c.Box), c.Pyramid, c.Grid, t)
	o.scan.Reset(t.Box)
}

// labelStretches labels all candidates by their IoU alone, which it leaves in
// similar. It keeps their nearest ground truths if a forced match may need them.
func (m MaxIoU) labelStretches(dst *Assignment, similar []float32, boxes []Box) {
	o, keep := &dst.overlapping, m.Forced == ForcedKeep
	if keep {
		dst.nearest = reuse.Grow(dst.nearest, len(boxes))
	}
	for at := 0; at < len(boxes); at += stretch {
		end := min(at+stretch, len(boxes))
		nearest := o.passing(end - at)
		if keep {
			nearest = dst.nearest[at:end]
		}
		o.scanStretch(similar[at:end], nearest, boxes[at:end], at/overlap.Block)
		if len(o.scan.Truth) > 0 {
			m.label(dst.GT[at:end], nearest, similar[at:end])
		} else {
			fill(dst.GT[at:end], Negative)
		}
	}
}

// passing returns room for the nearest ground truths of n candidates of a
// stretch, until the next.
func (o *overlapping) passing(n int) []int32 {
	o.passed = reuse.Grow(o.passed, stretch)
	return o.passed[:n]
}

// scanStretch finds the nearest ground truth of the candidates of a stretch,
// which begins with the block first.
func (o *overlapping) scanStretch(iou []float32, nearest []int32, boxes []Box, first int) {
	last := first + overlap.Blocks(len(boxes))
	for from := first; from < last; {
		to, isNear := o.near.run(from, last)
		blocks := o.blocks[from:to]
		at, end := (from-first)*overlap.Block, min((to-first)*overlap.Block, len(boxes))
		if isNear {
			o.scan.Nearest(iou[at:end], nearest[at:end], blocks, boxes[at:end], from)
		} else {
			clear(iou[at:end])
			clear(nearest[at:end])
			clear(blocks)
		}
		from = to
	}
}

// label labels candidates by their IoU alone.
func (m MaxIoU) label(gt, nearest []int32, iou []float32) {
	floor := float32(m.NegFloor)
	if floor == 0 {
		floor = float32(math.Inf(-1))
	}
	overlap.Label(gt, nearest, iou, float32(m.PosIoU), float32(m.NegIoU), floor)
}

// empty returns the candidates, with empty boxes for those that take no part in
// matching.
func (m MaxIoU) empty(dst *Assignment, c *Candidates, t *Truth) []Box {
	dst.boxes = append(dst.boxes[:0], c.Box...)
	out := reuse.Grow(dst.overlapping.out, len(c.Box))
	dst.overlapping.out = out
	for i, b := range c.Box {
		out[i] = m.excluded(b, c, t)
		if out[i] {
			dst.boxes[i] = Box{b[0], b[1], b[0], b[1]}
		}
	}
	return dst.boxes
}

// setApart ignores the candidates that took no part in matching, and gives them
// a similarity that no pair has.
func (a *Assignment) setApart(similar []float32) {
	for i, out := range a.overlapping.out {
		if out {
			a.GT[i], similar[i] = Ignored, -1
		} else {
			a.IoU[i] = similar[i]
		}
	}
}

// forceBest makes each ground truth's best candidates positive: in the order
// in which the last to write wins.
func (m MaxIoU) forceBest(dst *Assignment, similar []float32, boxes []Box) {
	o := &dst.overlapping
	last := len(o.scan.Truth) - 1
	for k := range o.scan.Truth {
		g := k
		if m.Forced == ForcedLowest {
			g = last - k
		}
		switch truth := &o.scan.Truth[g]; {
		case !truth.Touched():
			if m.forces(0) {
				m.forceAll(dst, similar, boxes, g)
			}
		case m.forces(truth.Best):
			m.forceTies(dst, similar, boxes, g)
		}
	}
}

// forceTies forces the candidates that have the best IoU with ground truth g.
func (m MaxIoU) forceTies(dst *Assignment, similar []float32, boxes []Box, g int) {
	o := &dst.overlapping
	truth := &o.scan.Truth[g]
	for block := int(truth.First); block <= int(truth.Last); block++ {
		at, end := block*overlap.Block, min((block+1)*overlap.Block, len(boxes))
		for ties := o.scan.Ties(g, similar[at:end], &o.blocks[block], boxes[at:end]); ties != 0; ties &= ties - 1 {
			m.force(dst, similar, at+bits.TrailingZeros32(ties), g)
			if m.Ties == TiesFirst {
				return
			}
		}
	}
}

// forceAll forces the candidates on ground truth g, which none overlaps: all
// that take part and whose IoU with it is a number.
func (m MaxIoU) forceAll(dst *Assignment, similar []float32, boxes []Box, g int) {
	truth := dst.overlapping.scan.Truth[g].Box
	for i, v := range similar {
		if v < 0 || IoU(boxes[i], truth) != 0 {
			continue
		}
		m.force(dst, similar, i, g)
		if m.Ties == TiesFirst {
			return
		}
	}
}

// force makes candidate i positive for the sake of ground truth g, unless a
// rule forbids it.
func (m MaxIoU) force(dst *Assignment, similar []float32, i, g int) {
	if m.open(similar[i]) {
		dst.GT[i] = m.owner(dst, i, g)
	}
}

// ignoreBlocks ignores the negatives that lie in a region by more than a share
// limit of their area.
func (a *Assignment) ignoreBlocks(boxes, regions []Box, limit float32) {
	for _, region := range regions {
		for k := range a.overlapping.blocks {
			if limit >= 0 && !a.overlapping.blocks[k].Meets((*[4]float32)(&region)) {
				continue
			}
			for i := k * overlap.Block; i < min((k+1)*overlap.Block, len(boxes)); i++ {
				if a.GT[i] == Negative && IoF(boxes[i], region) > limit {
					a.GT[i] = Ignored
				}
			}
		}
	}
}
