package command

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"detsample/bench/cocoeval"
)

// interval is a figure with its 95% interval over the choice of images.
type interval struct {
	value     float64
	low, high float64
	known     bool // the figure is defined, and the interval too
}

// difference returns the difference of a figure of file k and the first.
func (c *pairing) difference(k int, f *pairedFigure) interval {
	return c.paired(k, f.value(c.files[0]), f.value(c.files[k]), c.images(), f.drawn)
}

func (c *pairing) images() int { return len(c.files[0].set.Images) }

// paired returns the difference from a, of the first file, to b, of file k, with
// its interval over draws of images, of which so many matter.
func (c *pairing) paired(k int, a, b float64, images int, drawn func(*cocoeval.Resampled) float64) interval {
	if a < 0 || b < 0 {
		return interval{}
	}
	var all []float64
	for i := range c.drawn[k] {
		x, y := drawn(&c.drawn[0][i]), drawn(&c.drawn[k][i])
		if x >= 0 && y >= 0 {
			all = append(all, y-x)
		}
	}
	d := about(b-a, all, images)
	d.low, d.high = max(d.low, -1), min(d.high, 1) // what figures from 0 to 1 may differ by
	return d
}

// alone returns a figure of file k with its interval.
func (c *pairing) alone(k int, f *pairedFigure) interval {
	v := f.value(c.files[k])
	if v < 0 {
		return interval{}
	}
	var all []float64
	for i := range c.drawn[k] {
		if x := f.drawn(&c.drawn[k][i]); x >= 0 {
			all = append(all, x)
		}
	}
	return about(v, all, c.images())
}

// about returns a value with its interval: Student's quantile for so many images
// times the standard error, which is that of the draws, larger by sqrt(n/(n-1)) as
// the bootstrap's falls short by that. Quantiles of the draws themselves leave out
// the truth half as often again at 40 images.
func about(value float64, drawn []float64, images int) interval {
	if len(drawn) < 2 || images < 2 {
		return interval{}
	}
	n := float64(images)
	half := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975) * stat.StdDev(drawn, nil) * math.Sqrt(n/(n-1))
	return interval{value: value, low: value - half, high: value + half, known: true}
}

// pairedFigure is a figure of which differences are paired.
type pairedFigure struct {
	name  string
	key   string // in JSON
	value func(*evaluation) float64
	drawn func(*cocoeval.Resampled) float64
}

var pairedFigures = []pairedFigure{
	{"AP", "AP", func(e *evaluation) float64 { return e.result.Summary().AP }, func(r *cocoeval.Resampled) float64 { return r.AP }},
	{"AP_S", "APS", func(e *evaluation) float64 { return e.result.Summary().APS }, func(r *cocoeval.Resampled) float64 { return r.APS }},
	{"AP_M", "APM", func(e *evaluation) float64 { return e.result.Summary().APM }, func(r *cocoeval.Resampled) float64 { return r.APM }},
	{"AP_L", "APL", func(e *evaluation) float64 { return e.result.Summary().APL }, func(r *cocoeval.Resampled) float64 { return r.APL }},
}
