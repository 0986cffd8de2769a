package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// drawing is an inline SVG under construction. Its colours and type are the
// page's style sheet's, so that it follows the page from light to dark.
type drawing struct {
	b strings.Builder
}

// newDrawing starts a drawing of a size in CSS pixels, which scales to the
// width it is given; label says what it shows to who cannot see it.
func newDrawing(width, height float64, label string) *drawing {
	d := &drawing{}
	d.addf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`,
		width, height, escape(label))
	return d
}

func (d *drawing) addf(format string, args ...any) { fmt.Fprintf(&d.b, format, args...) }

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	d.addf(`<line class="%s" x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, class, x1, y1, x2, y2)
}

func (d *drawing) rect(class string, x, y, width, height float64) {
	d.addf(`<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, class, x, y, width, height)
}

// text writes s at a point; class carries the anchor: "start", "middle" or
// "end" beside others.
func (d *drawing) text(class string, x, y float64, s string) {
	d.addf(`<text class="%s" x="%.1f" y="%.1f">%s</text>`, class, x, y, escape(s))
}

// name writes a name of at most n characters, whole where the pointer rests.
func (d *drawing) name(class string, x, y float64, name string, n int) {
	d.addf(`<text class="%s" x="%.1f" y="%.1f">%s<title>%s</title></text>`, class, x, y, escape(short(name, n)), escape(name))
}

// path draws a line through points in the look of a strategy.
func (d *drawing) path(s style, xs, ys []float64) {
	d.addf(`<path class="%s" d="%s"/>`, s.line(), trail(xs, ys))
}

// band fills between two lines over the same xs.
func (d *drawing) band(s style, xs, low, high []float64) {
	d.addf(`<path class="%s" d="%s`, s.band(), trail(xs, high))
	for i := len(xs) - 1; i >= 0; i-- {
		d.addf("L%.1f %.1f", xs[i], low[i])
	}
	d.addf(`Z"/>`)
}

func trail(xs, ys []float64) string {
	var b strings.Builder
	for i := range xs {
		fmt.Fprintf(&b, "%c%.1f %.1f", "ML"[min(i, 1)], xs[i], ys[i])
	}
	return b.String()
}

func (d *drawing) html() template.HTML {
	return template.HTML(d.b.String() + "</svg>")
}

// escape makes any string fit for XML: markup is escaped, and what XML cannot
// hold at all is replaced.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return template.HTMLEscapeString(s)
}

// scale maps values linearly to pixels.
type scale struct {
	low, high float64 // values
	from, to  float64 // pixels
}

func (s scale) at(v float64) float64 {
	return s.from + (s.to-s.from)*(v-s.low)/(s.high-s.low)
}

// each maps all values.
func (s scale) each(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = s.at(v)
	}
	return out
}

// ticks returns multiples of 1, 2 or 5 times a power of ten from 0 to the first
// that is not below high: about n of them.
func ticks(high float64, n int) []float64 {
	if !(high > 0) || math.IsInf(high, 0) {
		high = 1
	}
	step := math.Pow(10, math.Floor(math.Log10(high/float64(n))))
	for _, f := range []float64{1, 2, 5, 10} {
		if step*f*float64(n) >= high*(1-1e-9) {
			step *= f
			break
		}
	}
	var out []float64
	for i := 0; ; i++ {
		v := float64(i) * step
		out = append(out, v)
		if v >= high*(1-1e-9) {
			return out
		}
	}
}
