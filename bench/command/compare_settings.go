package command

import (
	"fmt"
	"strings"

	"detsample/bench/summary"
	"detsample/internal/prose"
)

// printSettings says which settings were chosen by measurement, and how.
func printSettings(p *printer, s *summary.Summary) {
	if t := s.Tuning; t != nil {
		var rates []string
		for _, found := range t.Strategies {
			rate := fmt.Sprintf("%s %g", printable(found.Strategy), found.LR)
			if caution := summary.RateCaution(t.Rungs, &found); caution != "" {
				rate += " (" + caution + ")"
			}
			rates = append(rates, rate)
		}
		p.line("Learning rates, searched for on %s: %s.", prose.Count(t.Validation, "validation image", "validation images"), strings.Join(rates, ", "))
		p.line("")
	}
	var scales []string
	for i := range s.Strategies {
		if c := &s.Strategies[i]; c.ScaleReason != "" {
			scales = append(scales, fmt.Sprintf("%s: %s", printable(c.Strategy), printable(c.ScaleReason)))
		}
	}
	if len(scales) > 0 {
		p.line("Loss weights. %s.", strings.Join(scales, "; "))
		p.line("")
	}
}
