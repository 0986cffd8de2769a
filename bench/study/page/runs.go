package page

import "detsample/bench/trainer"

// runsOf returns a strategy's runs, and those of them that stopped before the end.
func (s *archived) runsOf(strategy string) (runs, stopped []*trainer.Run) {
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

// gone names those of some strategies that have runs, none of which got to its end.
func (s *archived) gone(names ...string) (list []string) {
	for _, name := range names {
		if runs, stopped := s.runsOf(name); len(runs) > 0 && len(stopped) == len(runs) {
			list = append(list, name)
		}
	}
	return list
}

// lr returns the learning rate of a strategy's runs, by one that has a rate; 0 of one without runs.
func (s *archived) lr(strategy string) float64 {
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy && r.LR > 0 {
			return r.LR
		}
	}
	return 0
}

// seeds returns how many seeds an experiment's runs have.
func (s *archived) seeds() int {
	seen := map[uint64]bool{}
	for i := range s.Runs {
		seen[s.Runs[i].Seed] = true
	}
	for i := range s.StateRuns {
		seen[s.StateRuns[i].Seed] = true
	}
	return len(seen)
}
