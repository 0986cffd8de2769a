package catalogue

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"detsample/anchors"
	"detsample/bench/figure"
	"detsample/losses"
	"detsample/sampling"
)

// Positives are blue and negatives orange.
var (
	blue, orange = figure.Hues[0], figure.Hues[1]
	pale         = figure.Faint
)

// picture draws what an entry does, as SVG: nil of what has no picture.
func picture(v any) ([]byte, error) {
	var p *plot.Plot
	high := vg.Length(210)
	switch v := v.(type) {
	case losses.Cls:
		p = clsPicture(v)
	case sampling.Sampler:
		p = samplerPicture(v)
	case losses.Box:
		p = boxPicture(v)
	case anchors.Assigner:
		p, high = assignerPicture(v), 300
	default:
		return nil, nil
	}
	return figure.SVG(430, high, func(c draw.Canvas) { p.Draw(draw.Crop(c, 6, -12, 6, -8)) })
}

// weightPlot is a plot of effective weight against the probability of an object.
func weightPlot(positive, negative plotter.XYs) *plot.Plot {
	p := empty("probability of an object (left: easy negatives, hard positives)", "weight")
	top := 1.2
	for _, line := range []plotter.XYs{positive, negative} {
		for _, at := range line {
			top = max(top, 1.1*at.Y)
		}
	}
	if top > 8 {
		logarithmic(p, top, positive, negative)
	}
	add(p, "positive", []plotter.XYs{positive}, blue, nil)
	add(p, "negative", []plotter.XYs{negative}, orange, []vg.Length{5, 2})
	p.X.Min, p.X.Max = 0, 1
	if top <= 8 {
		p.Y.Min, p.Y.Max = 0, top
	}
	return p
}

// logarithmic makes the scale of weights one, down to a ten-thousandth of the top.
func logarithmic(p *plot.Plot, top float64, lines ...plotter.XYs) {
	low := top
	for _, line := range lines {
		for i := range line {
			line[i].Y = max(line[i].Y, top/1e4)
			low = min(low, line[i].Y)
		}
	}
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	p.Y.Min, p.Y.Max = low/1.5, top
}

// clsPicture draws a loss row by row, or, where a row's weight depends on what
// else is or was there, over the example's candidates.
func clsPicture(l losses.Cls) *plot.Plot {
	row, alone := l.(losses.Pointwise)
	if !alone || losses.NewState(l, 1) != nil {
		s := newState()
		positive, negative := s.byProbability(s.effects(l, 100))
		return weightPlot(positive, negative)
	}
	var positive, negative plotter.XYs
	for p := 0.01; p < 0.995; p += 0.01 {
		margin := math.Log(p / (1 - p))
		positive = append(positive, plotter.XY{X: p, Y: losses.EffectiveWeight(row, true, margin)})
		negative = append(negative, plotter.XY{X: p, Y: losses.EffectiveWeight(row, false, -margin)})
	}
	return weightPlot(positive, negative)
}

func samplerPicture(sampler sampling.Sampler) *plot.Plot {
	s := newState()
	positive, negative := s.byProbability(s.weightsOf(sampler, 300))
	return weightPlot(positive, negative)
}

// byProbability returns the mean of a value over positives and over negatives
// of about the same probability.
func (s *state) byProbability(value []float64) (positive, negative plotter.XYs) {
	const bins = 12
	var sum, count [2][bins]float64
	for i, gt := range s.GT {
		if gt == anchors.Ignored {
			continue
		}
		side := 0
		if gt < 0 {
			side = 1
		}
		bin := min(int(bins*s.Score[i]), bins-1)
		sum[side][bin] += value[i]
		count[side][bin]++
	}
	var lines [2]plotter.XYs
	for side := range lines {
		for bin, n := range count[side] {
			if n > 0 {
				lines[side] = append(lines[side], plotter.XY{X: (float64(bin) + 0.5) / bins, Y: sum[side][bin] / n})
			}
		}
	}
	return lines[0], lines[1]
}

// boxPicture draws a loss, and its slope, of a box of 64 pixels that is moved
// sideways.
func boxPicture(l losses.Box) *plot.Plot {
	const side, steepest = 64, 4.0
	p := empty("error: shift of a box over its width", "")
	var value, slope plotter.XYs
	for e := 0.01; e <= 1.5; e += 0.02 {
		var grad, pred, truth [4]float32
		pred[0] = float32(e)
		if l.Space() == losses.Decoded {
			truth = [4]float32{0, 0, side, side}
			pred = [4]float32{float32(e * side), 0, float32(e*side) + side, side}
		}
		loss := l.Row(&grad, pred, truth)
		steep := float64(grad[0])
		if l.Space() == losses.Decoded {
			steep = side * (float64(grad[0]) + float64(grad[2]))
		}
		value = append(value, plotter.XY{X: e, Y: loss})
		slope = append(slope, plotter.XY{X: e, Y: math.Abs(steep)})
	}
	add(p, "loss", below(steepest, value), blue, nil)
	add(p, "slope", below(steepest, slope), orange, []vg.Length{5, 2})
	p.X.Min, p.X.Max, p.Y.Min = 0, 1.5, 0
	p.Y.Max = max(1.2, 1.1*p.Y.Max)
	return p
}

// below breaks a line where it is above the picture.
func below(top float64, line plotter.XYs) (parts []plotter.XYs) {
	parts = []plotter.XYs{nil}
	for _, at := range line {
		last := &parts[len(parts)-1]
		if at.Y <= top {
			*last = append(*last, at)
		} else if len(*last) > 0 {
			parts = append(parts, nil)
		}
	}
	return parts
}

// assignerPicture draws the centres of the example's candidates: positives
// filled, ignored ones as rings, negatives as points; larger on coarser levels.
func assignerPicture(a anchors.Assigner) *plot.Plot {
	c := predicted(pyramid([]float32{2.5}, []float32{1}))
	var label anchors.Assignment
	a.Assign(&label, &c, &objects)
	p := empty("", "")
	p.Title.Text = ""
	p.HideAxes()
	mark := func(i int, style draw.GlyphStyle) {
		level := f(1)
		for _, g := range c.Grid {
			if i >= g.Start {
				level = f(float32(g.Stride)) / 8
			}
		}
		style.Radius *= vg.Length(0.6 + 0.4*level)
		// Candidates of several levels may have one centre: coarser ones are moved aside.
		b, aside := c.Box[i], 0.7*(level-1)
		p.Add(&plotter.Scatter{XYs: plotter.XYs{{X: f(b[0]+b[2])/2 + aside, Y: f(b[1]+b[3])/2 + aside}}, GlyphStyle: style})
	}
	for i, gt := range label.GT {
		if gt == anchors.Negative {
			mark(i, draw.GlyphStyle{Color: pale, Radius: 1, Shape: draw.BoxGlyph{}})
		}
	}
	for _, b := range objects.Box {
		outline := plotter.XYs{{X: f(b[0]), Y: f(b[1])}, {X: f(b[2]), Y: f(b[1])}, {X: f(b[2]), Y: f(b[3])}, {X: f(b[0]), Y: f(b[3])}, {X: f(b[0]), Y: f(b[1])}}
		p.Add(&plotter.Line{XYs: outline, LineStyle: draw.LineStyle{Color: figure.Ink, Width: 1.2}})
	}
	for i, gt := range label.GT {
		if gt >= 0 {
			mark(i, draw.GlyphStyle{Color: blue, Radius: 3, Shape: draw.CircleGlyph{}})
		} else if gt == anchors.Ignored {
			mark(i, draw.GlyphStyle{Color: orange, Radius: 2, Shape: draw.RingGlyph{}})
		}
	}
	p.X.Min, p.X.Max = -26, extent+26
	p.Y.Scale = plot.InvertedScale{Normalizer: plot.LinearScale{}}
	p.Y.Min, p.Y.Max = 0, extent
	return p
}

// f is for coordinates, which are float32.
func f(x float32) float64 { return float64(x) }

// empty returns a plot without lines.
func empty(across, up string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = color.White
	p.X.Label.Text, p.Y.Label.Text = across, up
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		restyle(&axis.Label.TextStyle, 9)
		restyle(&axis.Tick.Label, 8.5)
		axis.LineStyle.Color, axis.Tick.LineStyle.Color = figure.Soft, figure.Soft
		axis.Padding = 0
	}
	p.Title.Text, p.Title.Padding = " ", 8 // room for the legend
	p.Legend.Top, p.Legend.YOffs = true, 20
	restyle(&p.Legend.TextStyle, 9)
	grid := plotter.NewGrid()
	grid.Vertical.Color, grid.Horizontal.Color = figure.Grid, figure.Grid
	if across != "" {
		p.Add(grid)
	}
	return p
}

func restyle(s *text.Style, size vg.Length) {
	s.Font = font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size)
	s.Color = figure.Ink
}

// add draws a line, which may have parts, and names it.
func add(p *plot.Plot, name string, parts []plotter.XYs, c color.Color, dashes []vg.Length) {
	for i, xys := range parts {
		if len(xys) == 0 {
			continue
		}
		line := &plotter.Line{XYs: xys, LineStyle: draw.LineStyle{Color: c, Width: 1.6, Dashes: dashes}}
		p.Add(line)
		if i == 0 {
			p.Legend.Add(name, line)
		}
	}
}
