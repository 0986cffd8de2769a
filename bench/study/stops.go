package study

import (
	"fmt"
	"strings"

	"detsample/internal/prose"
)

// stops says of each strategy in which runs it stopped before the end, and why.
func (s *Stored) stops() (says []string) {
	for _, name := range s.strategies("") {
		var seeds, reasons []string
		runs := 0
		for i := range s.Runs {
			r := &s.Runs[i]
			if r.Strategy != name {
				continue
			}
			runs++
			if r.Stopped() {
				seeds = append(seeds, fmt.Sprintf("#%d", r.Seed))
				if reason := strings.TrimSuffix(r.Failed, "."); len(reasons) == 0 || reasons[len(reasons)-1] != reason {
					reasons = append(reasons, reason)
				}
			}
		}
		if len(seeds) > 0 {
			says = append(says, fmt.Sprintf("%s stopped in %d of %s (%s): %s.", name, len(seeds), plural(fmt.Sprint(runs), "run"), prose.List(seeds, "and"), strings.Join(reasons, "; ")))
		}
	}
	return says
}

// gone names those of some strategies that have runs, none of which got to its end.
func (s *Stored) gone(names ...string) (list []string) {
	for _, name := range names {
		runs, stopped := 0, 0
		for i := range s.Runs {
			if r := &s.Runs[i]; r.Strategy == name {
				runs++
				if r.Stopped() {
					stopped++
				}
			}
		}
		if runs > 0 && stopped == runs {
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
