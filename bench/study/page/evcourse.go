package page

import "detsample/bench/stats"

// course is how the AP of an experiment's strategies rises along training.
type course struct {
	names  []string
	images []int              // seen at the evaluations, ascending; the first is 0
	means  [][]stats.Estimate // of each evaluation and strategy
	ahead  [][]stats.Estimate // likewise, less the first strategy's
}

// course returns how AP rises along training.
func (s *archived) course() (c course, err error) {
	c.names, c.images = s.strategies(""), s.budgets()
	for _, images := range c.images {
		at, err := s.compare(ap, "", images)
		if err != nil {
			return c, err
		}
		c.means = append(c.means, at.Means)
		ahead := make([]stats.Estimate, len(at.Means))
		for i := range ahead {
			if ahead[i].Seeds = at.Means[i].Seeds; i > 0 { // the first is ahead of itself by 0
				ahead[i] = at.Between(i, 0).Estimate
			}
		}
		c.ahead = append(c.ahead, ahead)
	}
	return c, nil
}
