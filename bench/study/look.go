package study

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"detsample/bench/figure"
	"detsample/bench/looks"
)

// dashes are those of lines, by their kind.
var dashes = [looks.Kinds][]vg.Length{
	looks.Dashed: {5, 3}, looks.Dotted: {2, 2}, looks.DotDashed: {9, 3, 2, 3}, looks.DrawnOut: {9, 3},
}

// look is how a strategy is drawn.
type look looks.Look

// lookOf returns how a strategy is drawn, by its name alone.
func lookOf(name string) look {
	l, _ := looks.Of(name)
	return look(l)
}

func (l look) color() color.RGBA { return figure.Hues[l.Hue] }

func (l look) line() draw.LineStyle {
	return draw.LineStyle{Color: l.color(), Width: 1.8, Dashes: dashes[l.Dashes]}
}
