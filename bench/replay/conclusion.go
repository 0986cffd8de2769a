package replay

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/dump"
	"detsample/bench/table"
	"detsample/internal/prose"
)

// weighting is where a loss or a strategy puts its gradient.
type weighting struct {
	name      string
	at        int // in the likeness
	labels    int // that it goes by
	negatives float64
	hardest   float64 // on the hardest candidates
	easy      float64 // on the easiest
	sum       float64 // of all, 1 where there is a gradient
	used      float64 // candidates of an image
	gradient  [dump.Deciles]Divided
}

func (r *Report) weighting(name string, at, labels int, gradient *[dump.Deciles]Divided, used float64) weighting {
	w := weighting{name: name, at: at, labels: labels, used: used, gradient: *gradient, hardest: gradient[r.labelled(labels).spread().last].Total()}
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
	whole := float64(r.Labels.Positives+r.Labels.Negatives) / float64(max(1, r.Images))
	for i := range r.Losses {
		if w := r.weighting(r.Losses[i].Name, i, 0, &r.Losses[i].Gradient, whole); w.sum > 0 {
			losses = append(losses, w)
		}
	}
	for i := range r.Samplers {
		s := &r.Samplers[i]
		if w := r.weighting(s.Name, len(r.Losses)+i, s.Labels, &s.Gradient, s.Positives+s.Negatives); w.sum > 0 {
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
