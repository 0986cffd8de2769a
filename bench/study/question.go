package study

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
)

// questionClaim is the claim that the question of the page is about: focal loss
// beside what chooses the hardest candidates, on a dense head.
const questionClaim = 3

// lead is who is ahead in a contrast at a budget, with all others of its claim at
// once: 1 for the first, -1 for the second, 0 where they are not told apart.
func (j *Judged) lead() int {
	switch {
	case j.All.Low > 0:
		return 1
	case j.All.High < 0:
		return -1
	}
	return 0
}

// question answers the question by which the page is called: in a word, then from
// where to where the differences go in each training. Nothing without runs.
func question(list []Stored) (string, error) {
	claims := Claims()
	v, err := claims[questionClaim-1].Judge(list)
	if err != nil {
		return "", err
	}
	return v.question(), nil
}

func (v *Verdict) question() string {
	var trainings [][]Judged // of each contrast, the shortest training first
	for budgets := range v.contrasts() {
		known := slices.DeleteFunc(slices.Clone(budgets), func(j Judged) bool { return j.Estimate.Seeds < stats.MinSeeds })
		if len(known) > 0 {
			trainings = append(trainings, known)
		}
	}
	if len(trainings) == 0 {
		return ""
	}
	slices.SortStableFunc(trainings, func(a, b []Judged) int { return cmp.Compare(last(a).Images, last(b).Images) })
	longest := last(last(trainings)).Images
	var ends []*Judged // of the longest training
	for _, at := range trainings {
		if j := last(at); j.Images == longest {
			ends = append(ends, &j)
		}
	}
	all := byBudget(trainings)
	text := "**OHEM or focal loss?** On a dense head " + inAWord(all)
	open := !slices.ContainsFunc(ends, func(j *Judged) bool { return j.lead() != 0 })
	if open && slices.ContainsFunc(all, func(j Judged) bool { return j.lead() != 0 }) {
		spans := make([]string, len(ends))
		for i, j := range ends {
			spans[i] = fmt.Sprintf("%s beside %s", span(j.All, 1), j.B)
		}
		text += fmt.Sprintf("; at the end of the longest training, after %d images, they are not told apart, as the intervals that hold with all of claim %d at once reach 0 (%s)",
			longest, v.Number, listed(spans, "and"))
	}
	if way := fromTo(trainings); way != "" {
		text += ". " + upper(way)
	}
	return text + "."
}

// inAWord says who is ahead as the budget grows.
func inAWord(all []Judged) string {
	var turns []Judged // the first of each stretch in which the same is ahead
	before := map[int]Judged{}
	open := false
	for _, j := range all {
		at := j.lead()
		open = open || at == 0
		if at != 0 && (len(turns) == 0 || at != turns[len(turns)-1].lead()) {
			turns = append(turns, j)
		}
		before[at] = j
	}
	switch {
	case len(turns) == 0:
		return "they are not told apart at any budget"
	case len(turns) == 1 && open:
		return ahead(all, turns[0].lead()) + " wherever they are told apart"
	case len(turns) == 1:
		return ahead(all, turns[0].lead()) + " at every budget"
	case len(turns) == 2:
		return fmt.Sprintf("first %s, up to %d images, then %s, from %d images on", ahead(all, turns[0].lead()), before[turns[0].lead()].Images,
			ahead(all, turns[1].lead()), turns[1].Images)
	}
	return "now the one is ahead, now the other, as the budget grows"
}

// ahead says who is ahead of whom where one side is: the first of contrasts, or
// what it is laid beside.
func ahead(all []Judged, side int) string {
	var rivals []string
	for _, j := range all {
		if j.lead() == side && !slices.Contains(rivals, j.B) {
			rivals = append(rivals, j.B)
		}
	}
	if side > 0 {
		return fmt.Sprintf("%s is ahead of %s", all[0].A, listed(rivals, "and"))
	}
	if len(rivals) == 1 {
		return fmt.Sprintf("%s is ahead of %s", rivals[0], all[0].A)
	}
	return fmt.Sprintf("%s are ahead of %s", listed(rivals, "and"), all[0].A)
}

// byBudget returns what trainings came to, one training after the other, by budget.
func byBudget(trainings [][]Judged) []Judged {
	var all []Judged
	for k := 0; k < len(trainings); {
		end := k
		var same []Judged
		for ; end < len(trainings) && trainings[end][0].Experiment == trainings[k][0].Experiment; end++ {
			same = append(same, trainings[end]...)
		}
		slices.SortStableFunc(same, func(a, b Judged) int { return cmp.Compare(a.Images, b.Images) })
		all, k = append(all, same...), end
	}
	return all
}

// fromTo says from where to where each difference goes along each training, by
// rival; nothing of a training that was looked at once.
func fromTo(trainings [][]Judged) string {
	var pairs []string
	parts := map[string][]string{}
	for _, at := range trainings {
		if len(at) < 2 {
			continue
		}
		first, end := at[0], last(at)
		pair := fmt.Sprintf("%s less %s", first.A, first.B)
		if parts[pair] == nil {
			pairs = append(pairs, pair)
		}
		parts[pair] = append(parts[pair], fmt.Sprintf("from %s AP after %d images to %s after %d (`%s`, %d seeds)",
			difference(first.Estimate, 1), first.Images, difference(end.Estimate, 1), end.Images, first.Experiment, end.Estimate.Seeds))
	}
	texts := make([]string, len(pairs))
	for i, pair := range pairs {
		texts[i] = pair + " goes " + strings.Join(parts[pair], ", ")
	}
	return strings.Join(texts, "; ")
}

func last[T any](list []T) T { return list[len(list)-1] }
