package evidence

import "detsample/bench/stats"

// Course is how the AP of an experiment's strategies rises along training.
type Course struct {
	Names  []string
	Images []int              // seen at the evaluations, ascending; the first is 0
	Means  [][]stats.Estimate // of each evaluation and strategy
	Ahead  [][]stats.Estimate // likewise, less the first strategy's
}

// Course returns how AP rises along training.
func (s *Experiment) Course() (c Course, err error) {
	c.Names, c.Images = s.Strategies(""), s.Budgets()
	for _, images := range c.Images {
		at, err := s.Compare(AP, "", images)
		if err != nil {
			return c, err
		}
		c.Means = append(c.Means, at.Means)
		ahead := make([]stats.Estimate, len(at.Means))
		for i := range ahead {
			if ahead[i].Seeds = at.Means[i].Seeds; i > 0 { // the first is ahead of itself by 0
				ahead[i] = at.Between(i, 0).Estimate
			}
		}
		c.Ahead = append(c.Ahead, ahead)
	}
	return c, nil
}
