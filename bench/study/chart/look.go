package chart

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"detsample/bench/figure"
	"detsample/bench/looks"
)

// dashes are those of lines, by their kind.
var dashes = [looks.Kinds][]vg.Length{
	looks.Dashed: {5, 3}, looks.Dotted: {2, 2}, looks.DotDashed: {7, 3, 1.5, 3}, looks.DrawnOut: {14, 3},
}

// shapes mark the points of lines, by the kind of their dashes: two of one hue are
// told apart where dashes are too short to show.
var shapes = [looks.Kinds]draw.GlyphDrawer{
	looks.Dashed: draw.BoxGlyph{}, looks.Dotted: draw.PyramidGlyph{}, looks.DotDashed: Hollow{}, looks.DrawnOut: draw.CircleGlyph{},
}

// Look is how a strategy is drawn.
type Look looks.Look

// LookOf returns how a strategy is drawn, by its name alone.
func LookOf(name string) Look {
	l, _ := looks.Of(name)
	return Look(l)
}

// Color is that of its line.
func (l Look) Color() color.RGBA { return figure.Hues[l.Hue] }

// mark is how the points of a line are marked; false of a solid one, whose are not.
func (l Look) mark() (style draw.GlyphStyle, ok bool) {
	shape := shapes[l.Dashes]
	return draw.GlyphStyle{Color: l.Color(), Radius: 2.8, Shape: shape}, shape != nil
}

func (l Look) line() draw.LineStyle {
	return draw.LineStyle{Color: l.Color(), Width: 1.8, Dashes: dashes[l.Dashes]}
}
