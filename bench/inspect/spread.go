package inspect

import (
	"cmp"
	"slices"
)

// spreadOf describes values, which it sorts. Quantiles are order statistics:
// the smallest value that at least that share of the values does not exceed.
func spreadOf[T cmp.Ordered](values []T, number func(T) float64) Spread {
	if len(values) == 0 {
		return Spread{}
	}
	slices.Sort(values)
	sum := 0.0
	for _, v := range values {
		sum += number(v)
	}
	at := func(percent int) float64 {
		return number(values[max(0, (len(values)*percent+99)/100-1)])
	}
	return Spread{Mean: sum / float64(len(values)), P5: at(5), Median: at(50), P95: at(95)}
}

func spreadOf32(values []float32) Spread {
	return spreadOf(values, func(v float32) float64 { return float64(v) })
}

func spreadOfInts(values []int32) Spread {
	return spreadOf(values, func(v int32) float64 { return float64(v) })
}

// iouBin returns the bin of a histogram of IoU. The margin keeps what a
// threshold between bins includes, which rounding to float32 moves, above it.
func iouBin(v float32) int {
	return min(IoUBins-1, int(float64(v)*IoUBins+1e-5))
}
