package summary

import (
	"fmt"
	"slices"

	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// mixed says which files that the trainer's command names were not the same for all
// runs that have a part in a mean, a sentence each. Of a run without any nothing is
// known.
func mixed(runs []*trainer.Run) (sentences []string) {
	known := slices.DeleteFunc(slices.Clone(runs), func(r *trainer.Run) bool { return r.Stopped() || r.Code == nil })
	var names []string
	for _, r := range known {
		names = append(names, trainer.CodeChanged(known[0].Code, r.Code)...)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		sentences = append(sentences, fmt.Sprintf(
			"The figures are of several programs: %s, which the trainer's command names, changed between runs, of which %s. Compare without --resume for figures of one; with --input %s, such a change is refused.",
			name, prose.List(versions(known, name), "and"), name))
	}
	return sentences
}

// versions counts the runs of each version of a file, in the order of their first.
func versions(runs []*trainer.Run, name string) (words []string) {
	var first []*trainer.Run
	var counts []int
	for _, r := range runs {
		at := slices.IndexFunc(first, func(f *trainer.Run) bool { return !slices.Contains(trainer.CodeChanged(f.Code, r.Code), name) })
		if at < 0 {
			at = len(first)
			first, counts = append(first, r), append(counts, 0)
		}
		counts[at]++
	}
	for i, r := range first {
		of, are := "of one version", "are"
		if i > 0 {
			of = "of another"
		}
		if counts[i] == 1 {
			are = "is"
		}
		words = append(words, fmt.Sprintf("%d %s %s (first %s #%d)", counts[i], are, of, r.Strategy, r.Seed))
	}
	return words
}
