package page

import (
	"cmp"
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

// Pictures are as wide as a narrow window, in points, with text that can be read
// where they are shown smaller.
const (
	wide     = 410
	textSize = 11
	textHigh = 14
	edge     = 6
)

// curve is a figure of a strategy along training.
type curve struct {
	name   string // the strategy's
	label  string // at its end
	look   look
	images []int
	means  []stats.Estimate
}

// chart is curves in one frame, each named at its end.
type chart struct {
	title  string
	curves []curve
	behind []curve // in grey, and not named
	low    float64 // of the scale
	top    float64
	bars   bool // intervals are bars, beside each other, and not bands
	last   bool // of its column: the axis of images has its name
}

// last returns where a curve ends; false of one without a point.
func (l *curve) last() (plotter.XY, bool) {
	line := l.line()
	if len(line) == 0 {
		return plotter.XY{}, false
	}
	return line[len(line)-1], true
}

func (l *curve) line() (line plotter.XYs) {
	for k, e := range l.means {
		if e.Seeds > 0 && !math.IsNaN(e.Mean) {
			line = append(line, plotter.XY{X: float64(l.images[k]), Y: e.Mean})
		}
	}
	return line
}

// band is the outline of a curve's intervals.
func (l *curve) band() plotter.XYs {
	var low, high plotter.XYs
	for k, e := range l.means {
		if !known(e) || math.IsNaN(e.Low) || math.IsInf(e.Low, 0) || math.IsInf(e.High, 0) {
			continue
		}
		x := float64(l.images[k])
		low, high = append(low, plotter.XY{X: x, Y: e.Low}), append(high, plotter.XY{X: x, Y: e.High})
	}
	if len(low) < 2 {
		return nil
	}
	slices.Reverse(high)
	return append(low, high...)
}

// draw draws the chart; its labels have the room on the right.
func (h *chart) draw(c draw.Canvas, labels vg.Length) error {
	p := plot.New()
	p.BackgroundColor = color.White
	name := ""
	if h.last {
		name = "images seen"
	}
	figure.Axis(&p.X, name, textSize)
	figure.Axis(&p.Y, "", textSize)
	p.Y.Tick.Marker = figure.Round(6)
	grid := plotter.NewGrid()
	grid.Vertical.Width, grid.Horizontal.Color, grid.Horizontal.Width = 0, figure.Grid, 0.5
	p.Add(grid)
	for i := range h.behind {
		p.Add(&plotter.Line{XYs: h.behind[i].line(), LineStyle: draw.LineStyle{Color: figure.Faint, Width: 0.8}})
	}
	for i := range h.curves {
		outline := h.curves[i].band()
		if outline == nil || h.bars {
			continue
		}
		band, err := plotter.NewPolygon(outline)
		if err != nil {
			return err
		}
		shade := h.curves[i].look.color()
		shade.A = 40
		band.Color, band.LineStyle.Width = color.NRGBA(shade), 0
		p.Add(band)
	}
	end := 0.0
	for i := range h.curves {
		line := h.curves[i].line()
		if len(line) == 0 {
			continue
		}
		end = max(end, line[len(line)-1].X)
		p.Add(&plotter.Line{XYs: line, LineStyle: h.curves[i].look.line()})
		if mark, ok := h.curves[i].look.mark(); ok {
			p.Add(&plotter.Scatter{XYs: line, GlyphStyle: mark})
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, max(end, 1), h.low, h.top
	p.X.Tick.Marker = budgets(end, c.Max.X-c.Min.X > wide/2)
	head := figure.Text(textSize, figure.Ink)
	head.YAlign = draw.YTop
	c.FillText(head, vg.Point{X: c.Min.X, Y: c.Max.Y}, h.title)
	area := draw.Crop(c, 0, -labels, 0, -textHigh-5)
	p.Draw(area)
	if h.bars {
		h.drawBars(p.DataCanvas(area), p)
	}
	h.name(c, p.DataCanvas(area), p)
	return nil
}

// drawBars draws the intervals of curves as bars, those of one moment beside each
// other, no farther than the scale goes.
func (h *chart) drawBars(data draw.Canvas, p *plot.Plot) {
	const apart = vg.Length(2.4)
	x, y := p.Transforms(&data)
	for i, l := range h.curves {
		for k, e := range l.means {
			if e.Seeds == 0 || !(e.Low < e.High) || l.images[k] == 0 {
				continue
			}
			at := x(float64(l.images[k])) + apart*(vg.Length(i)-vg.Length(len(h.curves)-1)/2)
			data.StrokeLine2(draw.LineStyle{Color: l.look.color(), Width: 1}, at, y(max(e.Low, h.low)), at, y(min(e.High, h.top)))
		}
	}
}

// name writes the names of curves at their ends, none over another.
func (h *chart) name(c, data draw.Canvas, p *plot.Plot) {
	type label struct {
		*curve
		end vg.Length
	}
	var labels []label
	_, y := p.Transforms(&data)
	for i := range h.curves {
		if last, ok := h.curves[i].last(); ok && h.curves[i].label != "" {
			labels = append(labels, label{&h.curves[i], y(last.Y)})
		}
	}
	slices.SortStableFunc(labels, func(a, b label) int { return cmp.Compare(b.end, a.end) })
	at := make([]vg.Length, len(labels))
	for i, l := range labels {
		at[i] = l.end
	}
	spread(at, textHigh, data.Min.Y+textHigh/4, data.Max.Y)
	for i, l := range labels {
		style := l.look.line()
		style.Dashes, style.Width = nil, 1
		c.StrokeLine2(style, data.Max.X+2, l.end, data.Max.X+leader, at[i])
		text := figure.Text(textSize, l.look.color())
		text.YAlign = draw.YCenter
		x := data.Max.X + leader + 2
		if mark, ok := l.look.mark(); ok {
			c.DrawGlyph(mark, vg.Point{X: x + mark.Radius, Y: at[i]})
			x += markRoom
		}
		c.FillText(text, vg.Point{X: x, Y: at[i]}, l.label)
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
// it and, where there is room, a quarter.
func budgets(end float64, room bool) plot.ConstantTicks {
	ticks := plot.ConstantTicks{{Value: 0, Label: "0"}}
	for _, share := range []float64{0.25, 0.5, 1} {
		if x := math.Round(share * end); room || share > 0.25 {
			ticks = append(ticks, plot.Tick{Value: x, Label: number(x, 0)})
		}
	}
	return ticks
}

// leader is how far a name is from the end of its curve, and markRoom what the mark
// before it takes.
const (
	leader   = vg.Length(14)
	markRoom = vg.Length(9)
)

// room returns what the names of some curves take.
func room(curves []curve) vg.Length {
	widest := vg.Length(0)
	for _, l := range curves {
		width := figure.Text(textSize, figure.Ink).Width(l.label)
		if _, ok := l.look.mark(); ok {
			width += markRoom
		}
		widest = max(widest, width)
	}
	return widest + leader + 6
}

// drawCharts draws charts in columns, each so high; one without curves leaves its
// place empty.
func drawCharts(charts []chart, columns int, high vg.Length) ([]byte, error) {
	rows := (len(charts) + columns - 1) / columns
	labels := vg.Length(0)
	for i := range charts {
		labels = max(labels, room(charts[i].curves))
		charts[i].last = i+columns >= len(charts)
	}
	var failed error
	const under = 2 * textHigh // the name of the axis of images
	picture, err := figure.SVG(wide, high*vg.Length(rows)+under, func(c draw.Canvas) {
		c.SetColor(color.White)
		c.Fill(c.Rectangle.Path())
		across := (wide - 2*edge) / vg.Length(columns)
		for i := range charts {
			if len(charts[i].curves) == 0 {
				continue
			}
			left := edge + across*vg.Length(i%columns)
			top := c.Max.Y - edge - high*vg.Length(i/columns)
			bottom := top - high + edge
			if charts[i].last {
				bottom -= under - edge
			}
			at := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: left + across - edge, Y: top}}}
			if err := charts[i].draw(at, labels); err != nil {
				failed = err
			}
		}
	})
	if failed != nil {
		return nil, failed
	}
	return picture, err
}
