package evidence

import (
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study/boosting"
)

// Estimate is the mean over the trainings of one strategy, by seed, of a figure of a
// weighting at a moment.
func (s *Experiment) Estimate(trained, weighting string, images int, figure func(*boosting.Weighting) float64) (stats.Estimate, error) {
	runs := s.weighed(trained, images, figure)
	runs = slices.DeleteFunc(runs, func(r stats.Run) bool { return r.Strategy != weighting })
	c, err := stats.Compare([]string{weighting}, runs)
	if err != nil {
		return stats.Estimate{}, err
	}
	return c.Means[0], nil
}

// Trainings returns which strategies trained in an experiment that keeps states, and after
// how many images these were kept.
func (s *Experiment) Trainings() (strategies []string, moments []int) {
	for i := range s.StateRuns {
		if name := s.StateRuns[i].Strategy; !slices.Contains(strategies, name) {
			strategies = append(strategies, name)
		}
	}
	return strategies, s.Budgets()
}

// weighed returns a figure of every weighting at a moment of the trainings of one
// strategy.
func (s *Experiment) weighed(trained string, images int, figure func(*boosting.Weighting) float64) (list []stats.Run) {
	for i := range s.StateRuns {
		if s.StateRuns[i].Strategy != trained {
			continue
		}
		for _, m := range s.StateRuns[i].Moments {
			if m.Images != images {
				continue
			}
			for k := range m.Weightings {
				w := &m.Weightings[k]
				list = append(list, stats.Run{Strategy: w.Name, Seed: s.StateRuns[i].Seed, Value: figure(w)})
			}
		}
	}
	return list
}
