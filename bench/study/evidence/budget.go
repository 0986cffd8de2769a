package evidence

import (
	"math"
	"slices"

	"detsample/bench/study"
)

// Final returns how many images the runs of an experiment see: those that got to the
// end, where there are any.
func (s *Experiment) Final() int {
	most, stopped := 0, 0
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Stopped() {
			stopped = max(stopped, r.Images)
		} else {
			most = max(most, r.Images)
		}
	}
	if most == 0 {
		most = stopped
	}
	for i := range s.StateRuns {
		for _, m := range s.StateRuns[i].Moments {
			most = max(most, m.Images)
		}
	}
	return most
}

// Looks returns, by study.Shares, after how many images those evaluations of an experiment
// are that are nearest to a quarter, to half and to all of its images, each counted where it is nearest, the earlier of two; 0 where
// a share has none.
func (s *Experiment) Looks() (at [len(study.Shares)]int) {
	final := s.Final()
	for _, images := range s.Budgets() {
		k := 0
		for other, share := range study.Shares {
			if far(images, share, final) < far(images, study.Shares[k], final) {
				k = other
			}
		}
		if at[k] == 0 || far(images, study.Shares[k], final) < far(at[k], study.Shares[k], final) {
			at[k] = images
		}
	}
	return at
}

// Moments returns the budgets at which an experiment's contrasts are judged, ascending.
func (s *Experiment) Moments() (list []int) {
	for _, images := range s.Looks() {
		if images > 0 {
			list = append(list, images)
		}
	}
	return list
}

// Budgets returns every number of images at which an experiment was looked at,
// ascending, its start and its end among them.
func (s *Experiment) Budgets() []int {
	known := []int{s.Final()}
	for i := range s.Runs {
		for _, p := range s.Runs[i].Curve {
			known = append(known, p.Images)
		}
	}
	for i := range s.StateRuns {
		for _, m := range s.StateRuns[i].Moments {
			known = append(known, m.Images)
		}
	}
	slices.Sort(known)
	return slices.Compact(known)
}

func far(images int, share float64, final int) float64 {
	return math.Abs(float64(images) - share*float64(final))
}
