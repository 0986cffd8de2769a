package summary

import (
	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// average returns the mean of a figure over the runs in which it is defined,
// with an interval over seeds alone.
func average(runs []*trainer.Run, figure func(*trainer.Run) float64) stats.Estimate {
	return stats.Interval(defined(runs, figure), 0)
}

// averageAP returns the mean of AP, with an interval over seeds and test
// images.
func averageAP(runs []*trainer.Run) stats.Estimate {
	ap := defined(runs, func(r *trainer.Run) float64 { return r.AP })
	return stats.Interval(ap, stats.ResampleVariance(resamples(runs), nil))
}

// defined returns a figure of the runs that have it.
func defined(runs []*trainer.Run, figure func(*trainer.Run) float64) []float64 {
	var values []float64
	for _, r := range runs {
		if v := figure(r); v >= 0 {
			values = append(values, v)
		}
	}
	return values
}

func resamples(runs []*trainer.Run) [][]float64 {
	list := make([][]float64, len(runs))
	for i, r := range runs {
		list[i] = r.Resamples
	}
	return list
}

// paired returns the mean difference of AP between runs and base, nil unless
// both have an AP for the same seeds, in the same order.
func paired(runs, base []*trainer.Run) *stats.Estimate {
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
	e := stats.Interval(differences, stats.ResampleVariance(resamples(runs), resamples(base)))
	return &e
}
