package main

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"detsample/bench/figure"
)

// draw draws the panel, both axes logarithmic: ours solid, the peer's dashed.
func (p *panel) draw(file string) error {
	pl := p.frame()
	for i, c := range p.curves {
		ours, theirs := make(plotter.XYs, len(c.times)), make(plotter.XYs, len(c.times))
		for k, s := range c.times {
			ours[k], theirs[k] = plotter.XY{X: s.n, Y: s.ours}, plotter.XY{X: s.n, Y: s.theirs}
		}
		solid, dots, err := plotter.NewLinePoints(ours)
		if err != nil {
			return err
		}
		dashed, rings, err := plotter.NewLinePoints(theirs)
		if err != nil {
			return err
		}
		for _, line := range []*plotter.Line{solid, dashed} {
			line.Color, line.Width = figure.Hues[i], vg.Points(1.6)
		}
		dashed.Dashes = []vg.Length{vg.Points(5), vg.Points(3)}
		dots.GlyphStyle = draw.GlyphStyle{Color: figure.Hues[i], Radius: vg.Points(2.5), Shape: draw.CircleGlyph{}}
		rings.GlyphStyle = draw.GlyphStyle{Color: figure.Hues[i], Radius: vg.Points(2.5), Shape: draw.RingGlyph{}}
		pl.Add(solid, dots, dashed, rings)
		pl.Legend.Add(c.name, solid)
	}
	widen(&pl.Y)
	return save(pl, file)
}

// frame returns the picture without curves.
func (p *panel) frame() *plot.Plot {
	pl := plot.New()
	pl.Title.Text = "Milliseconds on one thread: detsample solid, PyTorch and torchvision dashed"
	pl.X.Label.Text, pl.Y.Label.Text = p.axis, "ms"
	pl.Title.Padding = vg.Points(6)
	pl.Legend.Top, pl.Legend.Left = true, true
	pl.Legend.Padding, pl.Legend.XOffs, pl.Legend.YOffs = vg.Points(3), vg.Points(8), vg.Points(-4)
	styles := []*text.Style{&pl.Title.TextStyle, &pl.Legend.TextStyle}
	for _, axis := range []*plot.Axis{&pl.X, &pl.Y} {
		axis.Scale, axis.Tick.Marker = plot.LogScale{}, plot.TickerFunc(decades)
		styles = append(styles, &axis.Label.TextStyle, &axis.Tick.Label)
	}
	for _, s := range styles {
		s.Font.Variant, s.Font.Size = "Sans", vg.Points(10)
	}
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = color.Gray{220}, color.Gray{220}
	pl.Add(grid)
	return pl
}

// save writes the picture as PNG, fine enough for large screens.
func save(pl *plot.Plot, file string) error {
	canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(20*vg.Centimeter, 12*vg.Centimeter), vgimg.UseDPI(160))}
	pl.Draw(draw.New(canvas))
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	_, err = canvas.WriteTo(f)
	return errors.Join(err, f.Close())
}

// widen extends an axis to whole decades, and by one more upwards to make room
// for the legend.
func widen(axis *plot.Axis) {
	axis.Min = math.Pow(10, math.Floor(math.Log10(axis.Min)))
	axis.Max = math.Pow(10, math.Ceil(math.Log10(axis.Max))+1)
}

// decades marks the powers of ten, with a suffix for thousands and millions,
// and the whole multiples between them without a name.
func decades(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for e := math.Floor(math.Log10(low)); e <= math.Ceil(math.Log10(high)); e++ {
		ten := math.Pow(10, e)
		ticks = append(ticks, plot.Tick{Value: ten, Label: short(ten)})
		for k := 2.0; k < 10; k++ {
			ticks = append(ticks, plot.Tick{Value: k * ten})
		}
	}
	return ticks
}

// short writes a power of ten.
func short(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%gM", v/1e6)
	case v >= 1e3:
		return fmt.Sprintf("%gk", v/1e3)
	}
	return fmt.Sprintf("%g", v)
}
