package page

import (
	"math"
	"strconv"

	"detsample/bench/stats"
	"detsample/bench/study/claims"
)

// mostDecimals is how many decimals a bound has that is near a limit, at most.
const mostDecimals = 6

// decimalsFor returns how many decimals a figure is written with: some, or as many
// more as it takes until what is read is on the same side of a limit.
func decimalsFor(x float64, decimals int, agrees func(read float64) bool) int {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return decimals
	}
	for n := decimals; n < mostDecimals; n++ {
		if read, err := strconv.ParseFloat(number(x, n), 64); err == nil && agrees(read) {
			return n
		}
	}
	return mostDecimals
}

// boundsFor returns that of the bounds of a range, of which something was decided.
func boundsFor(r stats.Range, decimals int, agrees func(read stats.Range) bool) (low, high int) {
	low = decimalsFor(r.Low, decimals, func(x float64) bool { return agrees(stats.Range{Low: x, High: r.High}) })
	high = decimalsFor(r.High, decimals, func(x float64) bool { return agrees(stats.Range{Low: r.Low, High: x}) })
	return low, high
}

// side is on which side of 0 a range lies, 0 where it reaches it.
func side(r stats.Range) int {
	switch {
	case r.Low > 0:
		return 1
	case r.High < 0:
		return -1
	}
	return 0
}

// sided writes a range of differences by whose side something is decided.
func sided(r stats.Range, decimals int) string {
	low, high := boundsFor(r, decimals, func(read stats.Range) bool { return side(read) == side(r) })
	return signed(r.Low, low) + " to " + signed(r.High, high)
}

// toldDecimals returns with how many decimals a difference and its ± are written, so
// that one that is told from none does not read as if it reached it.
func toldDecimals(e stats.Estimate, decimals int) int {
	if !told(e) {
		return decimals
	}
	for n := decimals; n < mostDecimals; n++ {
		mean, _ := strconv.ParseFloat(number(math.Abs(e.Mean), n), 64)
		half, _ := strconv.ParseFloat(number(e.Half(), n), 64)
		if mean > half {
			return n
		}
	}
	return mostDecimals
}

// decidingInterval writes the interval that decides a prediction, as its outcome has it: of a
// rank correlation that of the figure itself, as far as there are any.
func decidingInterval(j *claims.Judged) string {
	q := quantityOf(j.Contrast)
	all, less, write := j.All, 0.0, signed
	if q.Correlation {
		all, less, write = correlated(deciding(j)), j.Constant, number
	}
	low, high := boundsFor(all, q.decimals, func(read stats.Range) bool {
		return j.Expect.Judge(stats.Range{Low: read.Low - less, High: read.High - less}, q.Least) == j.Outcome
	})
	return write(all.Low, low) + " to " + write(all.High, high)
}
