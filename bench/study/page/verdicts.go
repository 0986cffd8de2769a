package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// writeVerdicts writes the table of what came of the claims, short enough for its rows to
// be read: all that it is short of stands in their sections. Where somebody has said in a
// sentence what one comes to, that is in place of what decided it.
func writeVerdicts(b *strings.Builder, verdicts []claims.Verdict, sentences map[int]string, list []evidence.Experiment) {
	head := "decided by"
	if len(sentences) > 0 {
		head = "in a sentence"
	}
	fmt.Fprintf(b, "| claim | verdict | %s | the strongest evidence, where its end decides |\n|---|---|---|---|\n", head)
	for i := range verdicts {
		v := &verdicts[i]
		fmt.Fprintf(b, "| [%d](#%s) %s | **%s** | %s | %s |\n", v.Number, anchor(v), v.Statement, v.Word, cmp.Or(sentences[v.Number], decidedBy(v)), toldAtEnd(v, list))
	}
	b.WriteString("\n")
}

// anchor is where the section of a claim is on the page.
func anchor(v *claims.Verdict) string { return fmt.Sprintf("claim-%d", v.Number) }

// decidedBy says what a verdict follows from: what was found, in which experiments at
// every budget, and in which at some of them.
func decidedBy(v *claims.Verdict) string {
	type places struct {
		what        string
		every, some []string
	}
	var parts []string
	for _, outcome := range decided {
		var found []places
		for budgets := range v.ByContrast() {
			at := budgetsOfOutcome(budgets, outcome)
			if len(at) == 0 || at[0].Aside() {
				continue
			}
			for _, same := range byDirection(at) {
				what, where := direction(same[0]), "`"+same[0].Experiment+"`"
				if same[0].Untrained {
					where += " " + budget(same[0])
				}
				k := slices.IndexFunc(found, func(p places) bool { return p.what == what })
				if k < 0 {
					found, k = append(found, places{what: what}), len(found)
				}
				if p := &found[k]; len(same) == len(budgets) {
					p.every = append(p.every, where)
				} else {
					p.some = append(p.some, where)
				}
			}
		}
		var says []string
		for _, p := range found {
			where := strings.Join(p.every, ", ")
			if len(p.some) > 0 {
				where = strings.TrimPrefix(where+"; "+prose.List(p.some, "and")+" at some budgets", "; ")
			}
			says = append(says, fmt.Sprintf("%s (%s)", p.what, where))
		}
		if len(says) > 0 {
			parts = append(parts, fmt.Sprintf("*%s*: %s", outcome, strings.Join(says, "; ")))
		}
	}
	if len(parts) == 0 {
		return "–"
	}
	return strings.Join(parts, ". ")
}

// byDirection parts budgets at which a difference goes one way from those at which it goes
// the other.
func byDirection(at []*claims.Judged) (parts [][]*claims.Judged) {
	for _, j := range at {
		k := slices.IndexFunc(parts, func(p []*claims.Judged) bool { return direction(p[0]) == direction(j) })
		if k < 0 {
			parts, k = append(parts, nil), len(parts)
		}
		parts[k] = append(parts[k], j)
	}
	return parts
}

// direction says which way a difference goes. Of one that gains no point it says what is
// compared, and of one that is to be little on which side of that it is: either may be
// behind by any amount.
func direction(j *claims.Judged) string {
	q, up := quantityOf(j.Contrast), j.Estimate.Mean > 0
	switch {
	case j.Outcome == claims.Slight:
		return subject(j.Contrast)
	case j.Expect == claims.Little:
		than := "below"
		if j.Outcome == claims.Fails {
			than = "above"
		}
		return fmt.Sprintf("%s is %s %g%s", subject(j.Contrast), than, q.Least, q.unit)
	}
	text := q.less
	if up {
		text = q.more
	}
	if j.B == "" && (q.Correlation || j.Constant != 0) {
		than := "below"
		if up {
			than = "above"
		}
		return fmt.Sprintf("%s %s %g%s", text, than, j.Constant, q.unit)
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, " by"), ",")
}

// toldAtEnd says which predictions hold and which fail at the end of the strongest
// evidence, and counts the others with a link to where they stand.
func toldAtEnd(v *claims.Verdict, list []evidence.Experiment) string {
	var told []*claims.Judged
	slight, open := 0, 0
	for _, j := range strongest(v, list) {
		switch {
		case j.Aside():
		case j.Outcome == claims.Slight:
			slight++
		case j.Outcome == claims.Unclear:
			open++
		default:
			told = append(told, j)
		}
	}
	var others []string
	if slight > 0 {
		others = append(others, fmt.Sprintf("%d %s", slight, claims.Slight))
	}
	if open > 0 {
		others = append(others, fmt.Sprintf("%d %s", open, claims.Unclear))
	}
	parts := cameToAtEnd(told)
	if len(others) > 0 {
		parts = append(parts, fmt.Sprintf("[%s](#%s)", prose.List(others, "and"), anchor(v)))
	}
	return strings.Join(parts, "; ")
}
