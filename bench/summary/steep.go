package summary

import (
	"fmt"

	"detsample/bench/stats"
	"detsample/internal/prose"
)

// steep warns of an answer of trainings that are far from their end: where the
// leader's AP was less than half of what it is when it had seen so many images,
// about half of them.
func (v *Verdict) steep(s *Summary, half int) string {
	if v.Outcome == stats.NoConclusion || half == 0 {
		return ""
	}
	for i := range s.Strategies {
		t := &s.Strategies[i]
		if t.Strategy != v.Leader {
			continue
		}
		for _, p := range t.Curve {
			if p.Images == half && 2*p.AP < t.AP.Mean {
				return fmt.Sprintf("Training is far from its end: %s had %s AP after %s, and has %s; the order may be another after more of them (--budget).",
					t.Strategy, ap(p.AP), prose.Count(half, "image", "images"), ap(t.AP.Mean))
			}
		}
	}
	return ""
}
