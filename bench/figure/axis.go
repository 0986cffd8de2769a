package figure

import (
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Text is how text of a size looks.
func Text(size vg.Length, c color.Color) draw.TextStyle {
	return draw.TextStyle{
		Color: c, Font: font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size), Handler: plot.DefaultTextHandler,
	}
}

// Axis gives an axis its name and its look, with text of a size.
func Axis(axis *plot.Axis, name string, size vg.Length) {
	axis.Label.Text, axis.Label.TextStyle = name, Like(Text(size, Soft), axis.Label.TextStyle)
	axis.Tick.Label = Like(Text(size, Soft), axis.Tick.Label)
	axis.LineStyle.Color, axis.Tick.LineStyle.Color = Soft, Soft
	axis.LineStyle.Width, axis.Tick.LineStyle.Width = 0.6, 0.6
	axis.Tick.Length, axis.Padding = 3, 0
}

// Like aligns a style as another is.
func Like(s, other draw.TextStyle) draw.TextStyle {
	s.XAlign, s.YAlign, s.Rotation = other.XAlign, other.YAlign, other.Rotation
	return s
}

// Round marks an axis at multiples of 1, 2 or 5 times a power of ten, as many as
// it says at most.
type Round int

// Ticks implements plot.Ticker.
func (most Round) Ticks(low, high float64) (ticks []plot.Tick) {
	step := stepOf(high-low, int(most))
	if step == 0 {
		return nil
	}
	for k := math.Ceil(low/step - 1e-9); k*step <= high+1e-9*step; k++ {
		v := k * step
		if k == 0 {
			v = 0 // and not -0
		}
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'f', max(0, int(math.Ceil(-math.Log10(step)-1e-9))), 64)})
	}
	return ticks
}

// stepOf returns the smallest round step of which a span has fewer than most.
func stepOf(span float64, most int) float64 {
	if !(span > 0) || math.IsInf(span, 1) || most < 2 {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(span/float64(most-1))))
	for _, times := range []float64{1, 2, 5} {
		if step := times * power; span/step <= float64(most-1) {
			return step
		}
	}
	return 10 * power
}
