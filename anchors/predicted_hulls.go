package anchors

// hullSize is how many candidates share a hull: neighbours on the grid, one of
// which is seldom near a ground truth where another is not.
const hullSize = 32

// hull encloses candidates that follow one another.
type hull struct {
	points  Box // their centres
	decoded Box // their predicted boxes
	stride  float32
}

// meets reports whether two boxes may have a point in common; with a coordinate
// that is no number they may.
func (b Box) meets(c Box) bool {
	return !(b[0] > c[2] || c[0] > b[2] || b[1] > c[3] || c[1] > b[3])
}

// eachNear visits the centre of every candidate that may lie in the region of a
// ground truth, with the ground truths whose region it may be, ascending; there
// may be some too many, never too few. It takes the time to compare the
// candidates' hulls with the regions, and to visit.
func (c *Candidates) eachNear(m *matching, truths []Box, region func(stride float32, truth Box) Box, visit func(i int, p point, near []int32)) {
	for _, grid := range c.Grid {
		start, end := grid.bounds()
		stride := float32(grid.Stride)
		m.regions = m.regions[:0]
		for _, truth := range truths {
			m.regions = append(m.regions, region(stride, truth))
		}
		for ; start < end; start += hullSize {
			boxes := c.Box[start:min(start+hullSize, end)]
			x, y := boxes[0].Center()
			points := Box{x, y, x, y}
			for _, b := range boxes[1:] {
				x, y := b.Center()
				points = Box{min(points[0], x), min(points[1], y), max(points[2], x), max(points[3], y)}
			}
			m.near = m.near[:0]
			for g, r := range m.regions {
				if points.meets(r) {
					m.near = append(m.near, int32(g))
				}
			}
			if len(m.near) == 0 {
				continue
			}
			for i, b := range boxes {
				x, y := b.Center()
				visit(start+i, point{x, y, stride}, m.near)
			}
		}
	}
}

// enclose fills the hulls of the allowed candidates.
func (m *matching) enclose(c *Candidates) {
	m.hulls = m.hulls[:0]
	for k := range m.allowed {
		p, d := m.points[k], c.Decoded[m.allowed[k]]
		if k%hullSize == 0 {
			m.hulls = append(m.hulls, hull{Box{p.x, p.y, p.x, p.y}, d, p.stride})
			continue
		}
		h := &m.hulls[len(m.hulls)-1]
		h.points = Box{min(h.points[0], p.x), min(h.points[1], p.y), max(h.points[2], p.x), max(h.points[3], p.y)}
		h.decoded = Box{min(h.decoded[0], d[0]), min(h.decoded[1], d[1]), max(h.decoded[2], d[2]), max(h.decoded[3], d[3])}
		h.stride = max(h.stride, p.stride)
	}
}
