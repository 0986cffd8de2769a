package page

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"detsample/bench/figure"
	"detsample/bench/study/chart"
	"detsample/bench/study/claims"
)

// marks tell outcomes apart, in no hue: those are strategies'.
var marks = map[claims.Outcome]struct {
	color color.Color
	shape draw.GlyphDrawer
}{
	claims.Holds:   {figure.Ink, draw.CircleGlyph{}},
	claims.Slight:  {figure.Ink, halved{}},
	claims.Fails:   {figure.Ink, chart.Hollow{}},
	claims.Unclear: {color.RGBA{0x93, 0x9b, 0xa5, 255}, draw.CircleGlyph{}},
}

// halved is a ring that is full to the left.
type halved struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (halved) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	chart.Hollow{}.DrawGlyph(c, style, at)
	var left vg.Path
	left.Move(vg.Point{X: at.X, Y: at.Y + style.Radius})
	left.Arc(at, style.Radius, math.Pi/2, math.Pi)
	left.Close()
	c.SetColor(style.Color)
	c.Fill(left)
}

// The heights of a claim's picture, in points: of what a contrast is called, of
// one of its budgets, of a line of the legend, and of all that is below them.
const (
	headHigh   = vg.Length(19)
	budgetHigh = vg.Length(15)
	legendHigh = vg.Length(16)
	footHigh   = vg.Length(78)
	dotSize    = vg.Length(4)
)

// bandWide is how wide the band around 0 is at least, in points: of a thinner one
// nothing would be seen beside the line in its middle.
const bandWide = vg.Length(4)

// forest is the contrasts of a claim that are drawn, each with its budgets.
type forest struct {
	rows   [][]*claims.Judged
	labels vg.Length // room for the budgets' names
	high   vg.Length // of all rows
	low    float64   // of the scale
	top    float64
}

// drawClaim draws the differences of a claim with the intervals that decide, one below
// the other by contrast; nil if none was measured.
func drawClaim(v *claims.Verdict) ([]byte, error) {
	f := forest{}
	for budgets := range v.ByContrast() {
		var shown []*claims.Judged
		for i := range budgets {
			if j := &budgets[i]; j.Ran() && j.Estimate.Seeds > 0 && j.By().Least > 0 {
				shown = append(shown, j)
				f.labels = max(f.labels, figure.Text(chart.TextSize, figure.Ink).Width(budget(j))+8)
				low, high := bounds(j)
				f.low, f.top = min(f.low, low), max(f.top, high)
			}
		}
		if len(shown) > 0 {
			f.rows = append(f.rows, shown)
			f.high += headHigh + budgetHigh*vg.Length(len(shown))
		}
	}
	if len(f.rows) == 0 {
		return nil, nil
	}
	margin := 0.03 * (f.top - f.low)
	f.low, f.top = f.low-margin, f.top+margin
	return figure.SVG(chart.Wide, f.high+footHigh+chart.Edge, f.paint)
}

// bounds returns the bounds of what is drawn of a difference.
func bounds(j *claims.Judged) (low, high float64) {
	low, high = j.Estimate.Mean, j.Estimate.Mean
	if !known(j.Estimate) {
		return low, high
	}
	for _, x := range []float64{j.Estimate.Low, j.Estimate.High, j.All.Low, j.All.High} {
		if !math.IsInf(x, 0) && !math.IsNaN(x) {
			low, high = min(low, x), max(high, x)
		}
	}
	return low, high
}

func (f *forest) paint(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	p := plot.New()
	p.BackgroundColor = color.Transparent
	figure.Axis(&p.X, quantityOf(f.rows[0][0].Contrast).axis, chart.TextSize)
	p.X.Tick.Marker = figure.Round(7)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = f.low, f.top, 0, 1
	p.HideY()
	grid := plotter.NewGrid()
	grid.Horizontal.Width, grid.Vertical.Color, grid.Vertical.Width = 0, figure.Grid, 0.5
	p.Add(grid)
	area := draw.Crop(c, chart.Edge+f.labels, -chart.Edge, footHigh-2*chart.TextHigh-8, -chart.Edge)
	p.Draw(area)
	data := p.DataCanvas(area)
	x, _ := p.Transforms(&data)
	least := f.rows[0][0].By().Least
	banded := x(least)-x(-least) >= bandWide
	at := c.Max.Y - chart.Edge
	for _, budgets := range f.rows {
		at -= headHigh
		f.text(c, vg.Point{X: chart.Edge, Y: at + 5}, figure.Ink, heading(budgets[0]))
		under := at - budgetHigh*vg.Length(len(budgets))
		if banded {
			fillBox(c, vg.Rectangle{Min: vg.Point{X: x(max(-least, f.low)), Y: under}, Max: vg.Point{X: x(min(least, f.top)), Y: at}})
		}
		c.StrokeLine2(draw.LineStyle{Color: figure.Soft, Width: 0.8}, x(0), at, x(0), under)
		for _, j := range budgets {
			at -= budgetHigh
			y := at + budgetHigh/2
			f.text(c, vg.Point{X: chart.Edge + 4, Y: y - 4}, figure.Soft, budget(j))
			paintJudged(j, c, x, y)
		}
	}
	f.legend(c, banded)
}

// fillBox fills a part of the band of differences that are too small to speak of.
func fillBox(c draw.Canvas, box vg.Rectangle) {
	c.SetColor(figure.Grid)
	c.Fill(box.Path())
}

func (f *forest) text(c draw.Canvas, at vg.Point, hue color.Color, text string) {
	c.FillText(figure.Text(chart.TextSize, hue), at, text)
}

// paintJudged draws a difference: what holds at once thin, its own interval thick.
func paintJudged(j *claims.Judged, c draw.Canvas, x func(float64) vg.Length, y vg.Length) {
	mark := marks[j.Outcome]
	for _, part := range []struct {
		low, high float64
		width     vg.Length
	}{{j.All.Low, j.All.High, 1}, {j.Estimate.Low, j.Estimate.High, 3}} {
		if known(j.Estimate) && part.low < part.high && !math.IsInf(part.low, 0) && !math.IsInf(part.high, 0) {
			c.StrokeLine2(draw.LineStyle{Color: mark.color, Width: part.width}, x(part.low), y, x(part.high), y)
		}
	}
	c.DrawGlyph(draw.GlyphStyle{Color: mark.color, Radius: dotSize, Shape: mark.shape}, vg.Point{X: x(j.Estimate.Mean), Y: y})
}

// legend says below everything what dots are, and below them lines and, where it is
// drawn, the band: side by side they are wider than the picture.
func (f *forest) legend(c draw.Canvas, banded bool) {
	left, y := vg.Length(chart.Edge+4), vg.Length(chart.Edge+5+legendHigh)
	say := func(text string) {
		f.text(c, vg.Point{X: left, Y: y - 4}, figure.Soft, text)
		left += figure.Text(chart.TextSize, figure.Soft).Width(text) + 12
	}
	for _, o := range []claims.Outcome{claims.Holds, claims.Slight, claims.Fails, claims.Unclear} {
		mark := marks[o]
		c.DrawGlyph(draw.GlyphStyle{Color: mark.color, Radius: dotSize, Shape: mark.shape}, vg.Point{X: left + dotSize, Y: y})
		left += 2*dotSize + 4
		say(string(o))
	}
	left, y = chart.Edge+4, y-legendHigh
	for _, line := range []struct {
		width vg.Length
		text  string
	}{{3, "alone"}, {1, "all at once"}} {
		c.StrokeLine2(draw.LineStyle{Color: figure.Ink, Width: line.width}, left, y, left+16, y)
		left += 20
		say(line.text)
	}
	if !banded {
		return
	}
	fillBox(c, vg.Rectangle{Min: vg.Point{X: left, Y: y - chart.TextHigh/2}, Max: vg.Point{X: left + 12, Y: y + chart.TextHigh/2}})
	left += 16
	say(fmt.Sprintf("within %v", f.rows[0][0].By().Least))
}

// heading names a contrast: what is compared, in which experiment, and whether the
// claim is judged by it.
func heading(j *claims.Judged) string {
	beside := ""
	if j.Aside() {
		beside = ", beside the claim"
	}
	return subject(j.Contrast) + " (" + j.Experiment + beside + ")"
}

// subject names what is measured, without its unit.
func subject(c *claims.Contrast) string {
	return strings.TrimPrefix(strings.Replace(quantityOf(c).measured, ", in points", "", 1), "AP: ")
}
