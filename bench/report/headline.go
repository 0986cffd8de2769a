package report

import (
	"fmt"
	"math"

	"detsample/bench/summary"
)

// headline says in words what the comparison found: one sentence each, from
// the figures alone.
func headline(s *summary.Summary) []string {
	var out []string
	add := func(sentence string) {
		if sentence != "" {
			out = append(out, sentence)
		}
	}
	add(winner(s))
	add(verdicts(s.Strategies))
	add(imbalance(s.Strategies))
	add(failures(s.Strategies))
	add(caveat(s))
	return out
}

// named returns a strategy's name, cut where it would drown the sentence.
func named(s *summary.Strategy) string { return short(s.Strategy, 60) }

// winner names the strategy of the highest AP.
func winner(s *summary.Summary) string {
	order := byAP(s.Strategies)
	if len(order) == 0 || !defined(s.Strategies[order[0]].AP.Mean) {
		return "No strategy has an AP that is defined."
	}
	b := &s.Strategies[order[0]]
	verb, next := "has the highest AP,", ""
	if len(order) == 1 {
		verb = "has an AP of"
	} else if second := &s.Strategies[order[1]]; defined(second.AP.Mean) {
		next = fmt.Sprintf("; %s follows with %s", named(second), points(second.AP.Mean))
	}
	return fmt.Sprintf("%s %s %s (95%% interval %s to %s), with %s on %s%s.",
		named(b), verb, points(b.AP.Mean), minus(100*b.AP.Low), minus(100*b.AP.High),
		number(len(s.Seeds), "seed"), number(s.Data.TestImages, "test image"), next)
}

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
	case d == nil:
		return none
	case d.Low > 0:
		return higher
	case d.High < 0:
		return lower
	}
	return unclear
}

// verdicts sorts the strategies by what their differences show.
func verdicts(strategies []summary.Strategy) string {
	if len(strategies) < 2 {
		return ""
	}
	var groups [lower + 1][]string
	for i := range strategies {
		if v := judge(strategies, i); v != none {
			groups[v] = append(groups[v], fmt.Sprintf("%s (%s)", named(&strategies[i]), signed(strategies[i].Difference.Mean)))
		}
	}
	out := fmt.Sprintf("Against the first strategy, %s (AP %s),", named(&strategies[0]), points(strategies[0].AP.Mean))
	var sure []string
	if g := groups[higher]; len(g) > 0 {
		sure = append(sure, list(g)+" "+agree(len(g), "is", "are")+" higher")
	}
	if g := groups[lower]; len(g) > 0 {
		sure = append(sure, list(g)+" "+agree(len(g), "is", "are")+" lower")
	}
	by := ", by " + agree(len(groups[higher])+len(groups[lower]), "an interval that excludes zero", "intervals that exclude zero")
	switch {
	case len(sure) > 0 && len(groups[unclear]) > 0:
		return out + " " + list(sure) + by + "; " + undecided(groups[unclear]) + "."
	case len(sure) > 0:
		return out + " " + list(sure) + by + "."
	case len(groups[unclear]) > 0:
		return out + " no difference is shown: " + undecided(groups[unclear]) + "."
	}
	return ""
}

func undecided(names []string) string {
	return fmt.Sprintf("for %s the interval includes zero", list(names))
}

func agree(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
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
	switch a, b := ratio(1, low), ratio(1, high); {
	case high == 0:
		return ""
	case a == b:
		return a
	default:
		return a + " to " + b
	}
}

// failures counts the runs that failed to train.
func failures(strategies []summary.Strategy) string {
	runs, failed := 0, 0
	var who []string
	for i := range strategies {
		s := &strategies[i]
		runs += s.Runs
		failed += len(s.Failed)
		if len(s.Failed) > 0 {
			who = append(who, fmt.Sprintf("%s (%d of %d)", named(s), len(s.Failed), s.Runs))
		}
	}
	if failed == 0 {
		return "No run failed to train."
	}
	return fmt.Sprintf("%d of %s failed to train: %s.", failed, number(runs, "run"), list(who))
}

// caveat says what the intervals leave out.
func caveat(s *summary.Summary) string {
	if len(s.Seeds) != 1 {
		return ""
	}
	return "With one seed, the intervals cover the choice of test images only: another seed may move every figure, so treat close rankings as open."
}
