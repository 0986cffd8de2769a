package crops

import "detsample/anchors"

// grid holds detections by the cell of an image that their centres are in. Cells
// are as long and as high as the largest box, so that what reaches into a box is
// in its cell or in one of the eight around it.
type grid struct {
	width, height float32 // of a cell
	columns, rows int
	cells         [][]anchors.Detection
}

// reset empties the grid for an image and the largest box in it.
func (g *grid) reset(width, height, boxWidth, boxHeight int) {
	g.width, g.height = float32(boxWidth), float32(boxHeight)
	g.columns, g.rows = (width+boxWidth-1)/boxWidth, (height+boxHeight-1)/boxHeight
	for len(g.cells) < g.columns*g.rows {
		g.cells = append(g.cells, nil)
	}
	for i := range g.cells {
		g.cells[i] = g.cells[i][:0]
	}
}

func (g *grid) add(d anchors.Detection) {
	x, y := g.place(d.Box)
	at := y*g.columns + x
	g.cells[at] = append(g.cells[at], d)
}

// place returns the cell of a box's centre.
func (g *grid) place(b anchors.Box) (x, y int) {
	x, y = int((b[0]+b[2])/2/g.width), int((b[1]+b[3])/2/g.height)
	return min(max(x, 0), g.columns-1), min(max(y, 0), g.rows-1)
}

// covered reports whether one of a detection's class covers it.
func (g *grid) covered(d anchors.Detection, iou float32) bool {
	x, y := g.place(d.Box)
	for row := max(y-1, 0); row <= min(y+1, g.rows-1); row++ {
		for column := max(x-1, 0); column <= min(x+1, g.columns-1); column++ {
			for _, k := range g.cells[row*g.columns+column] {
				if k.Class == d.Class && covers(k.Box, d.Box, iou) {
					return true
				}
			}
		}
	}
	return false
}
