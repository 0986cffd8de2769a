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
	text := "**OHEM or focal loss?** On a dense head " + inWords(all)
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
		if trainings[0][0].Experiment != last(trainings)[0].Experiment {
			text += "; each training has a network, images and rates of its own"
		}
	}
	return text + "."
}

// inWords says who is ahead as the budget grows, of each rival.
func inWords(all []Judged) string {
	var rivals, texts []string
	for _, j := range all {
		if !slices.Contains(rivals, j.B) {
			rivals = append(rivals, j.B)
		}
	}
	for _, rival := range rivals {
		texts = append(texts, againstOne(rival, slices.DeleteFunc(slices.Clone(all), func(j Judged) bool { return j.B != rival })))
	}
	return strings.Join(texts, "; ")
}

// againstOne says who is ahead as the budget grows, of the first of contrasts and one
// rival.
func againstOne(rival string, at []Judged) string {
	var turns []Judged // the first of each stretch in which the same is ahead
	before := map[int]Judged{}
	for _, j := range at {
		lead := j.lead()
		if lead != 0 && (len(turns) == 0 || lead != turns[len(turns)-1].lead()) {
			turns = append(turns, j)
		}
		before[lead] = j
	}
	name := at[0].A
	ahead := func(turn int) string {
		if turns[turn].lead() > 0 {
			return fmt.Sprintf("%s is ahead of %s", name, rival)
		}
		return fmt.Sprintf("%s is ahead of %s", rival, name)
	}
	_, open := before[0]
	switch {
	case len(turns) == 0:
		return fmt.Sprintf("%s and %s are not told apart at any budget", name, rival)
	case len(turns) == 1 && open:
		from, to := turns[0].Images, before[turns[0].lead()].Images
		if from == to {
			return fmt.Sprintf("%s after %d images, where alone they are told apart", ahead(0), from)
		}
		return fmt.Sprintf("%s wherever they are told apart, from %d to %d images", ahead(0), from, to)
	case len(turns) == 1:
		return ahead(0) + " at every budget"
	case len(turns) == 2:
		return fmt.Sprintf("%s up to %d images, and %s from %d on", ahead(0), before[turns[0].lead()].Images, ahead(1), turns[1].Images)
	}
	return fmt.Sprintf("%s and %s are ahead by turns as the budget grows", name, rival)
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
