package study

import (
	"fmt"
	"strings"

	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// runsOf returns a strategy's runs, and those of them that stopped before the end.
func (s *Stored) runsOf(strategy string) (runs, stopped []*trainer.Run) {
	for i := range s.Runs {
		r := &s.Runs[i]
		if r.Strategy != strategy {
			continue
		}
		runs = append(runs, r)
		if r.Stopped() {
			stopped = append(stopped, r)
		}
	}
	return runs, stopped
}

// stops says of each strategy in which runs it stopped before the end, and why.
func (s *Stored) stops() (says []string) {
	for _, name := range s.strategies("") {
		runs, stopped := s.runsOf(name)
		if len(stopped) == 0 {
			continue
		}
		var seeds, reasons []string
		for _, r := range stopped {
			seeds = append(seeds, fmt.Sprintf("#%d", r.Seed))
			if reason := strings.TrimSuffix(r.Failed, "."); len(reasons) == 0 || reasons[len(reasons)-1] != reason {
				reasons = append(reasons, reason)
			}
		}
		says = append(says, fmt.Sprintf("%s stopped in %d of %s (%s): %s.", name, len(seeds), prose.Count(len(runs), "run", "runs"), prose.List(seeds, "and"), strings.Join(reasons, "; ")))
	}
	return says
}

// gone names those of some strategies that have runs, none of which got to its end.
func (s *Stored) gone(names ...string) (list []string) {
	for _, name := range names {
		if runs, stopped := s.runsOf(name); len(runs) > 0 && len(stopped) == len(runs) {
			list = append(list, name)
		}
	}
	return list
}

// stopped says that, as the end of a sentence; "" where there are none.
func stopped(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return prose.List(names, "and") + " stopped before the end in every run"
}
