package evidence

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
)

// Twice is a strategy's runs that are part of two experiments, with what each makes
// of them.
type Twice struct {
	Experiment, Strategy [2]string
	AP                   [2]stats.Estimate
}

// SameRuns returns the runs that are part of two experiments whose ± are the
// farthest apart; false if there are none.
func SameRuns(list []Experiment) (most Twice, ok bool, err error) {
	ratio := 1.0
	seen := map[string]Twice{} // by what the runs reached
	for i := range list {
		s := &list[i]
		if len(s.Runs) == 0 {
			continue
		}
		c, err := s.Compare(AP, "", s.Final())
		if err != nil {
			return most, false, err
		}
		for k, name := range c.Strategies() {
			reached := s.reached(name)
			if e := c.Means[k]; reached == "" || e.Seeds == 0 || e.ImagesOnly {
				continue
			}
			t, before := seen[reached]
			if !before {
				seen[reached] = Twice{Experiment: [2]string{s.Name}, Strategy: [2]string{name}, AP: [2]stats.Estimate{c.Means[k]}}
				continue
			}
			t.Experiment[1], t.Strategy[1], t.AP[1] = s.Name, name, c.Means[k]
			r := t.AP[0].Half() / t.AP[1].Half()
			if r = max(r, 1/r); r > ratio && t.Experiment[0] != s.Name {
				most, ok, ratio = t, true, r
			}
		}
	}
	return most, ok, nil
}

// reached writes the seeds of a strategy's runs that got to the end with all that they
// reached: equal ones are of the same runs.
func (s *Experiment) reached(strategy string) string {
	var list []string
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy && !r.Stopped() {
			list = append(list, fmt.Sprint(r.Seed, r.Curve))
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}
