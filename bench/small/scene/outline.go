package scene

import "math"

type point struct{ x, y float64 }

// outline is a region as closed rings; a point inside an even number of rings
// is outside the region, so an inner ring is a hole.
type outline [][]point

// class is a kind of object and the shapes that resemble it without being one.
type class struct {
	name       string
	shape      outline
	lookAlikes []outline
}

// classes are told apart by their outline alone, at any rotation.
var classes = []class{
	{"disc", disc(1, 1), []outline{
		append(disc(1, 1), disc(0.5, 0.5)...),
		disc(1, 0.58),
		{wedge(50, 360)},
		{regular(5, 0)},
	}},
	{"square", outline{regular(4, 0)}, []outline{
		{regular(4, 0), scaled(regular(4, 0), 0.5, 0.5)},
		{scaled(regular(4, math.Pi/4), 1, 0.55)},
		{regular(5, 0)},
		{{{-0.7, -0.7}, {0.7, -0.7}, {0.7, 0.1}, {0.1, 0.7}, {-0.7, 0.7}}},
	}},
	{"triangle", outline{regular(3, 0)}, []outline{
		{regular(3, 0), scaled(regular(3, 0), 0.45, 0.45)},
		{{{1, 0}, {-0.5, 0.87}, {-0.05, 0}, {-0.5, -0.87}}},
		{{{0.3, 0.4}, {-0.5, 0.87}, {-0.5, -0.87}, {0.3, -0.4}}},
		{scaled(regular(3, 0), 1, 0.5)},
	}},
	{"cross", outline{arms(1, 1, 1, 1)}, []outline{
		{arms(1, 1, 1, 0.3)},
		{arms(1, 1, 0.3, 0.3)},
		{arms(1, 0.55, 1, 0.55)},
		{star(4, 0.5)},
	}},
}

func classNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = classes[i].name
	}
	return names
}

// regular returns a regular polygon of radius 1, its first corner at an angle.
func regular(corners int, angle float64) []point {
	ring := make([]point, corners)
	for i := range ring {
		sin, cos := math.Sincos(angle + 2*math.Pi*float64(i)/float64(corners))
		ring[i] = point{cos, sin}
	}
	return ring
}

// disc returns an ellipse with the given half axes.
func disc(rx, ry float64) outline { return outline{scaled(regular(48, 0), rx, ry)} }

// wedge returns a disc's sector between two angles in degrees.
func wedge(from, to float64) []point {
	const steps = 40
	ring := []point{{0, 0}}
	for i := range steps + 1 {
		sin, cos := math.Sincos((from + (to-from)*float64(i)/steps) * math.Pi / 180)
		ring = append(ring, point{cos, sin})
	}
	return ring
}

// star returns a star of radius 1 whose inner corners lie at radius inner.
func star(tips int, inner float64) []point {
	ring := regular(2*tips, 0)
	for i := 1; i < len(ring); i += 2 {
		ring[i] = point{inner * ring[i].x, inner * ring[i].y}
	}
	return ring
}

// arms returns a cross with the given lengths of its arms.
func arms(right, down, left, up float64) []point {
	const w = 0.3
	return []point{
		{w, -w}, {right, -w}, {right, w}, {w, w}, {w, down}, {-w, down},
		{-w, w}, {-left, w}, {-left, -w}, {-w, -w}, {-w, -up}, {w, -up},
	}
}

func scaled(ring []point, sx, sy float64) []point {
	out := make([]point, len(ring))
	for i, p := range ring {
		out[i] = point{sx * p.x, sy * p.y}
	}
	return out
}

// rotated returns o turned about the origin.
func (o outline) rotated(angle float64) outline {
	sin, cos := math.Sincos(angle)
	return o.mapped(func(p point) point {
		return point{cos*p.x - sin*p.y, sin*p.x + cos*p.y}
	})
}

func (o outline) mapped(f func(point) point) outline {
	out := make(outline, len(o))
	for i, ring := range o {
		out[i] = make([]point, len(ring))
		for j, p := range ring {
			out[i][j] = f(p)
		}
	}
	return out
}

// extent returns the corners of the tight box of o.
func (o outline) extent() (lo, hi point) {
	lo, hi = point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, ring := range o {
		for _, p := range ring {
			lo = point{min(lo.x, p.x), min(lo.y, p.y)}
			hi = point{max(hi.x, p.x), max(hi.y, p.y)}
		}
	}
	return lo, hi
}

// bar returns a rectangle about a centre.
func bar(at point, length, width, angle float64) outline {
	box := outline{scaled([]point{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}, length/2, width/2)}
	return box.rotated(angle).mapped(func(p point) point { return point{p.x + at.x, p.y + at.y} })
}
