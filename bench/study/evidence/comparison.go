package evidence

import (
	"fmt"
	"slices"

	"detsample/bench/stats"
)

// Strategies returns the names that occur in the results, those of the configuration
// first and in its order: of strategies, and of the weightings on the states that one of
// them trained.
func (s *Experiment) Strategies(trained string) []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	has := map[string]bool{}
	for i := range s.Runs {
		has[s.Runs[i].Strategy] = true
	}
	for _, name := range s.Configured() {
		if has[name] {
			add(name)
		}
	}
	for i := range s.Runs {
		add(s.Runs[i].Strategy)
	}
	for i := range s.StateRuns {
		if s.StateRuns[i].Strategy == trained {
			for _, w := range s.StateRuns[i].Moments[0].Weightings {
				add(w.Name)
			}
		}
	}
	return names
}

// Configured returns the strategies of an experiment's configuration, which is read
// once: every figure asks for them. There are none where it cannot be read.
func (s *Experiment) Configured() []string {
	if s.names == nil {
		s.names = []string{}
		if c, err := s.Config(); err == nil {
			for i := range c.Strategies {
				s.names = append(s.names, c.Strategies[i].Name)
			}
		}
	}
	return s.names
}

// Constant is the name under which a constant takes part in a comparison.
const Constant = "a constant"

// Compare compares the strategies of an experiment by a measure after so many images; the
// weightings on the states that one of them trained, where the measure is of these. Two
// runs of the same strategy and seed are an error.
func (s *Experiment) Compare(m *Measure, trained string, images int) (*stats.Comparison, error) {
	return s.compareThese(s.Strategies(trained), m, trained, images)
}

// compareThese compares strategies, which may lack runs.
func (s *Experiment) compareThese(names []string, m *Measure, trained string, images int) (*stats.Comparison, error) {
	return s.cached(fmt.Sprintf("%q %q %d %q", m.Name, trained, images, names), func() (*stats.Comparison, error) {
		return s.comparison(names, m, m.Of(s, trained, images))
	})
}

// cached returns the comparison of a key, which is made when it is first asked for: a
// page asks again and again, and its joint distribution takes a while to draw. That
// stays with it, of 20000 draws for each strategy.
func (s *Experiment) cached(key string, compare func() (*stats.Comparison, error)) (*stats.Comparison, error) {
	if c := s.compared[key]; c != nil {
		return c, nil
	}
	c, err := compare()
	if err != nil {
		return nil, err
	}
	if s.compared != nil {
		s.compared[key] = c
	}
	return c, nil
}

// Against compares one strategy of an experiment, or one weighting as Compare does, with a
// constant.
func (s *Experiment) Against(constant float64, only string, m *Measure, trained string, images int) (*stats.Comparison, error) {
	values := slices.DeleteFunc(m.Of(s, trained, images), func(r stats.Run) bool { return r.Strategy != only })
	for i := range values {
		values[i].Resamples = nil
	}
	for _, r := range slices.Clone(values) {
		values = append(values, stats.Run{Strategy: Constant, Seed: r.Seed, Value: constant})
	}
	return s.comparison([]string{only, Constant}, m, values)
}

// Among compares the AP of some strategies, which may lack runs, after so many images. A
// figure has the interval that it has among all of the experiment, wherever it stands; what
// holds at once is of these alone.
func (s *Experiment) Among(names []string, images int) (*stats.Comparison, error) {
	all := s.Strategies("")
	for _, name := range names {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	whole, err := s.compareThese(all, AP, "", images)
	if err != nil || slices.Equal(names, all) {
		return whole, err
	}
	return s.cached(fmt.Sprintf("among %q %d", names, images), func() (*stats.Comparison, error) { return whole.Among(names...), nil })
}

func (s *Experiment) comparison(names []string, m *Measure, values []stats.Run) (*stats.Comparison, error) {
	c, err := stats.Compare(names, values)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", s.Name, m.Name, err)
	}
	return c, nil
}
