package summary

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/trainer"
)

// proposals returns the mean recall of a strategy's proposals, over the runs in
// which it was measured at the same limits as in the first of them.
func proposals(records []trainer.Record, strategy string) []trainer.ProposalRecall {
	var measured [][]trainer.ProposalRecall
	for i := range records {
		p := records[i].Run.Proposals
		if records[i].Run.Strategy != strategy || records[i].Run.Stopped() || len(p) == 0 {
			continue
		}
		if len(measured) == 0 || slices.EqualFunc(p, measured[0], func(a, b trainer.ProposalRecall) bool { return a.Limit == b.Limit }) {
			measured = append(measured, p)
		}
	}
	if len(measured) == 0 {
		return nil
	}
	means := make([]trainer.ProposalRecall, len(measured[0]))
	for m := range means {
		means[m] = trainer.ProposalRecall{
			Limit: measured[0][m].Limit,
			AR:    mean(measured, func(p []trainer.ProposalRecall) float64 { return p[m].AR }),
			ARS:   mean(measured, func(p []trainer.ProposalRecall) float64 { return p[m].ARS }),
			ARM:   mean(measured, func(p []trainer.ProposalRecall) float64 { return p[m].ARM }),
			ARL:   mean(measured, func(p []trainer.ProposalRecall) float64 { return p[m].ARL }),
		}
	}
	return means
}

// proposed says how many objects the first stage of the leader's detector
// proposes, or that of the best one that has a first stage, beside the one that
// proposes fewest, or most if it proposes fewest itself. It is empty where no
// proposals were measured.
func proposed(s *Summary, leader string) string {
	var best, least, most *Strategy
	for i := range s.Strategies {
		t := &s.Strategies[i]
		if len(t.Proposals) == 0 || t.Proposals[0].AR < 0 {
			continue
		}
		if best == nil || best.Strategy != leader && (t.Strategy == leader || t.AP.Mean > best.AP.Mean) {
			best = t
		}
		if least == nil || t.Proposals[0].AR < least.Proposals[0].AR {
			least = t
		}
		if most == nil || t.Proposals[0].AR > most.Proposals[0].AR {
			most = t
		}
	}
	if best == nil {
		return ""
	}
	text := fmt.Sprintf("Recall of proposals: %s under %s", recalls(best.Proposals, true), best.Strategy)
	switch {
	case least == best && most != best:
		text += fmt.Sprintf(", the most %s under %s", recalls(most.Proposals, false), most.Strategy)
	case least != best:
		text += fmt.Sprintf(", the least %s under %s", recalls(least.Proposals, false), least.Strategy)
	}
	return text + "."
}

// recalls lists recall at each limit.
func recalls(list []trainer.ProposalRecall, named bool) string {
	words := make([]string, len(list))
	for i, p := range list {
		if words[i] = ap(p.AR); named {
			words[i] = fmt.Sprintf("AR@%d %s", p.Limit, ap(p.AR))
		}
	}
	return strings.Join(words, ", ")
}
