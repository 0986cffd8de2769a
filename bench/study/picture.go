package study

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"detsample/bench/figure"
)

// dashes tell lines of one hue apart.
var dashes = []vg.Length{5, 3}

// shades tell outcomes apart.
var shades = map[Outcome]color.RGBA{Holds: figure.Hues[2], Fails: figure.Hues[1], Unclear: figure.Hues[5]}

// draw draws the differences of a claim with the intervals that decide, one
// below the other; nil if none was measured.
func (v *Verdict) draw() ([]byte, error) {
	var shown []*Judged
	for i := range v.Judged {
		if j := &v.Judged[i]; !j.Missing && j.Estimate.Seeds > 0 && j.quantity().least > 0 {
			shown = append(shown, j)
		}
	}
	if len(shown) == 0 {
		return nil, nil
	}
	p := plot.New()
	p.BackgroundColor = color.White
	p.X.Label.Text = "difference, points"
	names := make([]string, len(shown))
	for i, j := range shown {
		y := float64(len(shown) - 1 - i)
		names[len(shown)-1-i] = j.label(shown)
		low, high := j.All.Low, j.All.High
		if low == 0 && high == 0 {
			low, high = j.Estimate.Low, j.Estimate.High
		}
		for _, part := range []struct {
			low, high float64
			width     vg.Length
		}{{low, high, 1}, {j.Estimate.Low, j.Estimate.High, 3}} {
			if math.IsInf(part.low, 0) || math.IsInf(part.high, 0) {
				continue
			}
			line, err := plotter.NewLine(plotter.XYs{{X: part.low, Y: y}, {X: part.high, Y: y}})
			if err != nil {
				return nil, err
			}
			line.Color, line.Width = shades[j.Outcome], part.width
			p.Add(line)
		}
		dot, err := plotter.NewScatter(plotter.XYs{{X: j.Estimate.Mean, Y: y}})
		if err != nil {
			return nil, err
		}
		dot.Color, dot.Shape, dot.Radius = shades[j.Outcome], draw.CircleGlyph{}, 4
		p.Add(dot)
	}
	zero, err := plotter.NewLine(plotter.XYs{{X: 0, Y: -0.6}, {X: 0, Y: float64(len(shown)) - 0.4}})
	if err != nil {
		return nil, err
	}
	zero.Color = color.Gray{0x99}
	p.Add(zero)
	p.NominalY(names...)
	p.Y.Min, p.Y.Max = -0.6, float64(len(shown))-0.4
	return figure.SVG(720, vg.Length(60+24*len(shown)), p.Draw)
}

// label names a difference among those that are shown: by its experiment too,
// where they are of several.
func (j *Judged) label(shown []*Judged) string {
	text := j.A + " – " + j.against() + ", " + j.budget()
	if j.Trained != "" && !j.Untrained {
		text += ", by " + j.Trained
	}
	if slices.ContainsFunc(shown, func(other *Judged) bool { return other.Experiment != j.Experiment }) {
		text = j.Experiment + ": " + text
	}
	return text
}

// against is what A is compared with.
func (c *Contrast) against() string {
	if c.B == "" {
		return number(c.Constant, 1)
	}
	return c.B
}

// drawMasses draws the share of easy negatives in cross entropy's loss along
// trainings by several strategies.
func (s *Stored) drawMasses() ([]byte, error) {
	trained, moments := s.trainings()
	p := plot.New()
	p.BackgroundColor = color.White
	p.X.Label.Text, p.Y.Label.Text = "images seen", "% of cross entropy's loss that easy negatives have"
	p.Y.Min, p.Y.Max = 0, 100
	p.Legend.Top = true
	for k, by := range trained {
		var line plotter.XYs
		for _, images := range moments {
			e, err := s.estimate(by, plain, images, func(w *Weighed) float64 { return 100 * w.Loss.Easy })
			if err != nil {
				return nil, err
			}
			line = append(line, plotter.XY{X: float64(images), Y: e.Mean})
		}
		drawn, err := plotter.NewLine(line)
		if err != nil {
			return nil, err
		}
		drawn.Color, drawn.Width = figure.Hues[k%len(figure.Hues)], 2
		p.Add(drawn)
		p.Legend.Add("where "+by+" trains", drawn)
	}
	return figure.SVG(560, 300, p.Draw)
}
