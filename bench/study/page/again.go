package page

import (
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// repeated is how the differences of an experiment at one budget came out again.
type repeated struct {
	images        int
	seeds         [2]int // the most of a difference, and of it again
	all, agree    int
	a, b          string // the two strategies whose differences lie farthest apart, for their intervals
	first, second stats.Estimate
}

// compareAgain lays the differences between all strategies of an experiment beside
// those of other seeds; runs of the same seeds, which are the same runs, are left
// out. Two agree if they lie no farther apart than the root of
// the sum of the squares of half their intervals.
func compareAgain(s, again *archived) (list []repeated, err error) {
	again = again.without(s)
	for _, images := range s.moments() {
		before, err := s.among(s.strategies(""), images)
		if err != nil {
			return nil, err
		}
		after, err := again.among(s.strategies(""), images)
		if err != nil {
			return nil, err
		}
		r, farthest := repeated{images: images}, -1.0
		names := before.Strategies()
		for i := range names {
			for j := range i {
				x, y := before.Between(i, j).Estimate, after.Between(i, j).Estimate
				apart := math.Abs(x.Mean-y.Mean) / math.Hypot(x.Half(), y.Half())
				if x.Seeds < stats.MinSeeds || y.Seeds < stats.MinSeeds || math.IsNaN(apart) {
					continue
				}
				r.seeds[0], r.seeds[1] = max(r.seeds[0], x.Seeds), max(r.seeds[1], y.Seeds)
				r.all++
				if apart <= 1 {
					r.agree++
				}
				if apart > farthest {
					farthest, r.a, r.b, r.first, r.second = apart, names[i], names[j], x, y
				}
			}
		}
		if r.all > 0 {
			list = append(list, r)
		}
	}
	return list, nil
}

// without is an experiment without the runs whose seeds another one has.
func (s *archived) without(other *archived) *archived {
	left := *s
	left.compared = nil
	left.Runs = slices.DeleteFunc(slices.Clone(s.Runs), func(r trainer.Run) bool {
		return slices.ContainsFunc(other.Runs, func(o trainer.Run) bool { return o.Seed == r.Seed })
	})
	return &left
}
