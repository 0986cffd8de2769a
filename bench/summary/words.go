package summary

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"detsample/bench/table"
	"detsample/internal/prose"
)

// ap writes a figure in points; one that is not defined (-1) is a dash.
func ap(v float64) string {
	if !(v >= 0) {
		return table.Undefined
	}
	return fmt.Sprintf("%.1f", 100*v)
}

// ahead writes a difference of figures in points.
func ahead(v float64) string {
	if text := fmt.Sprintf("%.1f", 100*v); text != "-0.0" {
		return text
	}
	return "0.0"
}

// Sure returns the confidence in percent, never rounded up to certainty.
func (v *Verdict) Sure() string { return sure(v.Confidence) }

func sure(confidence float64) string {
	return strconv.FormatFloat(math.Floor(1e4*confidence+1e-6)/100, 'f', -1, 64) + "%"
}

func times(v float64) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "no counted"
	case v >= 10:
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f", v)
}

func between(low, high int) string {
	switch {
	case low <= 0:
		return ""
	case high <= 0:
		return fmt.Sprintf(" (%d or more)", low)
	}
	return fmt.Sprintf(" (%d to %d)", low, high)
}

func duration(minutes float64) string {
	switch {
	case minutes >= 120:
		return fmt.Sprintf("%.0f hours", minutes/60)
	case minutes >= 1.5:
		return fmt.Sprintf("%.0f minutes", minutes)
	}
	return "a minute"
}

// alternatives lists names, of many the first two and how many more there are.
func alternatives(names []string) string {
	if n := len(names); n > 3 {
		names = append(slices.Clone(names[:2]), fmt.Sprintf("%d others", n-2))
	}
	return prose.List(names, "or")
}

// others lists names, of many how many there are.
func others(names []string) string {
	if len(names) > 3 {
		return fmt.Sprintf("the %d others", len(names))
	}
	return prose.List(names, "and")
}

// SeedsEach says how many seeds a strategy has: "4 seeds", or "3 to 4 seeds" where
// a race has stopped some earlier.
func (s *Summary) SeedsEach() string {
	most := len(s.Seeds)
	least := most
	for i := range s.Strategies {
		if n := s.Strategies[i].Runs; n > 0 {
			least = min(least, n)
		}
	}
	if least < most {
		return fmt.Sprintf("%d to %d seeds", least, most)
	}
	return prose.Count(most, "seed", "seeds")
}
