package page

import (
	"fmt"
	"math"
	"strings"

	"detsample/bench/stats"
	"detsample/internal/prose"
)

// known reports whether an estimate has an interval over seeds. That of test images
// alone covers too seldom to be written beside others.
func known(e stats.Estimate) bool { return e.Seeds > 0 && !e.ImagesOnly }

// told reports whether the interval of a difference leaves out none.
func told(e stats.Estimate) bool { return known(e) && (e.Low > 0 || e.High < 0) }

// interval writes a mean with half of its interval, where it has one.
func interval(e stats.Estimate, decimals int) string {
	if e.Seeds == 0 {
		return "–"
	}
	return number(e.Mean, decimals) + half(e, decimals)
}

// difference writes the same with a sign.
func difference(e stats.Estimate, decimals int) string {
	if e.Seeds == 0 {
		return "–"
	}
	return signed(e.Mean, decimals) + half(e, decimals)
}

// half writes half of an interval; nothing where no seeds say how far a figure
// varies.
func half(e stats.Estimate, decimals int) string {
	if !known(e) {
		return ""
	}
	return " ± " + number(e.Half(), decimals)
}

// span writes a range of differences.
func span(r stats.Range, decimals int) string {
	return signed(r.Low, decimals) + " to " + signed(r.High, decimals)
}

func signed(x float64, decimals int) string {
	s := strings.TrimPrefix(number(x, decimals), "-")
	switch {
	case !strings.ContainsAny(s, "123456789"):
		return s // a dash, or what rounds to 0
	case x > 0:
		return "+" + s
	}
	return "-" + s
}

// number writes a figure with some decimals, without a sign where it rounds to 0, and
// none as a dash.
func number(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "–"
	}
	s := fmt.Sprintf("%.*f", decimals, x)
	if !strings.ContainsAny(s, "123456789") {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// seeds writes how many there are.
func seeds(n int) string { return prose.Count(n, "seed", "seeds") }
