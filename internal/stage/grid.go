package stage

import (
	"fmt"

	"detsample/anchors"
)

// CheckGrid panics, on behalf of the named function, unless the grid of the
// candidates, if they have one, is theirs: by another an assigner labels wrong
// anchors in silence. Its levels must make the candidates up; and in the middle
// row and column of each, an anchor of every cell must lie where the cell does,
// and the cells apart by about the stride. Any offset is let pass, rounding to 16
// bits, and anchors that are clipped to their image.
func CheckGrid(function string, c *anchors.Candidates) {
	if c.Grid == nil {
		return
	}
	n := 0
	for _, g := range c.Grid {
		n += g.Width * g.Height * g.PerCell
	}
	if n != len(c.Box) {
		panic(fmt.Sprintf("%s: Grid of Anchors has %d anchors, and Box %d: take both of one pyramid and size, as anchors.Field does", function, n, len(c.Box)))
	}
	n = 0
	for l, g := range c.Grid {
		if g.Start != n || g.Stride < 1 || min(g.Width, g.Height, g.PerCell) < 0 {
			panic(fmt.Sprintf("%s: level %d of Grid of Anchors is %+v, where anchor %d is the next: take it of a pyramid, as anchors.Field does", function, l, g, n))
		}
		n += g.Width * g.Height * g.PerCell
	}
	for l, g := range c.Grid {
		if problem := levelProblem(c.Box, g); problem != "" {
			panic(fmt.Sprintf("%s: the grid's level %d, of stride %d with %d x %d cells of %d anchors, contradicts the anchors: %s; "+
				"give levels in the anchors' order, each with its stride, cells across, cells down and anchors a cell", function, l, g.Stride, g.Width, g.Height, g.PerCell, problem))
		}
	}
}

// levelProblem says in what a level contradicts the anchors, "" if in nothing.
func levelProblem(boxes []anchors.Box, g anchors.Grid) string {
	if g.Width*g.Height*g.PerCell == 0 {
		return ""
	}
	middle := boxes[g.Start+(g.Height/2*g.Width+g.Width/2)*g.PerCell:][:g.PerCell]
	slot := 0 // the smallest anchor of a cell, which is clipped least
	for k, b := range middle {
		if b.Area() < middle[slot].Area() {
			slot = k
		}
	}
	boxes = boxes[g.Start+slot:]
	row := line{axis: 0, name: "row", at: g.Height / 2, cells: g.Width, first: g.Height / 2 * g.Width * g.PerCell, next: g.PerCell}
	column := line{axis: 1, name: "column", at: g.Width / 2, cells: g.Height, first: g.Width / 2 * g.PerCell, next: g.Width * g.PerCell}
	across, problem := row.walk(boxes, g.Stride)
	if problem != "" {
		return problem
	}
	down, problem := column.walk(boxes, g.Stride)
	if problem != "" {
		return problem
	}
	// A stride may be that across alone, which shows in three cells.
	if across != 0 && !alikeStride(across, g.Stride) && !alikeStride(down, g.Stride) {
		return fmt.Sprintf("its cells lie %v pixels apart", across)
	}
	return ""
}

// alikeStride reports whether a level may say that its cells lie so far apart. They
// lie closer where a feature map divides its image's size: by up to a third of the
// nominal stride over three cells.
func alikeStride(step float32, stride int) bool {
	return 4*step < 7*float32(stride) && 7*step > 4*float32(stride)
}

// line is the middle row or column of a level.
type line struct {
	axis        int // along which it goes
	name        string
	at, cells   int
	first, next int // candidates, of its cells
}

// walk says in what the anchors of a line's cells contradict it. step is how far
// three cells whose anchors nothing clips lie apart, 0 where there are none: one
// that is alike the stride, if any is.
func (l *line) walk(boxes []anchors.Box, stride int) (step float32, problem string) {
	along, across := l.axis, 1-l.axis
	near := float32(stride) / 4
	before := boxes[l.first]
	start := centre(before, across)
	var moved float32 // from the cell before the last to that, unless their anchors differ in length
	for i := 1; i < l.cells; i++ {
		b := boxes[l.first+i*l.next]
		if c := centre(b, across); abs(c-start) > near {
			return 0, fmt.Sprintf("in %s %d the anchors of cell 0 have their centre at %s %v, those of cell %d at %v", l.name, l.at, axes[across], start, i, c)
		}
		here, longer := centre(b, along)-centre(before, along), abs(length(b, along)-length(before, along))
		// Clipped anchors move less than their cells do, but not back; and the
		// less they do, the less can they differ in length.
		if here < -near || here < near && longer > 2*near {
			return 0, fmt.Sprintf("from cell %d to cell %d of %s %d the anchors' centre goes from %s %v to %v",
				i-1, i, l.name, l.at, axes[along], centre(before, along), centre(b, along))
		}
		if longer >= near/16 {
			here = 0
		}
		if here > 0 && abs(here-moved) < near/16 && !alikeStride(step, stride) {
			step = here
		}
		before, moved = b, here
	}
	return step, ""
}

var axes = [2]string{"x", "y"}

func centre(b anchors.Box, axis int) float32 { return (b[axis] + b[axis+2]) / 2 }

func length(b anchors.Box, axis int) float32 { return b[axis+2] - b[axis] }

func abs(x float32) float32 { return max(x, -x) }
