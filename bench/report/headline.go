package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"detsample/bench/summary"
	"detsample/bench/table"
	"detsample/internal/prose"
)

// headline is the verdict in two lines, the answer and what would make more of it,
// and what else there is to know of all figures.
func headline(s *summary.Summary) []string {
	v := &s.Verdict
	out := []string{v.Headline}
	if v.Outlook != "" {
		out = append(out, v.Outlook)
	}
	if len(v.Change) > 0 {
		out = append(out, "To change that: "+strings.Join(v.Change, "; ")+".")
	}
	return append(out, s.Mixed...)
}

// reasons explain the verdict by what was measured.
func reasons(s *summary.Summary) []string {
	out := slices.Clone(s.Verdict.Why)
	for _, sentence := range []string{imbalance(s.Strategies), failures(s.Strategies)} {
		if sentence != "" {
			out = append(out, sentence)
		}
	}
	return out
}

// named returns a strategy's name, cut where it would drown the sentence.
func named(s *summary.Strategy) string { return short(s.Strategy, 60) }

// verdict is what a difference to the first strategy shows.
type verdict int

const (
	none    verdict = iota // the first strategy itself, or nothing to compare
	unclear                // the interval holds zero
	higher
	lower
)

// judge returns the verdict on strategy i.
func judge(strategies []summary.Strategy, i int) verdict {
	switch d := strategies[i].Difference; {
	case d == nil || d.ImagesOnly:
		return none
	case d.Low > 0:
		return higher
	case d.High < 0:
		return lower
	}
	return unclear
}

// imbalance says how many negatives the dense stages met for each positive.
func imbalance(strategies []summary.Strategy) string {
	head, rpn := met(strategies, "dense"), met(strategies, "rpn")
	const measured = "Measured positives to negatives among the assigned anchors: "
	switch {
	case head == "" && rpn == "":
		return ""
	case head == rpn:
		return measured + head + ", in the one-stage head as in the RPN."
	case rpn == "":
		return measured + head + " in the one-stage head."
	case head == "":
		return measured + rpn + " in the RPN."
	}
	return measured + head + " in the one-stage head and " + rpn + " in the RPN."
}

// met returns the ratio of positives to negatives before sampling in a stage,
// as a range where assigners differ.
func met(strategies []summary.Strategy, stage string) string {
	low, high := math.Inf(1), 0.0
	for i := range strategies {
		for _, f := range strategies[i].Stages {
			if f.Stage == stage && f.Positives > 0 {
				low, high = min(low, f.Seen()), max(high, f.Seen())
			}
		}
	}
	switch a, b := table.Ratio(1, low), table.Ratio(1, high); {
	case high == 0:
		return ""
	case a == b:
		return a
	default:
		return a + " to " + b
	}
}

// failures counts the runs that failed to train, and those that learned nothing.
func failures(strategies []summary.Strategy) string {
	all := 0
	var runs [2]int
	var who [2][]string
	for i := range strategies {
		s := &strategies[i]
		all += s.Runs
		failed, idle := failedOf(s)
		for k, n := range [2]int{failed, idle} {
			if n > 0 {
				runs[k] += n
				who[k] = append(who[k], fmt.Sprintf("%s (%d of %d)", named(s), n, s.Runs))
			}
		}
	}
	var text []string
	for k, what := range [2]string{"failed to train", "learned nothing, and count as they are"} {
		if runs[k] > 0 {
			text = append(text, fmt.Sprintf("%d of %s %s: %s.", runs[k], number(all, "run"), what, prose.List(who[k], "and")))
		}
	}
	return strings.Join(text, " ")
}
