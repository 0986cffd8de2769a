package anchors

import "math"

// cornerIndex finds the kept detections whose upper left corners are near a
// candidate's: a grid of cells over all corners, each with a list of the
// detections that start there. Only those can overlap a candidate much.
//
// Where the left edges are d apart, a strip of that width belongs to the union
// alone, so with an intersection at most as wide as the candidate, w,
// IoU <= w/(w+d): beyond iou only if d < w (1-iou)/iou. Likewise for the
// heights.
type cornerIndex struct {
	x, y       float32 // of the first cell
	perX, perY float32 // cells per pixel
	first      [cells * cells]int32
	next       []int32 // of each kept detection, the one added to its cell before, or -1
}

// cells is the side of the grid: with 1000 detections a few a cell.
const cells = 16

// reset empties the index and lays the grid over the corners of d.
func (g *cornerIndex) reset(d []Detection) {
	g.next = g.next[:0]
	for i := range g.first {
		g.first[i] = -1
	}
	inf := float32(math.Inf(1))
	right, bottom := -inf, -inf
	g.x, g.y = inf, inf
	for i := range d {
		x, y := d[i].Box[0], d[i].Box[1]
		g.x, g.y, right, bottom = min(g.x, x), min(g.y, y), max(right, x), max(bottom, y)
	}
	g.perX, g.perY = cells/(right-g.x), cells/(bottom-g.y)
}

// add puts the next kept detection into its cell.
func (g *cornerIndex) add(b Box) {
	cell := cellOf(b[1], g.y, g.perY)*cells + cellOf(b[0], g.x, g.perX)
	g.next = append(g.next, g.first[cell])
	g.first[cell] = int32(len(g.next) - 1)
}

// suppressed reports whether a kept detection overlaps cand beyond iou. The
// margin leaves to IoU what rounding could decide.
func (g *cornerIndex) suppressed(cand Detection, kept []Detection, iou float32) bool {
	reach := (1 - iou) / iou * 1.0001
	dx, dy := cand.Box.Width()*reach, cand.Box.Height()*reach
	left, right := cellOf(cand.Box[0]-dx, g.x, g.perX), cellOf(cand.Box[0]+dx, g.x, g.perX)
	top, bottom := cellOf(cand.Box[1]-dy, g.y, g.perY), cellOf(cand.Box[1]+dy, g.y, g.perY)
	for y := top; y <= bottom; y++ {
		for x := left; x <= right; x++ {
			for i := g.first[y*cells+x]; i >= 0; i = g.next[i] {
				if kept[i].Class == cand.Class && IoU(kept[i].Box, cand.Box) > iou {
					return true
				}
			}
		}
	}
	return false
}

// cellOf returns the cell of a coordinate along an axis, the first or the
// last for one outside. The order of coordinates carries over to cells, so
// that what is within reach is within the cells of reach.
func cellOf(v, origin, perPixel float32) int {
	at := (v - origin) * perPixel
	if !(at > 0) { // before the grid, or NaN: a grid or a reach without extent
		return 0
	}
	return int(min(at, cells-1))
}
