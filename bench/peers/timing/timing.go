// Package timing holds the few statistics by which timings are compared.
package timing

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Milliseconds returns d in milliseconds.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Median returns the middle of the values, or the mean of the two in the
// middle, and NaN of none.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(values))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// Spread writes milliseconds as their median and, in brackets, the fastest and
// the slowest.
func Spread(ms []float64) string {
	if len(ms) == 0 {
		return "-"
	}
	return fmt.Sprintf("%s (%s-%s)", Digits(Median(ms)), Digits(slices.Min(ms)), Digits(slices.Max(ms)))
}

// Digits writes a positive number with three digits that count, or more where
// it has more before the point.
func Digits(v float64) string {
	decimals := 2 - int(math.Floor(math.Log10(v)))
	return fmt.Sprintf("%.*f", min(max(decimals, 0), 6), v)
}
