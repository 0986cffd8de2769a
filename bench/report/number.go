package report

import (
	"fmt"
	"math"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/table"
)

// dash stands for a figure that is not defined: COCO's -1.
const dash = table.Undefined

// points writes a figure of [0, 1] in %.
func points(v float64) string {
	if !defined(v) {
		return dash
	}
	return fmt.Sprintf("%.1f", 100*v)
}

func defined(v float64) bool { return v >= 0 && !math.IsInf(v, 0) }

// signed writes a difference in points with its sign.
func signed(v float64) string { return strings.Replace(table.Signed(v), "-", "−", 1) }

// bounds writes the interval of a figure in points, from 0 to 100: no figure is
// beyond.
func bounds(e stats.Estimate) string {
	if !defined(e.Mean) {
		return ""
	}
	return fmt.Sprintf("[%s, %s]", points(possible(e.Low)), points(possible(e.High)))
}

// possible returns the figure of [0, 1] that is nearest.
func possible(v float64) float64 { return min(max(0, v), 1) }

// signedBounds writes the interval of a difference in points.
func signedBounds(e stats.Estimate) string {
	return fmt.Sprintf("[%s, %s]", signed(e.Low), signed(e.High))
}

// quantity writes a mean count with three digits or so.
func quantity(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	return count(int(math.Round(v)))
}

// gradient writes a norm with three digits, a dash where it was not measured.
func gradient(v float64) string {
	if !(v > 0) {
		return dash
	}
	return fmt.Sprintf("%.3g", v)
}

// count writes a whole number with its thousands apart.
func count(n int) string { return table.Count(int64(n)) }

// number counts things in a sentence.
func number(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + one + "s"
}

// short cuts a name to at most n characters.
func short(name string, n int) string {
	r := []rune(name)
	if len(r) <= n {
		return name
	}
	return strings.TrimSpace(string(r[:n-1])) + "…"
}
