package scene

import (
	"math"
	"slices"
)

// mask is the share of each pixel that an outline covers, over its extent.
type mask struct {
	x, y, w, h int
	cover      []float32 // h rows of w
	crossings  []float64
}

// subRows is how many scan lines sample a row of pixels; along a line the
// coverage is exact.
const subRows = 4

// render sets m to the coverage of o within a square image.
func (m *mask) render(o outline, size int) {
	lo, hi := o.extent()
	m.x, m.y = max(0, int(math.Floor(lo.x))), max(0, int(math.Floor(lo.y)))
	m.w = max(0, min(size, int(math.Ceil(hi.x)))-m.x)
	m.h = max(0, min(size, int(math.Ceil(hi.y)))-m.y)
	m.cover = slices.Grow(m.cover[:0], m.w*m.h)[:m.w*m.h]
	clear(m.cover)
	for row := range m.h {
		line := m.cover[row*m.w : (row+1)*m.w]
		for sub := range subRows {
			m.cross(o, float64(m.y+row)+(float64(sub)+0.5)/subRows)
			for i := 0; i+1 < len(m.crossings); i += 2 {
				span(line, m.crossings[i]-float64(m.x), m.crossings[i+1]-float64(m.x))
			}
		}
	}
}

// cross sets m.crossings to the ascending x at which o's rings cross a line.
func (m *mask) cross(o outline, y float64) {
	m.crossings = m.crossings[:0]
	for _, ring := range o {
		a := ring[len(ring)-1]
		for _, b := range ring {
			if (a.y <= y) != (b.y <= y) {
				m.crossings = append(m.crossings, a.x+(y-a.y)/(b.y-a.y)*(b.x-a.x))
			}
			a = b
		}
	}
	slices.Sort(m.crossings)
}

// span adds the interval from a to b to the pixels of one line.
func span(line []float32, a, b float64) {
	a, b = max(a, 0), min(b, float64(len(line)))
	for x := int(a); float64(x) < b; x++ {
		line[x] += float32((min(b, float64(x+1)) - max(a, float64(x))) / subRows)
	}
}
