package study

import (
	"fmt"
	"slices"

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
func sameRuns(list []Stored) (most twice, ok bool, err error) {
	ratio := 1.0
	for i := range list {
		for j := range i {
			a, b := &list[j], &list[i]
			if len(a.Runs) == 0 || len(b.Runs) == 0 || a.final() != b.final() {
				continue
			}
			for _, x := range a.strategies("") {
				for _, y := range b.strategies("") {
					if !slices.Equal(a.curves(x), b.curves(y)) {
						continue
					}
					t := twice{experiment: [2]string{a.Name, b.Name}, strategy: [2]string{x, y}}
					for k, s := range []*Stored{a, b} {
						c, err := s.compare("ap", "", s.final())
						if err != nil {
							return most, false, err
						}
						t.ap[k] = c.Means[slices.Index(c.Strategies(), t.strategy[k])]
					}
					r := t.ap[0].Half() / t.ap[1].Half()
					if r = max(r, 1/r); r > ratio {
						most, ok, ratio = t, true, r
					}
				}
			}
		}
	}
	return most, ok, nil
}

// curves writes the seeds of a strategy's runs with all that they reached: equal
// ones are of the same runs.
func (s *Stored) curves(strategy string) (list []string) {
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == strategy {
			list = append(list, fmt.Sprint(r.Seed, r.Curve))
		}
	}
	slices.Sort(list)
	return list
}

// sameRunsText says that runs that are part of two experiments have a ± in each.
func sameRunsText(list []Stored) (string, error) {
	t, ok, err := sameRuns(list)
	if err != nil || !ok {
		return "", err
	}
	return fmt.Sprintf(" Runs that are\n  part of two experiments have one in each: %s of `%s` and %s of `%s` are the same\n  runs, with %s in the one and %s in the other.",
		t.strategy[0], t.experiment[0], t.strategy[1], t.experiment[1], interval(t.ap[0], 1), interval(t.ap[1], 1)), nil
}
