package main

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// colours of the curves, distinguishable by the colour-blind (Okabe and Ito).
var colours = []color.Color{
	color.RGBA{0x00, 0x72, 0xB2, 0xFF}, color.RGBA{0xD5, 0x5E, 0x00, 0xFF},
	color.RGBA{0x00, 0x9E, 0x73, 0xFF}, color.RGBA{0xCC, 0x79, 0xA7, 0xFF},
}

// draw draws the panel, both axes logarithmic: ours solid, the peer's dashed.
func (p *panel) draw(file string) error {
	pl := plot.New()
	pl.Title.Text = "Milliseconds on one thread: detsample solid, PyTorch and torchvision dashed"
	pl.X.Label.Text, pl.Y.Label.Text = p.axis, "ms"
	for _, axis := range []*plot.Axis{&pl.X, &pl.Y} {
		axis.Scale, axis.Tick.Marker = plot.LogScale{}, plot.TickerFunc(decades)
	}
	pl.Legend.Top, pl.Legend.Left = true, true
	pl.Add(plotter.NewGrid())
	for i, c := range p.curves {
		ours, theirs := make(plotter.XYs, len(c.times)), make(plotter.XYs, len(c.times))
		for k, s := range c.times {
			ours[k], theirs[k] = plotter.XY{X: s.n, Y: s.ours}, plotter.XY{X: s.n, Y: s.theirs}
		}
		solid, dots, err := plotter.NewLinePoints(ours)
		if err != nil {
			return err
		}
		dashed, err := plotter.NewLine(theirs)
		if err != nil {
			return err
		}
		solid.Color, dots.Color, dashed.Color = colours[i], colours[i], colours[i]
		solid.Width, dashed.Width = vg.Points(2), vg.Points(2)
		dashed.Dashes = []vg.Length{vg.Points(6), vg.Points(4)}
		pl.Add(solid, dots, dashed)
		pl.Legend.Add(c.name, solid)
	}
	p.widen(&pl.Y)
	return pl.Save(20*vg.Centimeter, 12*vg.Centimeter, file)
}

// widen extends an axis to whole decades, and by one more upwards to make
// room for the legend.
func (p *panel) widen(axis *plot.Axis) {
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
