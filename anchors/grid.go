package anchors

// bounds returns the range of candidates that belong to the level.
func (g Grid) bounds() (start, end int) {
	return g.Start, g.Start + g.Width*g.Height*g.PerCell
}
