package page

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// reason is what some contrasts of a claim came to.
type reason struct {
	Word string // holds, fails, no point gained, open, no stored runs of, made for generated scenes, beside the claim
	Of   []string
}

// reasons says what each contrast came to, by its outcomes.
func reasons(v *claims.Verdict) (list []reason) {
	var open, missing, beside []string
	came := map[claims.Outcome][]string{}
	for budgets := range v.ByContrast() {
		first := &budgets[0]
		if !first.Ran() {
			if what := notRun(first); !slices.Contains(missing, what) {
				missing = append(missing, what)
			}
			continue
		}
		if first.Aside() {
			at := make([]*claims.Judged, len(budgets))
			for i := range budgets {
				at[i] = &budgets[i]
			}
			beside = append(beside, predicted(first)+": "+cameTo(at))
			continue
		}
		for _, outcome := range decided {
			if at := budgetsOfOutcome(budgets, outcome); len(at) > 0 {
				came[outcome] = append(came[outcome], predicts(first.Contrast)+": "+cameTo(at))
			}
		}
		if at := budgetsOfOutcome(budgets, claims.Unclear); len(at) > 0 {
			open = append(open, predicts(first.Contrast)+": "+cameTo(at)+". "+lacking(at))
		}
	}
	var all []reason
	for _, outcome := range decided {
		all = append(all, reason{string(outcome), came[outcome]})
	}
	var leftOut []string
	if len(v.LeftOut) > 0 {
		leftOut = []string{"`" + strings.Join(v.LeftOut, "`, `") + "`"}
	}
	for _, r := range append(all, reason{"open", open}, reason{"no stored runs of", missing}, reason{"made for generated scenes, and left out", leftOut}, reason{"beside the claim", beside}) {
		if len(r.Of) > 0 {
			list = append(list, r)
		}
	}
	return list
}

// notRun names what a contrast is of and has no runs: an experiment, or some of it.
func notRun(j *claims.Judged) string {
	name := "`" + j.Experiment + "`"
	if j.Unrun {
		return name
	}
	return prose.List(j.Lacks, "and") + " in " + name
}

// decided are the outcomes that decide, in the order in which they are said.
var decided = []claims.Outcome{claims.Holds, claims.Fails, claims.Slight}

// budgetsOfOutcome returns those of a contrast's budgets at which it came to that.
func budgetsOfOutcome(budgets []claims.Judged, outcome claims.Outcome) (list []*claims.Judged) {
	for i := range budgets {
		if budgets[i].Outcome == outcome {
			list = append(list, &budgets[i])
		}
	}
	return list
}

// lacking says what a contrast lacks that is open at some budgets: of the largest
// of them, which speaks for the others.
func lacking(at []*claims.Judged) string {
	last := at[len(at)-1]
	text := lack(last)
	if len(at) > 1 {
		text = after(last) + " " + text
	}
	return upper(text)
}

// lack says what a contrast that is open lacks.
func lack(j *claims.Judged) string {
	if gone := stopped(j.Gone); gone != "" {
		return gone
	}
	if j.Estimate.Seeds < stats.MinSeeds {
		return fmt.Sprintf("%s, paired; %d are the least", seeds(j.Estimate.Seeds), stats.MinSeeds)
	}
	q := quantityOf(j.Contrast)
	if q.Correlation {
		own := itself(j)
		return fmt.Sprintf("%s allows both answers, alone it is %s with %d seeds", correlations(deciding(j)), correlations(stats.Range{Low: own.Low, High: own.High}), own.Seeds)
	}
	has := fmt.Sprintf("%s allows both answers, ± %s%s with %d seeds", span(j.All, q.decimals), number(j.Estimate.Half(), 2), q.unit, j.Estimate.Seeds)
	if j.B == "" && j.Constant != 0 {
		has = fmt.Sprintf("less %g, %s", j.Constant, has)
	}
	switch f := j.Forecast; {
	case f == nil:
		return has
	case f.Seeds == 0:
		return has + fmt.Sprintf(", and no number of seeds gives ± %.2f: the test images leave ± %s", evidence.HalfAsked, number(f.ImagesHalf, 2))
	case f.Seeds <= j.Estimate.Seeds:
		return has + fmt.Sprintf(", as narrow as ± %.2f asks", evidence.HalfAsked)
	default:
		return has + fmt.Sprintf(", ± %.2f would take %d", evidence.HalfAsked, f.Seeds)
	}
}

// budget says when the contrast is looked at.
func budget(j *claims.Judged) string {
	switch {
	case j.Untrained:
		return "before training"
	case j.By().Whole:
		return "over the whole training"
	}
	return fmt.Sprintf("%d images", j.Images)
}

// after says the same in a sentence.
func after(j *claims.Judged) string {
	if j.Untrained || j.By().Whole {
		return budget(j)
	}
	return "after " + budget(j)
}
