package anchors

import "detsample/internal/overlap"

// hullSize is how many candidates share a hull: neighbours on the grid, one of
// which is seldom near a ground truth where another is not.
const hullSize = overlap.Block

// hull encloses candidates that follow one another.
type hull struct {
	points Box // their centres
	stride float32
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
	for l := range c.Grid {
		c.eachNearOn(m, l, truths, region, visit)
	}
}

// eachNearOn is eachNear of one level.
func (c *Candidates) eachNearOn(m *matching, level int, truths []Box, region func(stride float32, truth Box) Box, visit func(i int, p point, near []int32)) {
	start, end := c.Grid[level].bounds()
	stride := float32(c.Grid[level].Stride)
	m.regions = m.regions[:0]
	for _, truth := range truths {
		m.regions = append(m.regions, region(stride, truth))
	}
	for ; start < end; start += hullSize {
		boxes := c.Box[start:min(start+hullSize, end)]
		m.near = appendMeeting(m.near[:0], hullOfCentres(boxes), m.regions)
		if len(m.near) == 0 {
			continue
		}
		for i, b := range boxes {
			x, y := b.Center()
			visit(start+i, point{x, y, stride}, m.near)
		}
	}
}

// hullOfCentres returns the box around the centres of boxes, at least one.
func hullOfCentres(boxes []Box) Box {
	x, y := boxes[0].Center()
	points := Box{x, y, x, y}
	for _, b := range boxes[1:] {
		x, y := b.Center()
		points = Box{min(points[0], x), min(points[1], y), max(points[2], x), max(points[3], y)}
	}
	return points
}

// appendMeeting appends the indices of the regions that may meet the hull.
func appendMeeting(near []int32, hull Box, regions []Box) []int32 {
	for g := range regions {
		if hull.meets(regions[g]) {
			near = append(near, int32(g))
		}
	}
	return near
}

// enclose fills the hulls of the allowed candidates.
func (m *matching) enclose() {
	m.hulls = m.hulls[:0]
	for k, p := range m.points {
		if k%hullSize == 0 {
			m.hulls = append(m.hulls, hull{Box{p.x, p.y, p.x, p.y}, p.stride})
			continue
		}
		h := &m.hulls[len(m.hulls)-1]
		h.points = Box{min(h.points[0], p.x), min(h.points[1], p.y), max(h.points[2], p.x), max(h.points[3], p.y)}
		h.stride = max(h.stride, p.stride)
	}
}
