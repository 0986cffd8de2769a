package evidence

import "detsample/bench/trainer"

// RunsOf returns a strategy's runs, and those of them that stopped before the end.
func (s *Experiment) RunsOf(strategy string) (runs, stopped []*trainer.Run) {
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

// Gone names those of some strategies that have runs, none of which got to its end.
func (s *Experiment) Gone(names ...string) (list []string) {
	for _, name := range names {
		if runs, stopped := s.RunsOf(name); len(runs) > 0 && len(stopped) == len(runs) {
			list = append(list, name)
		}
	}
	return list
}

// LearningRate returns that of a strategy's runs, by one that has a rate; 0 where none has.
func (s *Experiment) LearningRate(strategy string) float64 {
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy && r.LR > 0 {
			return r.LR
		}
	}
	return 0
}

// SeedsRun returns how many seeds an experiment's runs have.
func (s *Experiment) SeedsRun() int {
	seen := map[uint64]bool{}
	for i := range s.Runs {
		seen[s.Runs[i].Seed] = true
	}
	for i := range s.StateRuns {
		seen[s.StateRuns[i].Seed] = true
	}
	return len(seen)
}
