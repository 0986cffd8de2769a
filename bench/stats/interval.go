package stats

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// Interval returns the mean of values, one for each seed, and an interval of
// 95% for it: the variance of the mean over seeds and the variance from the
// choice of test images add up. The first has a Student quantile, the second,
// known from many resamples, a normal one; both widths join as squares. Of no values, all is -1.
func Interval(values []float64, imageVariance float64) Estimate {
	if len(values) == 0 {
		return Estimate{Mean: -1, Low: -1, High: -1}
	}
	e := Estimate{Mean: stat.Mean(values, nil), Seeds: len(values)}
	half := normal975 * math.Sqrt(imageVariance)
	if n := float64(len(values)); n > 1 {
		e.SD = stat.StdDev(values, nil)
		half = math.Hypot(half, student(0.975, n-1)*e.SD/math.Sqrt(n))
	}
	e.Low, e.High = e.Mean-half, e.Mean+half
	return e
}

const normal975 = 1.959963984540054

// ResampleVariance returns the variance of a mean over runs, less that over
// base, over resampled test images: runs[i][k] is run i's figure on resample
// k, below 0 where it is not defined. All runs resample the same images, so
// that a resample without objects is left out for all. Without runs, or with
// less than two resamples, it is 0.
func ResampleVariance(runs, base [][]float64) float64 {
	if len(runs) == 0 {
		return 0
	}
	var means []float64
	for k := range runs[0] {
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

// meanResample returns the mean of runs over the k-th resample, 0 for no runs,
// and whether it is defined.
func meanResample(runs [][]float64, k int) (mean float64, ok bool) {
	for _, r := range runs {
		if k >= len(r) || r[k] < 0 {
			return 0, false
		}
		mean += r[k] / float64(len(runs))
	}
	return mean, true
}
