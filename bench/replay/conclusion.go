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
	labels    int // that it goes by
	negatives float64
	hardest   float64 // on the hardest candidates
	easy      float64 // on the easiest
	sum       float64 // of all, 1 where there is a gradient
}

func (r *Report) weighting(name string, at, labels int, gradient *[dump.Deciles]Divided) weighting {
	w := weighting{name: name, at: at, labels: labels, hardest: gradient[r.labelled(labels).spread().last].Total()}
	for k, d := range gradient {
		w.negatives += d.Negatives
		w.sum += d.Total()
		if k < dump.Deciles/2 {
			w.easy += d.Total()
		}
	}
	return w
}

// conclude says in words what a replay shows.
func conclude(r *Report) []string {
	var losses, samplers []weighting // that have a gradient
	for i := range r.Losses {
		if w := r.weighting(r.Losses[i].Name, i, 0, &r.Losses[i].Gradient); w.sum > 0 {
			losses = append(losses, w)
		}
	}
	for i := range r.Samplers {
		s := &r.Samplers[i]
		if w := r.weighting(s.Name, len(r.Losses)+i, s.Labels, &s.Gradient); w.sum > 0 {
			samplers = append(samplers, w)
		}
	}
	if r.Strategies {
		said := r.say("strategies", samplers)
		said = slices.Insert(said, min(1, len(said)), r.sayLabels()...) // the first is on likeness
		return append(said, r.sayCandidates()...)
	}
	return append(append(r.say("losses", losses), r.say("samplers (under cross entropy)", samplers)...), r.sayCandidates()...)
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
	spreads := make([]spread, 1+len(r.Others))
	for place := range spreads {
		spreads[place] = r.labelled(place).spread()
	}
	describe := func(w weighting) string {
		s := spreads[w.labels]
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
	var graded []weighting // under whose labels some candidates are the hardest
	var level []string
	for _, w := range sorted {
		if spreads[w.labels].hardest != "" {
			graded = append(graded, w)
		} else {
			level = append(level, w.name)
		}
	}
	if len(all) <= few {
		for _, w := range sorted {
			list = append(list, describe(w))
		}
	} else if len(graded) > 0 {
		first, last := graded[0], graded[len(graded)-1]
		list = append(list, fmt.Sprintf("Of the %s, %s puts the most of its gradient on %s, %s, and %s the least, %s.",
			what, first.name, hardestOf(graded, spreads), percent(first.hardest), last.name, percent(last.hardest)))
	}
	switch {
	case len(graded) == 0:
		list = append(list, "All candidates are equally hard, or nearly: none of them are said to be the hardest.")
	case len(level) > 0:
		list = append(list, fmt.Sprintf("Under %s all candidates are equally hard, or nearly: none of them are said to be the hardest.", listed(level)))
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
