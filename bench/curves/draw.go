package curves

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"detsample/bench/figure"
)

// The figure's geometry, in points.
const (
	width      = 900
	panelsHigh = 300
	headHigh   = 34
	keyHigh    = 17
	keySwatch  = 26
	keyGap     = 6
	character  = 5.2 // of a name
	axisText   = 9.5
	margin     = 14
	reach      = 5   // margins drawn, to either side of 0
	steps      = 400 // of a line
	dpi        = 192
)

// Formats are the kinds of file that Write can make.
func Formats() []string { return []string{"svg", "png"} }

// Write draws curves for positives or negatives in three panels, loss,
// gradient and effective weight, with one legend, as "svg" or "png".
func Write(w io.Writer, format string, list []Curve, positive bool) error {
	columns := keyColumns(list)
	rows := (len(list) + columns - 1) / columns
	high := vg.Length(headHigh + panelsHigh + keyHigh*rows + 2*margin)
	switch format {
	case "svg":
		text, err := figure.SVG(width, high, func(c draw.Canvas) { paint(c, list, positive, rows) })
		if err == nil {
			_, err = w.Write(text)
		}
		return err
	case "png":
		canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, high), vgimg.UseDPI(dpi))}
		paint(draw.New(canvas), list, positive, rows)
		_, err := canvas.WriteTo(w)
		return err
	}
	return fmt.Errorf("cannot draw %q: expected one of svg, png", format)
}

// panel is one of the three plots.
type panel struct {
	title, axis string
	high, mark  float64
	of          func(Point) float64
}

func panels() []panel {
	return []panel{
		{"Loss", "loss", 5, 1, func(p Point) float64 { return p.Loss }},
		{"Gradient", "|dl/dm|, or boosting's weight", 1.5, 0.5, func(p Point) float64 { return p.Gradient }},
		{"Effective weight", "gradient over cross entropy's", 1.5, 0.5, func(p Point) float64 { return p.Weight }},
	}
}

func paint(c draw.Canvas, list []Curve, positive bool, rows int) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, margin, -margin, margin, -margin)
	candidate := "a negative"
	if positive {
		candidate = "a positive"
	}
	head := figure.Text(13, figure.Ink)
	head.YAlign = draw.YTop
	c.FillText(head, vg.Point{X: c.Min.X, Y: c.Max.Y}, "How strongly "+candidate+" counts, by its margin")
	tiles := draw.Tiles{Cols: 3, Rows: 1, PadX: 20}
	body := draw.Crop(c, 0, 0, vg.Length(keyHigh*rows)+6, -headHigh)
	for i, p := range panels() {
		p.plot(list, positive).Draw(tiles.At(body, i, 0))
	}
	legend(c, list, rows)
}

// plot draws one panel.
func (p panel) plot(list []Curve, positive bool) *plot.Plot {
	out := plot.New()
	out.BackgroundColor = color.White
	out.Title.Text, out.Title.TextStyle = p.title, figure.Like(figure.Text(11.5, figure.Ink), out.Title.TextStyle)
	out.Title.Padding = 5
	scale(&out.X, "margin m", -reach, reach, 2)
	scale(&out.Y, p.axis, 0, p.high, p.mark)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = figure.Grid, figure.Grid
	grid.Vertical.Width, grid.Horizontal.Width = 0.5, 0.5
	out.Add(grid)
	for i := range list {
		line := plotter.Line{XYs: p.trace(&list[i], positive), LineStyle: look(list, i)}
		if len(line.XYs) > 0 {
			out.Add(&line)
		}
	}
	out.X.Min, out.X.Max, out.Y.Min, out.Y.Max = -reach, reach, 0, p.high // which Add has widened
	return out
}

// scale gives an axis its name, and marks at multiples of a step.
func scale(axis *plot.Axis, name string, low, high, step float64) {
	figure.Axis(axis, name, axisText)
	var marks plot.ConstantTicks
	for v := math.Ceil(low/step) * step; v <= high; v += step {
		marks = append(marks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 3, 64)})
	}
	axis.Tick.Marker = marks
}

// trace returns a curve's points, up to just above the panel, where the line
// leaves it.
func (p panel) trace(c *Curve, positive bool) plotter.XYs {
	var out plotter.XYs
	for i := range steps + 1 {
		m := -reach + 2*reach*float64(i)/steps
		if y := p.of(c.At(positive, m)); !math.IsNaN(y) {
			out = append(out, plotter.XY{X: m, Y: min(y, 100*p.high)})
		}
	}
	return out
}

// keyColumns returns how many of the names fit side by side.
func keyColumns(list []Curve) int {
	longest := 0
	for i := range list {
		longest = max(longest, len(list[i].Name))
	}
	wide := keySwatch + 3*keyGap + character*float64(longest)
	return max(1, min(5, int((width-2*margin)/wide)))
}

// legend names the curves in columns below the panels.
func legend(c draw.Canvas, list []Curve, rows int) {
	label := figure.Text(9.5, figure.Ink)
	label.YAlign = draw.YCenter
	wide := (c.Max.X - c.Min.X) / vg.Length(keyColumns(list))
	for i := range list {
		x := c.Min.X + wide*vg.Length(i/rows)
		y := c.Min.Y + keyHigh*(vg.Length(rows-i%rows)-0.5)
		c.StrokeLine2(look(list, i), x, y, x+keySwatch, y)
		c.FillText(label, vg.Point{X: x + keySwatch + keyGap, Y: y}, list[i].Name)
	}
}

// look is how the i-th curve is drawn: in the hues in turn, weightings dashed.
func look(list []Curve, i int) draw.LineStyle {
	style := draw.LineStyle{Color: figure.Hues[i%len(figure.Hues)], Width: 1.6}
	switch {
	case list[i].Weighting:
		style.Dashes = []vg.Length{5, 3}
	case i >= len(figure.Hues):
		style.Dashes = []vg.Length{9, 2}
	}
	return style
}
