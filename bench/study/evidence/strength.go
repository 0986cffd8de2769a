package evidence

import (
	"cmp"
	"slices"
)

// Enough is how many seeds of a strategy are as good as more, where experiments
// of several lengths ask the same: who leads turns with the budget, so that a
// short training with many seeds does not speak for a long one.
const Enough = 12

// Stronger compares, as cmp.Compare does, what some seeds of experiments say that ask the same: more seeds
// are stronger, up to Enough, and of equal ones those whose runs see more images.
func Stronger(a *Experiment, seeds int, b *Experiment, others int) int {
	return cmp.Or(cmp.Compare(min(seeds, Enough), min(others, Enough)), cmp.Compare(a.Final(), b.Final()))
}

// ByStrength returns those of some experiments that have runs, the strongest first.
func ByStrength(list []Experiment, names []string) (kept []*Experiment) {
	for _, name := range names {
		if s := Find(list, name); s.HasRuns() {
			kept = append(kept, s)
		}
	}
	slices.SortStableFunc(kept, func(a, b *Experiment) int { return Stronger(b, b.SeedsRun(), a, a.SeedsRun()) })
	return kept
}

// ByLength returns experiments, the shortest training first.
func ByLength(kept []*Experiment) []*Experiment {
	kept = slices.Clone(kept)
	slices.SortStableFunc(kept, func(a, b *Experiment) int { return cmp.Compare(a.Final(), b.Final()) })
	return kept
}
