package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"detsample/bench/study/evidence"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

// alike names the strategies of an experiment that trained exactly as one before
// them: what they differ in never decided anything.
func alike(s *evidence.Experiment) string {
	runs := make([]*trainer.Run, len(s.Runs))
	for i := range s.Runs {
		runs[i] = &s.Runs[i]
	}
	slices.SortStableFunc(runs, func(a, b *trainer.Run) int { return cmp.Compare(a.Seed, b.Seed) })
	var same []string
	names := s.Strategies("")
	for i, name := range names {
		k := slices.IndexFunc(names[:i], func(before string) bool { return summary.Identical(runs, before, name) })
		if k >= 0 {
			same = append(same, fmt.Sprintf("`%s` as `%s`", name, names[k]))
		}
	}
	if len(same) == 0 {
		return ""
	}
	return "Trained to the same figures in every run, all of their digits: " + strings.Join(same, ", ") +
		". What they differ in never decided anything here.\n"
}
