package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Confidence is the level of the intervals of an [Estimate].
const Confidence = 0.95

// Estimate is a mean over seeds, or a mean difference over the seeds that two
// strategies share. SD is the deviation over those seeds, 0 for one. Low and
// High bound an interval of 95%, over the seeds and, where resamples were
// given, over the test images. Without any seed, Mean, Low and High are -1, which a
// difference may be as well: Seeds tells.
type Estimate struct {
	Mean  float64 `json:"mean"`
	SD    float64 `json:"sd"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Seeds int     `json:"seeds"`

	// ImagesOnly says that the variance over seeds is not known at all, no
	// strategy having two: the interval is then from the choice of test images
	// alone, the mean itself without resamples. It covers too seldom to decide
	// anything.
	ImagesOnly bool `json:"images_only,omitempty"`
}

// Half returns half of the interval's width.
func (e Estimate) Half() float64 { return (e.High - e.Low) / 2 }

// sample is a figure of one strategy, or a difference of it between two, over
// the seeds that have it.
type sample struct {
	seeds    []int // places in table.seeds
	values   []float64
	mean     float64
	variance float64 // over seeds, NaN for less than two
	images   overImages

	// The variance over seeds as moderated, its degrees of freedom, and how many
	// of them are the prior's; NaN where none is known.
	moderated, freedom, borrowed float64
}

// sampled reduces the values of some seeds. Difference, unless negative, is the
// strategy that is taken off.
func (t *table) sampled(i, less int) sample {
	d := sample{variance: math.NaN(), moderated: math.NaN(), freedom: math.NaN(), borrowed: math.NaN()}
	d.seeds = t.common(i)
	if less >= 0 {
		d.seeds = t.common(i, less)
	}
	n := float64(len(d.seeds))
	var drawn [][]float64
	for _, s := range d.seeds {
		v, r := t.value[i][s], t.resamples[i][s]
		if less >= 0 {
			v -= t.value[less][s]
			apart := make([]float64, len(r))
			for k := range r {
				apart[k] = r[k] - t.resamples[less][s][k]
			}
			r = apart
		}
		d.values, drawn = append(d.values, v), append(drawn, r)
		d.mean += v / n
	}
	d.images = varyImages(drawn, t.images)
	if n >= 2 {
		d.variance = 0
		for _, v := range d.values {
			d.variance += (v - d.mean) * (v - d.mean) / (n - 1)
		}
	}
	return d
}

// moderate draws the variance over seeds towards a prior, of whose degrees of
// freedom a share is borrowed, and at most so many together.
func (d *sample) moderate(p prior, share, most float64) {
	if len(d.seeds) == 0 {
		return
	}
	measured, f := d.variance, float64(len(d.seeds)-1)
	if f == 0 {
		measured = 0
	}
	if share < 1 {
		p.freedom = share * math.Min(p.freedom, most)
	}
	if v, degrees := p.moderate(measured, f); degrees > 0 {
		d.moderated, d.freedom, d.borrowed = v, math.Min(degrees, math.Max(most, f)), p.freedom
	}
}

// error returns the standard error of the mean with n seeds and its degrees of
// freedom. The parts of seeds and of images add up, the degrees as Satterthwaite
// (1946) has them; that of images has a degree less than there are draws, or images.
func (d *sample) error(n float64) (se, freedom float64) {
	images := d.images.variance
	if math.IsNaN(d.moderated) {
		return math.Sqrt(d.images.whole), d.images.freedom
	}
	seeds := d.moderated / n
	total := seeds + images
	below := seeds * seeds / d.freedom
	if images > 0 {
		below += images * images / d.images.freedom
	}
	if !(below > 0) {
		return math.Sqrt(total), math.Inf(1)
	}
	return math.Sqrt(total), total * total / below
}

// estimate returns the mean with its interval.
func (d *sample) estimate() Estimate {
	n := len(d.seeds)
	if n == 0 {
		return Estimate{Mean: -1, Low: -1, High: -1}
	}
	e := Estimate{Mean: d.mean, Seeds: n, ImagesOnly: math.IsNaN(d.moderated)}
	if n > 1 {
		e.SD = math.Sqrt(d.variance)
	}
	half := d.bound((1 - Confidence) / 2)
	e.Low, e.High = e.Mean-half, e.Mean+half
	return e
}

// student returns a quantile of Student's distribution.
func student(p, freedom float64) float64 {
	if freedom > 1e5 {
		return distuv.UnitNormal.Quantile(p)
	}
	return distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(p)
}

// studentTail returns the probability that a Student variable exceeds x.
func studentTail(x, freedom float64) float64 {
	if freedom > 1e5 {
		return distuv.UnitNormal.Survival(x)
	}
	return distuv.StudentsT{Sigma: 1, Nu: freedom}.Survival(x)
}
