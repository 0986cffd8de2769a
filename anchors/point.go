package anchors

import (
	"math"

	"detsample/internal/overlap"
	"detsample/internal/reuse"
)

// Point treats candidates as points, their centres, and gives each ground
// truth the Num points nearest to its centre on the one level that suits its
// size, whose stride is about sqrt(width*height)/Scale:
//
//	log2(stride) = floor((log2(width/Scale) + log2(height/Scale)) / 2)
//
// held to the levels there are. Distances are measured in widths and heights
// of the ground truth. A point that several ground truths want belongs to the
// nearest, the first among equals. All others are negative, unless their
// candidates lie in an ignore region by more than IgnoreIoF of their area.
//
// Time is O(candidates), plus a comparison of each ground truth with every 32
// candidates of a level and with each candidate near it; memory is
// O(candidates). It needs the grid.
//
// Source: RepPoints (Yang et al. 2019); mmdetection's PointAssigner.
type Point struct {
	Scale     float64 `range:"(0,)" doc:"size, in strides, of an object that suits a level"`
	Num       int     `range:"[1,)" doc:"points of each ground truth"`
	IgnoreIoF float64 `param:"ignore_iof" range:"[0,1]" doc:"share of a candidate inside an ignore region beyond which it is no negative"`
}

// NewPoint returns the assigner with the peer's defaults, a scale of 4 and 3
// points, and candidates lying in ignore regions by more than half ignored.
// RepPoints itself takes 1 point.
func NewPoint() Point { return Point{Scale: 4, Num: 3, IgnoreIoF: 0.5} }

var _ Assigner = Point{}

// Needs implements [Assigner].
func (Point) Needs() Need { return NeedGrid }

// Assign implements [Assigner]. It panics unless the grid makes up the
// candidates.
func (p Point) Assign(dst *Assignment, c *Candidates, t *Truth) {
	c.requireGrid("Point")
	dst.Reset(len(c.Box))
	dst.overlap(c.Box, t.Box)
	dst.row = reuse.Grow(dst.row, len(c.Box)) // distance to the ground truth that has the point
	dst.rivalsByLevel(c)
	if len(c.Grid) == 0 { // nor a candidate
		return
	}
	for g, box := range t.Box {
		p.compete(dst, c, box)
		for _, k := range dst.kept {
			if i, distance := k.index, float32(k.value); dst.GT[i] < 0 || distance < dst.row[i] {
				dst.GT[i], dst.row[i] = int32(g), distance
			}
		}
	}
	dst.ignoreNegatives(c.Box, t.Ignore, p.IgnoreIoF)
}

// compete keeps the points nearest to a ground truth.
func (p Point) compete(dst *Assignment, c *Candidates, box Box) {
	x, y := box.Center()
	width, height := box.Width(), box.Height()
	l := p.level(c.Grid, box)
	rivals := &dst.rivals[l]
	least := func(least []float64, first int) {
		rivals.each(least, first, func(e *overlap.Extent) float64 {
			dx, dy := e.Away(0, x)/width, e.Away(1, y)/height
			return leastOf(math.Sqrt(float64(dx*dx + dy*dy)))
		})
	}
	dst.kept = rivals.smallest(dst.kept, p.Num, box, least, func(kept []ranked, i int) []ranked {
		i += c.Grid[l].Start
		cx, cy := c.Box[i].Center()
		dx, dy := (cx-x)/width, (cy-y)/height
		distance := float32(math.Sqrt(float64(dx*dx + dy*dy)))
		return keepSmallest(kept, p.Num, ranked{float64(distance), int32(i)})
	})
}

// level returns the coarsest level whose stride does not exceed what suits the
// box, or else the finest.
func (p Point) level(grid []Grid, box Box) (chosen int) {
	suits := (math.Log2(float64(box.Width())/p.Scale) + math.Log2(float64(box.Height())/p.Scale)) / 2
	for l, level := range grid {
		if l == 0 || math.Floor(math.Log2(float64(level.Stride))) <= suits {
			chosen = l
		}
	}
	return chosen
}
