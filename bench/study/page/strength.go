package page

import (
	"cmp"
	"slices"
)

// enough is how many seeds of a strategy are as good as more, where experiments
// of several lengths ask the same: who leads turns with the budget, so that a
// short training with many seeds does not speak for a long one.
const enough = 12

// stronger compares what some seeds of experiments say that ask the same: more seeds
// are stronger, up to enough, and of equal ones those whose runs see more images.
func stronger(a *archived, seeds int, b *archived, others int) int {
	return cmp.Or(cmp.Compare(min(seeds, enough), min(others, enough)), cmp.Compare(a.final(), b.final()))
}

// byStrength returns those of some experiments that have runs, the strongest first.
func byStrength(list []archived, names []string) (kept []*archived) {
	for _, name := range names {
		if s := find(list, name); s.HasRuns() {
			kept = append(kept, s)
		}
	}
	slices.SortStableFunc(kept, func(a, b *archived) int { return stronger(b, b.seeds(), a, a.seeds()) })
	return kept
}

// byLength returns experiments, the shortest training first.
func byLength(kept []*archived) []*archived {
	kept = slices.Clone(kept)
	slices.SortStableFunc(kept, func(a, b *archived) int { return cmp.Compare(a.final(), b.final()) })
	return kept
}
