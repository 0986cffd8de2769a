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
	dotRadius = vg.Length(4.5)
	dotApart  = vg.Length(10)
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
	return draw.GlyphStyle{Color: lookOf(name).color(), Radius: dotRadius, Shape: draw.CircleGlyph{}}
}

// drawLeaders draws who may be the best by images seen and negatives for each
// positive, both in logarithms.
func drawLeaders(places []place) ([]byte, error) {
	p := plot.New()
	p.BackgroundColor = color.White
	figure.Axis(&p.X, "images seen", textSize)
	figure.Axis(&p.Y, "", textSize)
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = math.Inf(1), 0, math.Inf(1), 0
	var images, negatives []float64
	for _, at := range places {
		p.X.Min, p.X.Max = min(p.X.Min, at.images/1.5), max(p.X.Max, at.images*1.5)
		p.Y.Min, p.Y.Max = min(p.Y.Min, at.negatives/1.8), max(p.Y.Max, at.negatives*1.8)
		images, negatives = append(images, at.images), append(negatives, at.negatives)
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = values(images), values(negatives)
	p.Add(dots(places))
	return figure.SVG(wide, 240, func(c draw.Canvas) {
		c.SetColor(color.White)
		c.Fill(c.Rectangle.Path())
		head := figure.Text(textSize, figure.Ink)
		top := c.Max.Y - edge - textHigh/2
		c.FillText(head, vg.Point{X: edge, Y: top - 4}, "negatives for each positive")
		left := vg.Length(edge) + head.Width("negatives for each positive") + 16
		for _, name := range rivals {
			c.DrawGlyph(glyphOf(name), vg.Point{X: left + dotRadius, Y: top})
			left += 2*dotRadius + 4
			c.FillText(figure.Text(textSize, figure.Ink), vg.Point{X: left, Y: top - 4}, name)
			left += head.Width(name) + 10
		}
		p.Draw(draw.Crop(c, edge, -edge, edge, -textHigh-edge-4))
	})
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
