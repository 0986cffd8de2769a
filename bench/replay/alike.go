package replay

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/table"
)

// alike is the share that two weightings have in common that are said to look at
// the same candidates: of the heaviest 1% of the fewer, of the number of candidates
// and of the gradient by difficulty. The heaviest 1% alone say nothing of the rest:
// what a sampler keeps of the hardest may be all of its candidates, and a small part
// of those of a loss that weighs; and every loss that rises with difficulty has
// the same heaviest.
const alike = 0.8

// sayAlike groups weightings by what they have in common.
func (r *Report) sayAlike(what string, all []weighting) string {
	groups := grouped(all, r.likeness)
	var together, apart []string
	for _, g := range groups {
		if len(g) > 1 {
			together = append(together, names(g))
		} else {
			apart = append(apart, g[0].name)
		}
	}
	if len(groups) == 1 {
		return fmt.Sprintf("All %d %s look at the same candidates: any two have %s or more of the heaviest 1%% in common, and of the gradient by difficulty, and use about as many.",
			len(all), what, percent(alike))
	}
	shared := r.sayShared(all)
	if len(together) == 0 {
		s := fmt.Sprintf("No two %s look at the same candidates", what)
		if a, b, most := r.nearest(all); a != nil && len(shared) == 0 {
			s += fmt.Sprintf("; the most alike, %s and %s, have %s of their heaviest 1%% in common", a.name, b.name, percent(most))
		}
		return strings.Join(append([]string{s + "."}, shared...), " ")
	}
	s := fmt.Sprintf("Of the %s, these look at the same candidates (%s or more of the heaviest 1%% in common, and of the gradient by difficulty; about as many used): %s.",
		what, percent(alike), strings.Join(together, "; "))
	if len(apart) > 0 {
		s += fmt.Sprintf(" Each on its own: %s.", listed(apart))
	}
	return strings.Join(append([]string{s}, shared...), " ")
}

// sayShared says of weightings that have their heaviest candidates in common, and
// are not alike, what else they use.
func (r *Report) sayShared(all []weighting) (list []string) {
	for _, g := range grouped(all, r.common) {
		if len(g) == 1 {
			continue
		}
		slices.SortFunc(g, func(a, b weighting) int { return a.at - b.at })
		number, gradient := 1.0, 1.0
		var used []string
		for i := range g {
			of := ""
			if i == 0 {
				of = " candidates"
			}
			used = append(used, fmt.Sprintf("%s uses %s%s", g[i].name, table.Number(g[i].used), of))
			for k := range i {
				number, gradient = min(number, ofMore(&g[k], &g[i])), min(gradient, sameGradient(&g[k], &g[i]))
			}
		}
		if number >= alike && gradient >= alike {
			continue // they are alike
		}
		var differ []string
		if number < alike {
			differ = append(differ, fmt.Sprintf("of an image %s", listed(used)))
		}
		if gradient < alike {
			differ = append(differ, fmt.Sprintf("the gradients by difficulty have as little as %s in common", percent(gradient)))
		}
		of := ""
		if len(g) > 2 {
			of = "any two of "
		}
		list = append(list, fmt.Sprintf("%s or more of the heaviest 1%% are common to %s%s, but not what is learnt from: %s.", percent(alike), of, names(g), strings.Join(differ, "; ")))
	}
	return list
}

// likeness returns what two weightings have in common of the heaviest 1%, 0 where
// the rest says that they are not alike, or where that is not known.
func (r *Report) likeness(a, b *weighting) float64 {
	if ofMore(a, b) < alike || sameGradient(a, b) < alike {
		return 0
	}
	return r.common(a, b)
}

// common returns what two weightings have in common of the heaviest 1%, 0 where
// that is not known.
func (r *Report) common(a, b *weighting) float64 {
	if v := r.Likeness.Top[a.at][b.at]; v != nil {
		return *v
	}
	return 0
}

// ofMore returns the number of candidates that one weighting uses over that of
// the other, which uses more.
func ofMore(a, b *weighting) float64 {
	if a.used == b.used {
		return 1
	}
	return min(a.used, b.used) / max(a.used, b.used)
}

// sameGradient returns the share of the gradient of two weightings that lies on
// positives and on negatives of the same deciles of difficulty.
func sameGradient(a, b *weighting) float64 {
	apart := 0.0
	for d := range a.gradient {
		x, y := a.gradient[d], b.gradient[d]
		apart += math.Abs(x.Positives-y.Positives) + math.Abs(x.Negatives-y.Negatives)
	}
	return 1 - apart/2
}

// grouped joins weightings into groups of which any two have enough in common,
// those that have the most first.
func grouped(all []weighting, common func(a, b *weighting) float64) [][]weighting {
	groups := make([][]weighting, len(all))
	for i := range all {
		groups[i] = all[i : i+1 : i+1]
	}
	for {
		at, with, most := -1, -1, float64(alike)
		for i := range groups {
			for k := range i {
				if v := least(groups[k], groups[i], common); v >= most && (at < 0 || v > most) {
					at, with, most = k, i, v
				}
			}
		}
		if at < 0 {
			return groups
		}
		groups[at] = append(groups[at], groups[with]...)
		groups = slices.Delete(groups, with, with+1)
	}
}

// least returns the least that a weighting of one group has in common with one of
// another.
func least(a, b []weighting, common func(a, b *weighting) float64) float64 {
	least := math.Inf(1)
	for i := range a {
		for k := range b {
			least = min(least, common(&a[i], &b[k]))
		}
	}
	return least
}

// nearest returns the two weightings that are most alike of those that use about
// as many candidates, nil if none is like another.
func (r *Report) nearest(all []weighting) (a, b *weighting, most float64) {
	for i := range all {
		for k := range i {
			if v := r.common(&all[k], &all[i]); v > most && ofMore(&all[k], &all[i]) >= alike {
				a, b, most = &all[k], &all[i], v
			}
		}
	}
	return a, b, most
}

func names(group []weighting) string {
	var list []string
	for _, w := range group {
		list = append(list, w.name)
	}
	return listed(list)
}
