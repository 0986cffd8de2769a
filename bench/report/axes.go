package report

import (
	"math"
	"strconv"
)

// panel is a plot's rectangle with its two scales.
type panel struct {
	x, y scale
}

// axes draws grid, ticks and names; the marks are values of the scales times
// their unit.
func (p panel) axes(d *drawing, xMarks, yMarks []float64, xUnit, yUnit float64, xName, yName string) {
	for _, m := range yMarks {
		y := p.y.at(m / yUnit)
		d.line("grid", p.x.from, y, p.x.to, y)
		d.text("tick end", p.x.from-7, y+4, tick(m, yMarks))
	}
	for _, m := range xMarks {
		x := p.x.at(m / xUnit)
		d.line("grid", x, p.y.from, x, p.y.from+5)
		d.text("tick middle", x, p.y.from+19, tick(m, xMarks))
	}
	d.line("base", p.x.from, p.y.from, p.x.to, p.y.from)
	d.text("axis middle", (p.x.from+p.x.to)/2, p.y.from+39, xName)
	x, y := p.x.from-47, (p.y.from+p.y.to)/2
	d.addf(`<text class="axis middle" transform="translate(%.1f %.1f) rotate(-90)">%s</text>`, x, y, escape(yName))
}

// powers draws the grid of an axis of powers of ten, at most one line for every
// power and six in all.
func (p panel) powers(d *drawing) {
	step := max(1, math.Ceil((p.y.high-p.y.low)/6))
	for e := p.y.low; e <= p.y.high; e += step {
		d.line("grid", p.x.from, p.y.at(e), p.x.to, p.y.at(e))
		d.text("tick end", p.x.from-7, p.y.at(e)+4, strconv.FormatFloat(math.Pow(10, e), 'g', -1, 64))
	}
}

// tick writes a mark with the decimals that its neighbours need.
func tick(v float64, marks []float64) string {
	if len(marks) < 2 || marks[1]-marks[0] >= 1 {
		return count(int(math.Round(v)))
	}
	decimals := int(math.Ceil(-math.Log10(marks[1]-marks[0]) - 1e-9))
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// spread moves labels that want the given heights, ascending, at least gap
// apart, within low to high if they fit.
func spread(at []float64, gap, low, high float64) {
	for i := range at {
		at[i] = max(at[i], low+gap*float64(i))
		if i > 0 {
			at[i] = max(at[i], at[i-1]+gap)
		}
	}
	for i := len(at) - 1; i >= 0; i-- {
		at[i] = min(at[i], high-gap*float64(len(at)-1-i))
		if i < len(at)-1 {
			at[i] = min(at[i], at[i+1]-gap)
		}
	}
}
