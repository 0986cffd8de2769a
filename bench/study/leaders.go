package study

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"detsample/bench/figure"
)

// leadersFile is the picture of who leads where.
const leadersFile = "leaders.svg"

// place is an experiment at a budget, and who may be the best there.
type place struct {
	images, negatives float64
	may               []string
}

// add adds a place unless there is one already at its images and, within a tenth,
// its negatives: of a training that ends there and one that goes on, the former is
// drawn, which comes first.
func add(places []place, at place) []place {
	for _, p := range places {
		if p.images == at.images && math.Abs(p.negatives-at.negatives) < at.negatives/10 {
			return places
		}
	}
	return append(places, at)
}

// dots draws at each place a dot for everyone who may be the best there, side by
// side: a single one leads.
type dots []place

// The size of a dot, and how far those of one place are apart.
const (
	dotRadius = vg.Length(5.5)
	dotApart  = vg.Length(12)
)

// Plot implements plot.Plotter.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, at := range d {
		left := x(at.images) - dotApart*vg.Length(len(at.may)-1)/2
		for k, name := range at.may {
			c.DrawGlyph(glyphOf(name), vg.Point{X: left + dotApart*vg.Length(k), Y: y(at.negatives)})
		}
	}
}

// glyphOf is how a rival is drawn.
func glyphOf(name string) draw.GlyphStyle {
	return draw.GlyphStyle{Color: figure.Hues[slices.Index(rivals, name)%len(figure.Hues)], Radius: dotRadius, Shape: draw.CircleGlyph{}}
}

// Thumbnail implements plot.Thumbnailer.
func (g thumbnail) Thumbnail(c *draw.Canvas) {
	c.DrawGlyph(draw.GlyphStyle(g), c.Center())
}

type thumbnail draw.GlyphStyle

// legendRoom is how many times further the axis of images goes than they do, for
// the legend.
const legendRoom = 2.2

// drawLeaders draws who may be the best by images seen and negatives for each
// positive, both in logarithms.
func drawLeaders(places []place) ([]byte, error) {
	p := plot.New()
	p.BackgroundColor = color.White
	p.X.Label.Text, p.Y.Label.Text = "images seen", "negatives for each positive"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = math.Inf(1), 0, math.Inf(1), 0
	var images, negatives []float64
	for _, at := range places {
		p.X.Min, p.X.Max = min(p.X.Min, at.images/1.5), max(p.X.Max, at.images*1.5)
		p.Y.Min, p.Y.Max = min(p.Y.Min, at.negatives/1.8), max(p.Y.Max, at.negatives*1.8)
		images, negatives = append(images, at.images), append(negatives, at.negatives)
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = values(images), values(negatives)
	p.X.Max *= legendRoom
	p.Add(dots(places))
	p.Legend.Top, p.Legend.Padding = true, 3
	for _, name := range rivals {
		p.Legend.Add(name, thumbnail(glyphOf(name)))
	}
	return figure.SVG(640, 380, p.Draw)
}

// values marks an axis where something stands, and no two places closer than a
// tenth.
type values []float64

// Ticks implements plot.Ticker.
func (v values) Ticks(float64, float64) (ticks []plot.Tick) {
	for _, x := range slices.Sorted(slices.Values(v)) {
		if n := len(ticks); n > 0 && x < 1.1*ticks[n-1].Value {
			continue
		}
		ticks = append(ticks, plot.Tick{Value: x, Label: number(x, 0)})
	}
	return ticks
}
