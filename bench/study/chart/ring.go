package chart

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Hollow is a ring on white.
type Hollow struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (Hollow) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	c.SetColor(color.White)
	c.Fill(circle(at, style.Radius))
	c.SetLineStyle(draw.LineStyle{Color: style.Color, Width: 1.5})
	c.Stroke(circle(at, style.Radius-0.75))
}

// circle is the outline of one.
func circle(at vg.Point, radius vg.Length) (p vg.Path) {
	p.Move(vg.Point{X: at.X + radius, Y: at.Y})
	p.Arc(at, radius, 0, 2*math.Pi)
	p.Close()
	return p
}
