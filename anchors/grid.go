package anchors

// bounds returns the range of candidates that belong to the level.
func (g Grid) bounds() (start, end int) {
	return g.Start, g.Start + g.Width*g.Height*g.PerCell
}

// centre returns the box's midpoint, without the stride of a level.
func centre(b Box) point {
	x, y := b.Center()
	return point{x: x, y: y}
}
