package page

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/study/evidence"
	"detsample/bench/summary"
	"detsample/bench/trainer"
	"detsample/internal/prose"
)

// stops says of each strategy in which runs it stopped before the end, and why.
func stops(s *evidence.Experiment) (says []string) {
	for _, name := range s.Strategies("") {
		runs, stopped := s.RunsOf(name)
		if len(stopped) == 0 {
			continue
		}
		var reasons []string
		for _, r := range stopped {
			if reason := strings.TrimSuffix(r.Failed, "."); len(reasons) == 0 || reasons[len(reasons)-1] != reason {
				reasons = append(reasons, reason)
			}
		}
		says = append(says, fmt.Sprintf("%s stopped in %s: %s.", name, ofRuns(stopped, runs), strings.Join(reasons, "; ")))
	}
	return says
}

// learnedNothing says of each strategy which of its runs ended about where the
// untrained network is, by what compare takes for nothing learned.
func learnedNothing(s *evidence.Experiment) (says []string) {
	all := make([]*trainer.Run, len(s.Runs))
	for i := range s.Runs {
		all[i] = &s.Runs[i]
	}
	floor := summary.Floor(all)
	for _, name := range s.Strategies("") {
		runs, _ := s.RunsOf(name)
		nothing := slices.DeleteFunc(slices.Clone(runs), func(r *trainer.Run) bool { return r.Stopped() || r.AP > floor })
		if len(nothing) > 0 {
			says = append(says, fmt.Sprintf("%s learned nothing in %s: no more than %g AP above the untrained network. Its mean and its rank are of what these reached too.", name, ofRuns(nothing, runs), 100*summary.HardlyTrained))
		}
	}
	return says
}

// ofRuns says how many some are of a strategy's runs, and which.
func ofRuns(some, runs []*trainer.Run) string {
	seeds := make([]string, len(some))
	for i, r := range some {
		seeds[i] = fmt.Sprintf("#%d", r.Seed)
	}
	return fmt.Sprintf("%d of %s (%s)", len(some), prose.Count(len(runs), "run", "runs"), prose.List(seeds, "and"))
}

// stopped says that, as the end of a sentence; "" where there are none.
func stopped(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return prose.List(names, "and") + " stopped before the end in every run"
}
