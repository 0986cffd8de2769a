package study

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/trainer"
)

// alike names the strategies of an experiment that trained exactly as one before
// them: what they differ in never decided anything.
func (s *Stored) alike() string {
	runs := map[string][]*trainer.Run{}
	for i := range s.Runs {
		r := &s.Runs[i]
		runs[r.Strategy] = append(runs[r.Strategy], r)
	}
	var same []string
	names := s.strategies("")
	for i, name := range names {
		for _, before := range names[:i] {
			if len(runs[name]) > 0 && slices.EqualFunc(runs[name], runs[before], asTrained) {
				same = append(same, fmt.Sprintf("`%s` as `%s`", name, before))
				break
			}
		}
	}
	if len(same) == 0 {
		return ""
	}
	return "Trained to the same figures in every run, all of their digits: " + strings.Join(same, ", ") +
		". What they differ in never decided anything here.\n"
}

// asTrained reports whether two runs are the same training.
func asTrained(a, b *trainer.Run) bool {
	return a.Seed == b.Seed && a.Images == b.Images && a.Figures == b.Figures && slices.Equal(a.Resamples, b.Resamples) &&
		slices.Equal(a.Curve, b.Curve)
}
