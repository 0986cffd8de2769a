package page

import (
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
)

// twice is a strategy's runs that are part of two experiments, with what each makes
// of them.
type twice struct {
	experiment, strategy [2]string
	ap                   [2]stats.Estimate
}

// sameRuns returns the runs that are part of two experiments whose ± are the
// farthest apart; false if there are none.
func sameRuns(list []archived) (most twice, ok bool, err error) {
	ratio := 1.0
	seen := map[string]twice{} // by what the runs reached
	for i := range list {
		s := &list[i]
		if len(s.Runs) == 0 {
			continue
		}
		c, err := s.compare(ap, "", s.final())
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
				seen[reached] = twice{experiment: [2]string{s.Name}, strategy: [2]string{name}, ap: [2]stats.Estimate{c.Means[k]}}
				continue
			}
			t.experiment[1], t.strategy[1], t.ap[1] = s.Name, name, c.Means[k]
			r := t.ap[0].Half() / t.ap[1].Half()
			if r = max(r, 1/r); r > ratio && t.experiment[0] != s.Name {
				most, ok, ratio = t, true, r
			}
		}
	}
	return most, ok, nil
}

// reached writes the seeds of a strategy's runs that got to the end with all that they
// reached: equal ones are of the same runs.
func (s *archived) reached(strategy string) string {
	var list []string
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy && !r.Stopped() {
			list = append(list, fmt.Sprint(r.Seed, r.Curve))
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}
