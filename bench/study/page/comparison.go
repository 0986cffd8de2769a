package page

import (
	"fmt"
	"slices"

	"detsample/bench/stats"
)

// strategies returns the names that occur in the results, those of the
// configuration first and in its order.
func (s *archived) strategies(trained string) []string {
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
	for _, name := range s.configured() {
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

// configured returns the strategies of an experiment's configuration, which is read
// once: every figure asks for them.
func (s *archived) configured() []string {
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

// level is the name under which a constant takes part in a comparison.
const level = "a constant"

// compare compares the strategies of an experiment.
func (s *archived) compare(m *measure, trained string, images int) (*stats.Comparison, error) {
	return s.compareThese(s.strategies(trained), m, trained, images)
}

// compareThese compares strategies, which may lack runs.
func (s *archived) compareThese(names []string, m *measure, trained string, images int) (*stats.Comparison, error) {
	return s.cached(fmt.Sprintf("%q %q %d %q", m.name, trained, images, names), func() (*stats.Comparison, error) {
		return s.comparison(names, m, m.of(s, trained, images))
	})
}

// cached returns the comparison of a key, which is made when it is first asked for: a
// page asks again and again, and its joint distribution takes a while to draw. That
// stays with it, of 20000 draws for each strategy.
func (s *archived) cached(key string, compare func() (*stats.Comparison, error)) (*stats.Comparison, error) {
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

// against compares a strategy of an experiment with a constant.
func (s *archived) against(constant float64, only string, m *measure, trained string, images int) (*stats.Comparison, error) {
	values := slices.DeleteFunc(m.of(s, trained, images), func(r stats.Run) bool { return r.Strategy != only })
	for i := range values {
		values[i].Resamples = nil
	}
	for _, r := range slices.Clone(values) {
		values = append(values, stats.Run{Strategy: level, Seed: r.Seed, Value: constant})
	}
	return s.comparison([]string{only, level}, m, values)
}

// among compares the AP of some strategies, which may lack runs. A figure has the
// interval that it has among all of the experiment, wherever it stands; what holds
// at once is of these alone.
func (s *archived) among(names []string, images int) (*stats.Comparison, error) {
	all := s.strategies("")
	for _, name := range names {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	whole, err := s.compareThese(all, ap, "", images)
	if err != nil || slices.Equal(names, all) {
		return whole, err
	}
	return s.cached(fmt.Sprintf("among %q %d", names, images), func() (*stats.Comparison, error) { return whole.Among(names...), nil })
}

func (s *archived) comparison(names []string, m *measure, values []stats.Run) (*stats.Comparison, error) {
	c, err := stats.Compare(names, values)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", s.Name, m.name, err)
	}
	return c, nil
}
