package page

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/internal/prose"
)

// decide makes a verdict of the outcomes.
func (v *verdict) decide() {
	var open, missing, beside []string
	came := map[outcome][]string{}
	for budgets := range v.contrasts() {
		first := &budgets[0]
		if first.Lacks != "" {
			if !slices.Contains(missing, first.Lacks) {
				missing = append(missing, first.Lacks)
			}
			continue
		}
		if first.Beside {
			at := make([]*judged, len(budgets))
			for i := range budgets {
				at[i] = &budgets[i]
			}
			beside = append(beside, first.says()+": "+evidence(at))
			continue
		}
		for _, outcome := range decided {
			if at := budgetsOfOutcome(budgets, outcome); len(at) > 0 {
				came[outcome] = append(came[outcome], first.says()+": "+evidence(at))
			}
		}
		if at := budgetsOfOutcome(budgets, unclear); len(at) > 0 {
			open = append(open, first.says()+": "+evidence(at)+". "+lacking(at))
		}
	}
	var why []reason
	for _, outcome := range decided {
		why = append(why, reason{string(outcome), came[outcome]})
	}
	for _, r := range append(why, reason{"open", open}, reason{"no stored runs of", missing}, reason{"beside the claim", beside}) {
		if len(r.Of) > 0 {
			v.Why = append(v.Why, r)
		}
	}
	v.Word = word(len(came[holds]), len(came[fails])+len(came[slight]), len(open)+len(missing))
}

// decided are the outcomes that decide, in the order in which they are said.
var decided = []outcome{holds, fails, slight}

// decidedBy says what a verdict follows from: what was found, in which experiments, and
// after how many images where it was not so at every budget.
func (v *verdict) decidedBy() string {
	var parts []string
	for _, outcome := range decided {
		var found []string
		in := map[string][]string{}
		for budgets := range v.contrasts() {
			at := budgetsOfOutcome(budgets, outcome)
			if len(at) == 0 || at[0].Beside {
				continue
			}
			for _, same := range byDirection(at) {
				what := same[0].direction()
				if in[what] == nil {
					found = append(found, what)
				}
				in[what] = append(in[what], from(same[0].Experiment, when(same, len(budgets)), same[0].Rates))
			}
		}
		for i, what := range found {
			found[i] = what + " (" + strings.Join(in[what], "; ") + ")"
		}
		if len(found) > 0 {
			parts = append(parts, fmt.Sprintf("*%s*: %s", outcome, strings.Join(found, "; ")))
		}
	}
	if len(parts) == 0 {
		return "–"
	}
	return strings.Join(parts, ". ")
}

// byDirection parts budgets at which a difference goes one way from those at which it goes
// the other.
func byDirection(at []*judged) (parts [][]*judged) {
	for _, j := range at {
		k := slices.IndexFunc(parts, func(p []*judged) bool { return p[0].direction() == j.direction() })
		if k < 0 {
			parts, k = append(parts, nil), len(parts)
		}
		parts[k] = append(parts[k], j)
	}
	return parts
}

// direction says which way a difference goes, or of one that gains no point what is
// compared: it may be behind by any amount.
func (j *judged) direction() string {
	q, up := j.quantity(), j.Estimate.Mean > 0
	if j.Outcome == slight {
		return j.compared()
	}
	text := q.less
	if up {
		text = q.more
	}
	if j.B == "" && (q.correlation || j.Constant != 0) {
		than := "below"
		if up {
			than = "above"
		}
		return fmt.Sprintf("%s %s %g%s", text, than, j.Constant, q.unit)
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, " by"), ",")
}

// when names some of a contrast's budgets; nothing if it has no others.
func when(at []*judged, of int) string {
	if first := at[0]; first.Untrained || first.quantity().whole {
		return " " + first.after()
	}
	if len(at) == of && of > 1 {
		return ""
	}
	images := make([]string, len(at))
	for i, j := range at {
		images[i] = fmt.Sprint(j.Images)
	}
	return " after " + prose.Chain(images, "and")
}

// budgetsOfOutcome returns those of a contrast's budgets at which it came to that.
func budgetsOfOutcome(budgets []judged, outcome outcome) (list []*judged) {
	for i := range budgets {
		if budgets[i].Outcome == outcome {
			list = append(list, &budgets[i])
		}
	}
	return list
}

// word is the verdict of how many contrasts hold, fail and are open at some budget.
func word(holds, fails, open int) string {
	var text string
	switch {
	case holds > 0 && fails > 0:
		return "depends"
	case holds > 0:
		text = "supported"
	case fails > 0:
		text = "refuted"
	default:
		return "not decided"
	}
	if open > 0 {
		text += " in part"
	}
	return text
}

// lacking says what a contrast lacks that is open at some budgets: of the largest
// of them, which speaks for the others.
func lacking(at []*judged) string {
	last := at[len(at)-1]
	text := last.lack()
	if len(at) > 1 {
		text = last.after() + " " + text
	}
	return upper(text)
}

// lack says what a contrast that is open lacks.
func (j *judged) lack() string {
	if gone := stopped(j.Gone); gone != "" {
		return gone
	}
	if j.Estimate.Seeds < stats.MinSeeds {
		return fmt.Sprintf("%s, paired; %d are the least", seeds(j.Estimate.Seeds), stats.MinSeeds)
	}
	q := j.quantity()
	if q.correlation {
		own := j.itself()
		return fmt.Sprintf("%s allows both answers, alone it is %s with %d seeds", correlations(j.deciding()), correlations(stats.Range{Low: own.Low, High: own.High}), own.Seeds)
	}
	has := fmt.Sprintf("%s allows both answers, ± %s%s with %d seeds", span(j.All, q.decimals), number(j.Estimate.Half(), 2), q.unit, j.Estimate.Seeds)
	if j.B == "" && j.Constant != 0 {
		has = fmt.Sprintf("less %g, %s", j.Constant, has)
	}
	switch f := j.Forecast; {
	case f == nil:
		return has
	case f.Seeds == 0:
		return has + fmt.Sprintf(", and no number of seeds gives ± %.2f: the test images leave ± %s", halfAsked, number(f.ImagesHalf, 2))
	case f.Seeds <= j.Estimate.Seeds:
		return has + fmt.Sprintf(", as narrow as ± %.2f asks", halfAsked)
	default:
		return has + fmt.Sprintf(", ± %.2f would take %d", halfAsked, f.Seeds)
	}
}

// budget says when the contrast is looked at.
func (j *judged) budget() string {
	switch {
	case j.Untrained:
		return "before training"
	case j.quantity().whole:
		return "over the whole training"
	}
	return fmt.Sprintf("%d images", j.Images)
}

// after says the same in a sentence.
func (j *judged) after() string {
	if j.Untrained || j.quantity().whole {
		return j.budget()
	}
	return "after " + j.budget()
}
