package command

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/table"
)

// undefined stands for a figure that there is none of.
const undefined = table.Undefined

// percent writes a share of 1 in percent, with one decimal; COCO's -1 is
// undefined.
func percent(x float64) string {
	if x < 0 || math.IsNaN(x) {
		return undefined
	}
	return strconv.FormatFloat(100*x, 'f', 1, 64)
}

// plusMinus writes AP with half of its interval.
func plusMinus(e stats.Estimate) string {
	if e.Mean < 0 {
		return undefined
	}
	return percent(e.Mean) + " ± " + percent((e.High-e.Low)/2)
}

// difference writes a difference with half of its interval.
func difference(e stats.Estimate) string {
	return fmt.Sprintf("%s ± %.1f", table.Signed(e.Mean), 50*(e.High-e.Low))
}

// compact writes a number with at most one decimal.
func compact(x float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}

// compact2 writes a number with at most two decimals.
func compact2(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(x, 'f', 2, 64), "0"), ".")
}
