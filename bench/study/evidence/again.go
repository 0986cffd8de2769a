package evidence

import (
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// Repeated is how the differences of an experiment at one budget came out again.
type Repeated struct {
	Images        int
	Seeds         [2]int // the most of a difference, and of it again
	All, Agree    int
	A, B          string         // the two strategies whose differences lie farthest apart, for their intervals
	First, Second stats.Estimate // of these: A less B, and again
}

// CompareAgain lays the differences between all strategies of an experiment beside
// those of other seeds; runs of the same seeds, which are the same runs, are left
// out. Two agree if they lie no farther apart than the root of
// the sum of the squares of half their intervals.
func CompareAgain(s, again *Experiment) (list []Repeated, err error) {
	again = again.without(s)
	for _, images := range s.Moments() {
		before, err := s.Among(s.Strategies(""), images)
		if err != nil {
			return nil, err
		}
		after, err := again.Among(s.Strategies(""), images)
		if err != nil {
			return nil, err
		}
		r, farthest := Repeated{Images: images}, -1.0
		names := before.Strategies()
		for i := range names {
			for j := range i {
				x, y := before.Between(i, j).Estimate, after.Between(i, j).Estimate
				apart := math.Abs(x.Mean-y.Mean) / math.Hypot(x.Half(), y.Half())
				if x.Seeds < stats.MinSeeds || y.Seeds < stats.MinSeeds || math.IsNaN(apart) {
					continue
				}
				r.Seeds[0], r.Seeds[1] = max(r.Seeds[0], x.Seeds), max(r.Seeds[1], y.Seeds)
				r.All++
				if apart <= 1 {
					r.Agree++
				}
				if apart > farthest {
					farthest, r.A, r.B, r.First, r.Second = apart, names[i], names[j], x, y
				}
			}
		}
		if r.All > 0 {
			list = append(list, r)
		}
	}
	return list, nil
}

// without is an experiment without the runs whose seeds another one has.
func (s *Experiment) without(other *Experiment) *Experiment {
	left := *s
	left.compared = nil
	left.Runs = slices.DeleteFunc(slices.Clone(s.Runs), func(r trainer.Run) bool {
		return slices.ContainsFunc(other.Runs, func(o trainer.Run) bool { return o.Seed == r.Seed })
	})
	return &left
}
