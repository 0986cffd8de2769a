// Package chart draws figures of strategies along training, with their intervals: curves
// that are named at their ends, none over another, and look the same by a strategy's
// name wherever they are.
package chart

import (
	"cmp"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"detsample/bench/figure"
	"detsample/bench/stats"
)

// Pictures are [Wide], as a narrow window is, in points, with text that can be read where
// they are shown smaller.
const (
	Wide     = 410
	TextSize = 11
	TextHigh = 14
	Edge     = 6
)

// Curve is a figure of a strategy along training.
type Curve struct {
	Name   string // the strategy's, by which it looks
	Label  string // at its end
	Images []int
	Means  []stats.Estimate
}

// Chart is curves in one frame, each named at its end.
type Chart struct {
	Title  string
	Curves []Curve
	Behind []Curve // in grey, and not named
	Low    float64 // of the scale
	Top    float64
	Bars   bool // intervals are bars, beside each other, and not bands
}

func (l *Curve) look() Look { return LookOf(l.Name) }

// last returns where a curve ends; false of one without a point.
func (l *Curve) last() (plotter.XY, bool) {
	line := l.line()
	if len(line) == 0 {
		return plotter.XY{}, false
	}
	return line[len(line)-1], true
}

func (l *Curve) line() (line plotter.XYs) {
	for k, e := range l.Means {
		if e.Seeds > 0 && !math.IsNaN(e.Mean) {
			line = append(line, plotter.XY{X: float64(l.Images[k]), Y: e.Mean})
		}
	}
	return line
}

// Band is the outline of a curve's intervals.
func (l *Curve) Band() plotter.XYs {
	var low, high plotter.XYs
	for k, e := range l.Means {
		if !bounded(e) {
			continue
		}
		x := float64(l.Images[k])
		low, high = append(low, plotter.XY{X: x, Y: e.Low}), append(high, plotter.XY{X: x, Y: e.High})
	}
	if len(low) < 2 {
		return nil
	}
	slices.Reverse(high)
	return append(low, high...)
}

// bounded reports whether an estimate has an interval over seeds that can be drawn.
func bounded(e stats.Estimate) bool {
	return e.Seeds > 0 && !e.ImagesOnly && e.Low <= e.High && !math.IsInf(e.Low, 0) && !math.IsInf(e.High, 0)
}

// draw draws the chart; its labels have the room on the right. The axis of images has its
// name below the last of a column.
func (h *Chart) draw(c draw.Canvas, labels vg.Length, last bool) error {
	p := plot.New()
	p.BackgroundColor = color.White
	name := ""
	if last {
		name = "images seen"
	}
	figure.Axis(&p.X, name, TextSize)
	figure.Axis(&p.Y, "", TextSize)
	p.Y.Tick.Marker = figure.Round(6)
	grid := plotter.NewGrid()
	grid.Vertical.Width, grid.Horizontal.Color, grid.Horizontal.Width = 0, figure.Grid, 0.5
	p.Add(grid)
	for i := range h.Behind {
		p.Add(&plotter.Line{XYs: h.Behind[i].line(), LineStyle: draw.LineStyle{Color: figure.Faint, Width: 0.8}})
	}
	for i := range h.Curves {
		outline := h.Curves[i].Band()
		if outline == nil || h.Bars {
			continue
		}
		band, err := plotter.NewPolygon(outline)
		if err != nil {
			return err
		}
		shade := h.Curves[i].look().Color()
		shade.A = 40
		band.Color, band.LineStyle.Width = color.NRGBA(shade), 0
		p.Add(band)
	}
	end := 0.0
	for i := range h.Curves {
		line := h.Curves[i].line()
		if len(line) == 0 {
			continue
		}
		end = max(end, line[len(line)-1].X)
		p.Add(&plotter.Line{XYs: line, LineStyle: h.Curves[i].look().line()})
		if mark, ok := h.Curves[i].look().mark(); ok {
			p.Add(&plotter.Scatter{XYs: line, GlyphStyle: mark})
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, max(end, 1), h.Low, h.Top
	p.X.Tick.Marker = budgets(end, c.Max.X-c.Min.X > Wide/2)
	head := figure.Text(TextSize, figure.Ink)
	head.YAlign = draw.YTop
	c.FillText(head, vg.Point{X: c.Min.X, Y: c.Max.Y}, h.Title)
	area := draw.Crop(c, 0, -labels, 0, -TextHigh-5)
	p.Draw(area)
	if h.Bars {
		h.drawBars(p.DataCanvas(area), p)
	}
	h.name(c, p.DataCanvas(area), p)
	return nil
}

// drawBars draws the intervals of curves as bars, those of one moment beside each
// other, no farther than the scale goes.
func (h *Chart) drawBars(data draw.Canvas, p *plot.Plot) {
	const apart = vg.Length(2.4)
	x, y := p.Transforms(&data)
	for i, l := range h.Curves {
		for k, e := range l.Means {
			if !bounded(e) || e.Low == e.High || l.Images[k] == 0 {
				continue
			}
			at := x(float64(l.Images[k])) + apart*(vg.Length(i)-vg.Length(len(h.Curves)-1)/2)
			data.StrokeLine2(draw.LineStyle{Color: l.look().Color(), Width: 1}, at, y(max(e.Low, h.Low)), at, y(min(e.High, h.Top)))
		}
	}
}

// name writes the names of curves at their ends, none over another.
func (h *Chart) name(c, data draw.Canvas, p *plot.Plot) {
	type label struct {
		*Curve
		end vg.Length
	}
	var labels []label
	_, y := p.Transforms(&data)
	for i := range h.Curves {
		if last, ok := h.Curves[i].last(); ok && h.Curves[i].Label != "" {
			labels = append(labels, label{&h.Curves[i], y(last.Y)})
		}
	}
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(b.end, a.end) })
	at := make([]vg.Length, len(labels))
	for i, l := range labels {
		at[i] = l.end
	}
	spread(at, TextHigh, data.Min.Y+TextHigh/4, data.Max.Y)
	for i, l := range labels {
		style := l.look().line()
		style.Dashes, style.Width = nil, 1
		c.StrokeLine2(style, data.Max.X+2, l.end, data.Max.X+leader, at[i])
		text := figure.Text(TextSize, l.look().Color())
		text.YAlign = draw.YCenter
		x := data.Max.X + leader + 2
		if mark, ok := l.look().mark(); ok {
			c.DrawGlyph(mark, vg.Point{X: x + mark.Radius, Y: at[i]})
			x += markRoom
		}
		c.FillText(text, vg.Point{X: x, Y: at[i]}, l.Label)
	}
}

// spread moves places, the highest first, as little as makes any two so far apart
// and none lower than low or higher than high.
func spread(at []vg.Length, apart, low, high vg.Length) {
	for range 100 { // those that are too near push each other
		for i := range len(at) - 1 {
			if over := apart - (at[i] - at[i+1]); over > 0 {
				at[i], at[i+1] = at[i]+over/2, at[i+1]-over/2
			}
		}
		if end := len(at) - 1; end >= 0 {
			at[0] = min(at[0], high)
			at[end] = max(at[end], low)
		}
	}
}

// budgets marks where a training is looked at, as the page has it: its end, half of
// it and, where there is room, a quarter. Without room six digits are written as thousands.
func budgets(end float64, room bool) plot.ConstantTicks {
	ticks := plot.ConstantTicks{{Value: 0, Label: "0"}}
	for _, share := range []float64{0.25, 0.5, 1} {
		x := math.Round(share * end)
		label := fmt.Sprint(int(x))
		switch {
		case !room && share < 0.5:
			continue
		case !room && end >= 1e5:
			label = Thousands(int(x))
		}
		ticks = append(ticks, plot.Tick{Value: x, Label: label})
	}
	return ticks
}

// Thousands writes many images in whole thousands, where budgets side by side have no
// room for more.
func Thousands(images int) string {
	if images < 10000 {
		return fmt.Sprint(images)
	}
	return fmt.Sprintf("%.0fk", float64(images)/1000)
}

// leader is how far a name is from the end of its curve, and markRoom what the mark
// before it takes.
const (
	leader   = vg.Length(14)
	markRoom = vg.Length(9)
)

// room returns what the names of some curves take.
func room(curves []Curve) vg.Length {
	widest := vg.Length(0)
	for _, l := range curves {
		width := figure.Text(TextSize, figure.Ink).Width(l.Label)
		if _, ok := l.look().mark(); ok {
			width += markRoom
		}
		widest = max(widest, width)
	}
	return widest + leader + 6
}

// Draw draws charts in columns, each so high; one without curves leaves its
// place empty.
func Draw(charts []Chart, columns int, high vg.Length) ([]byte, error) {
	rows := (len(charts) + columns - 1) / columns
	labels := vg.Length(0)
	for i := range charts {
		labels = max(labels, room(charts[i].Curves))
	}
	var failed error
	const under = 2 * TextHigh // the name of the axis of images
	picture, err := figure.SVG(Wide, high*vg.Length(rows)+under, func(c draw.Canvas) {
		c.SetColor(color.White)
		c.Fill(c.Rectangle.Path())
		across := (Wide - 2*Edge) / vg.Length(columns)
		for i := range charts {
			if len(charts[i].Curves) == 0 {
				continue
			}
			left := Edge + across*vg.Length(i%columns)
			top := c.Max.Y - Edge - high*vg.Length(i/columns)
			bottom := top - high + Edge
			last := i+columns >= len(charts)
			if last {
				bottom -= under - Edge
			}
			at := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: left + across - Edge, Y: top}}}
			if err := charts[i].draw(at, labels, last); err != nil {
				failed = err
			}
		}
	})
	if failed != nil {
		return nil, failed
	}
	return picture, err
}
