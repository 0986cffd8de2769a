package replay

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/dump"
	"detsample/bench/table"
	"detsample/internal/prose"
)

// alike is the share of their heaviest 1% from which two weightings are said to
// look at the same candidates.
const alike = 0.8

// weighting is where a loss or a strategy puts its gradient.
type weighting struct {
	name      string
	at        int // in the likeness
	negatives float64
	hardest   float64 // on the hardest candidates
	easy      float64 // on the easiest
	sum       float64 // of all, 1 where there is a gradient
}

func (s *spread) weighting(name string, at int, gradient *[dump.Deciles]Divided) weighting {
	w := weighting{name: name, at: at, hardest: gradient[s.last].Total()}
	for k, d := range gradient {
		w.negatives += d.Negatives
		w.sum += d.Total()
		if k < dump.Deciles/2 {
			w.easy += d.Total()
		}
	}
	return w
}

// spread is how candidates lie in the deciles of difficulty: those that are
// equally hard stay together, so that there may be no hardest tenth.
type spread struct {
	last             int    // of the deciles that have candidates
	hardest, easiest string // which part of the candidates is in that decile, and in the first five; "" for none or all
}

func (r *Report) spread() spread {
	s := spread{last: dump.Deciles - 1, hardest: "tenth", easiest: "half"}
	all, easy := 0.0, 0.0
	for k := range r.Counts {
		n := r.Counts[k].Total()
		all += n
		if k < dump.Deciles/2 {
			easy += n
		}
		if n > 0 {
			s.last = k
		}
	}
	if all == 0 {
		return s
	}
	part := func(share, even float64, word string) string {
		switch {
		case share == 0 || share == 1:
			return ""
		case math.Abs(share-even) <= even/10:
			return word
		}
		return percent(share)
	}
	s.hardest = part(r.Counts[s.last].Total()/all, 1.0/dump.Deciles, s.hardest)
	s.easiest = part(easy/all, 0.5, s.easiest)
	return s
}

// conclude says in words what a replay shows.
func conclude(r *Report) []string {
	seen := fmt.Sprintf("%s, %s candidates, %s.", plural(r.Images, "image", "images"), table.Count(int64(r.Candidates)), withObject(r))
	samplers := r.weightings(len(r.Losses), func(i int) (string, *[dump.Deciles]Divided) { return r.Samplers[i].Name, &r.Samplers[i].Gradient }, len(r.Samplers))
	if r.Strategies {
		return append(r.say("strategies", samplers), seen)
	}
	losses := r.weightings(0, func(i int) (string, *[dump.Deciles]Divided) { return r.Losses[i].Name, &r.Losses[i].Gradient }, len(r.Losses))
	return append(append(r.say("losses", losses), r.say("samplers (under cross entropy)", samplers)...), seen)
}

func withObject(r *Report) string {
	if r.Positives == 0 {
		return "none of them with an object"
	}
	return fmt.Sprintf("%s of them with an object: %.3g negatives for each", table.Count(int64(r.Positives)), float64(r.Negatives)/float64(r.Positives))
}

// weightings returns those that have a gradient; first is the place of the first
// in the likeness.
func (r *Report) weightings(first int, of func(i int) (string, *[dump.Deciles]Divided), n int) (all []weighting) {
	s := r.spread()
	for i := range n {
		name, gradient := of(i)
		if w := s.weighting(name, first+i, gradient); w.sum > 0 {
			all = append(all, w)
		}
	}
	return all
}

// say says which of several weightings are alike, and where each puts its
// gradient.
func (r *Report) say(what string, all []weighting) (list []string) {
	if len(all) == 0 {
		return nil
	}
	if len(all) > 1 {
		list = append(list, r.sayAlike(what, all))
	}
	return append(list, r.sayGradient(what, all)...)
}

// sayAlike groups weightings by what their heaviest candidates have in common.
func (r *Report) sayAlike(what string, all []weighting) string {
	groups := r.groups(all)
	var together, apart []string
	for _, g := range groups {
		if len(g) > 1 {
			together = append(together, names(g))
		} else {
			apart = append(apart, g[0].name)
		}
	}
	switch {
	case len(groups) == 1:
		return fmt.Sprintf("All %d %s look at the same candidates: at least %s of the heaviest 1%% are common to any two.", len(all), what, percent(alike))
	case len(together) == 0:
		a, b, most := r.nearest(all)
		if a == nil {
			return fmt.Sprintf("No two %s look at the same candidates.", what)
		}
		return fmt.Sprintf("No two %s look at the same candidates; the most alike, %s and %s, have %s of their heaviest 1%% in common.", what, a.name, b.name, percent(most))
	}
	s := fmt.Sprintf("Of the %s, these look at the same candidates (%s or more of the heaviest 1%% in common): %s.", what, percent(alike), strings.Join(together, "; "))
	if len(apart) > 0 {
		s += fmt.Sprintf(" Each on its own: %s.", listed(apart))
	}
	return s
}

// groups joins weightings into groups in which any two are alike, the most alike
// first.
func (r *Report) groups(all []weighting) [][]weighting {
	groups := make([][]weighting, len(all))
	for i := range all {
		groups[i] = all[i : i+1 : i+1]
	}
	for {
		at, with, most := -1, -1, float64(alike)
		for i := range groups {
			for k := range i {
				if v := r.least(groups[k], groups[i]); v >= most && (at < 0 || v > most) {
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
// another; 0 where that is not known.
func (r *Report) least(a, b []weighting) float64 {
	least := math.Inf(1)
	for _, x := range a {
		for _, y := range b {
			v := r.Likeness.Top[x.at][y.at]
			if v == nil {
				return 0
			}
			least = min(least, *v)
		}
	}
	return least
}

// nearest returns the two weightings that are most alike, nil if none is like
// another.
func (r *Report) nearest(all []weighting) (a, b *weighting, most float64) {
	for i := range all {
		for k := range i {
			if v := r.Likeness.Top[all[k].at][all[i].at]; v != nil && *v > most {
				a, b, most = &all[k], &all[i], *v
			}
		}
	}
	return a, b, most
}

// few is how many weightings are described one by one.
const few = 8

// sayGradient says where weightings put their gradient: each, or the extremes of
// many.
func (r *Report) sayGradient(what string, all []weighting) (list []string) {
	s := r.spread()
	describe := func(w weighting) string {
		parts := []string{percent(w.negatives) + " of its gradient on negatives"}
		if s.hardest != "" {
			parts = append(parts, percent(w.hardest)+" on the hardest "+s.hardest+" of the candidates")
		}
		if s.easiest != "" {
			parts = append(parts, percent(w.easy)+" on the easiest "+s.easiest)
		}
		return fmt.Sprintf("%s puts %s.", w.name, prose.List(parts, "and"))
	}
	byHardest := func(a, b weighting) int {
		switch {
		case a.hardest > b.hardest:
			return -1
		case a.hardest < b.hardest:
			return 1
		}
		return 0
	}
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, byHardest)
	if len(all) <= few {
		for _, w := range sorted {
			list = append(list, describe(w))
		}
	} else if s.hardest != "" {
		first, last := sorted[0], sorted[len(sorted)-1]
		list = append(list, fmt.Sprintf("Of the %s, %s puts the most of its gradient on the hardest %s of the candidates, %s, and %s the least, %s.",
			what, first.name, s.hardest, percent(first.hardest), last.name, percent(last.hardest)))
	}
	if s.hardest == "" {
		list = append(list, "All candidates are equally hard, or nearly: none of them are said to be the hardest.")
	}
	var drowned, alone []string
	for _, w := range all {
		switch {
		case w.negatives > 0.95:
			drowned = append(drowned, w.name)
		case w.negatives < 0.05:
			alone = append(alone, w.name)
		}
	}
	if len(drowned) > 0 {
		list = append(list, fmt.Sprintf("Objects have less than 5%% of the gradient under %s.", listed(drowned)))
	}
	if len(alone) > 0 {
		list = append(list, fmt.Sprintf("The background has less than 5%% of the gradient under %s.", listed(alone)))
	}
	return list
}

func names(group []weighting) string {
	var list []string
	for _, w := range group {
		list = append(list, w.name)
	}
	return listed(list)
}

// listed writes names for a sentence, the first of many: a conclusion is read at a
// glance, and tables have them all.
func listed(list []string) string {
	const most = 4
	if more := len(list) - most; more > 1 {
		return strings.Join(list[:most], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return prose.List(list, "and")
}

// percent writes a share without decimals, but for the least.
func percent(share float64) string {
	switch p := 100 * share; {
	case p > 0 && p < 1:
		return "less than 1%"
	case p > 99 && p < 100:
		return "more than 99%"
	default:
		return fmt.Sprintf("%.0f%%", p)
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return table.Count(int64(n)) + " " + many
}
