package bench

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Estimate is a mean over seeds. SD is the deviation over seeds, 0 for one
// seed. Low and High bound a 95% interval: for AP and differences of it, it
// covers both the seeds' spread and the choice of test images; for the other
// figures, the seeds' spread alone, and with one seed it is the mean itself.
type Estimate struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// interval returns the mean of values, one for each seed, and an interval of
// 95% for it: the variance of the mean over seeds and the variance from the
// choice of test images add up. The first has a Student quantile, the second,
// known from many resamples, a normal one; both widths join as squares.
func interval(values []float64, imageVariance float64) Estimate {
	if len(values) == 0 {
		return Estimate{Mean: -1, Low: -1, High: -1}
	}
	e := Estimate{Mean: stat.Mean(values, nil)}
	half := normal975 * math.Sqrt(imageVariance)
	if n := float64(len(values)); n > 1 {
		e.SD = stat.StdDev(values, nil)
		half = math.Hypot(half, student975(n-1)*e.SD/math.Sqrt(n))
	}
	e.Low, e.High = e.Mean-half, e.Mean+half
	return e
}

const normal975 = 1.959963984540054

func student975(freedom float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(0.975)
}

// average returns the mean of a figure over the runs in which it is defined,
// with an interval over seeds alone.
func average(runs []*Run, figure func(*Run) float64) Estimate {
	var values []float64
	for _, r := range runs {
		if v := figure(r); v >= 0 {
			values = append(values, v)
		}
	}
	return interval(values, 0)
}

// averageAP returns the mean of AP, with an interval over seeds and test
// images.
func averageAP(runs []*Run) Estimate {
	var values []float64
	for _, r := range runs {
		if r.AP >= 0 {
			values = append(values, r.AP)
		}
	}
	return interval(values, imageVariance(runs, nil))
}

// paired returns the mean difference of AP between runs and base, nil unless
// both have an AP for the same seeds, in the same order.
func paired(runs, base []*Run) *Estimate {
	if len(runs) == 0 || len(runs) != len(base) {
		return nil
	}
	differences := make([]float64, len(runs))
	for i, r := range runs {
		if r.Seed != base[i].Seed || r.AP < 0 || base[i].AP < 0 {
			return nil
		}
		differences[i] = r.AP - base[i].AP
	}
	e := interval(differences, imageVariance(runs, base))
	return &e
}

// imageVariance returns the variance of the mean AP of runs, less that of
// base, over the resampled test images. All runs resample the same images, so
// that a resample without objects, whose AP is not defined, is so for all.
func imageVariance(runs, base []*Run) float64 {
	if len(runs) == 0 {
		return 0
	}
	var means []float64
	for k := range runs[0].Resamples {
		mean, ok := meanResample(runs, k)
		if less, defined := meanResample(base, k); ok && defined {
			means = append(means, mean-less)
		}
	}
	if len(means) < 2 {
		return 0
	}
	return stat.Variance(means, nil)
}

// meanResample returns the mean AP of runs over the k-th resample, 0 for no
// runs, and whether it is defined.
func meanResample(runs []*Run, k int) (mean float64, ok bool) {
	for _, r := range runs {
		if k >= len(r.Resamples) || r.Resamples[k] < 0 {
			return 0, false
		}
		mean += r.Resamples[k] / float64(len(runs))
	}
	return mean, true
}
