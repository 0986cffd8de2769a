package evidence

import (
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study"
)

// Contest is who leads in an experiment at one budget.
type Contest struct {
	Share  int // of study.Shares
	Images int
	Names  []string         // who takes part
	Means  []stats.Estimate // of each
	May    []string         // that may be the best
	Next   string           // the best of the others, where a single one may be the best
	Ahead  stats.Estimate   // and its lead before that
	Gone   []string         // of those who take part, who stopped before the end in every run
	Close  bool             // no difference is as large as the least of AP that is worth speaking of

	Unpaired []Stranger // of those that may be the best
}

// Contests returns who leads, of some strategies, at each budget at which an
// experiment is looked at, each to a confidence.
func (s *Experiment) Contests(names []string, confidence float64) (list []Contest, err error) {
	for share, images := range s.Looks() {
		if images == 0 {
			continue
		}
		c, err := s.Among(names, images)
		if err != nil {
			return nil, err
		}
		found := Contest{Share: share, Images: images, Names: names, Means: c.Means, May: MayBeBest(c, confidence), Gone: s.Gone(names...)}
		if len(found.May) == 1 {
			found.Next, found.Ahead = runnerUp(c, found.May[0])
		}
		found.Unpaired = Unpaired(c, found.May)
		found.Close = closer(c, AP.Least, confidence)
		list = append(list, found)
	}
	return list, nil
}

// Gained returns how many points of AP each who got to the end has of the last half of
// an experiment's images; nothing where that was not looked at.
func Gained(contests []Contest) (by []float64) {
	half, ok := atHalf(contests)
	if !ok {
		return nil
	}
	for i, e := range contests[len(contests)-1].Means {
		if before := half.Means[i]; e.Seeds > 0 && before.Seeds > 0 {
			by = append(by, e.Mean-before.Mean)
		}
	}
	return by
}

// Found returns the same of AP50.
func (s *Experiment) Found(contests []Contest) (by []float64, err error) {
	half, ok := atHalf(contests)
	if !ok {
		return nil, nil
	}
	means, err := s.FoundSince(half.Names, half.Images)
	for _, e := range means {
		if e.Seeds > 0 {
			by = append(by, e.Mean)
		}
	}
	return by, err
}

// atHalf returns who leads at half of an experiment's images, where that is the last look
// before its end.
func atHalf(contests []Contest) (half *Contest, ok bool) {
	n := len(contests)
	if n < 2 || study.Shares[contests[n-2].Share] != 0.5 {
		return nil, false
	}
	return &contests[n-2], true
}

// MayBeBest returns the strategies with runs that may be the best, with a confidence.
func MayBeBest(c *stats.Comparison, confidence float64) (may []string) {
	for i, b := range c.Best(confidence) {
		if b.MayBe && c.Means[i].Seeds > 0 {
			may = append(may, b.Strategy)
		}
	}
	return may
}

// closer reports whether there are differences, those of strategies without runs apart,
// and all lie within a least one, at once with a confidence.
func closer(c *stats.Comparison, least, confidence float64) (within bool) {
	names := c.Strategies()
	ran := func(name string) bool { return c.Means[slices.Index(names, name)].Seeds > 0 }
	for i, r := range c.Simultaneous(confidence) {
		d := &c.Differences[i]
		if !ran(d.A) || !ran(d.B) {
			continue
		}
		if d.Seeds < stats.MinSeeds || !(r.Low > -least && r.High < least) {
			return false
		}
		within = true
	}
	return within
}

// runnerUp returns who comes next after the leader, and the leader's lead with the
// interval of that difference alone.
func runnerUp(c *stats.Comparison, leader string) (next string, ahead stats.Estimate) {
	highest := math.Inf(-1)
	for i, name := range c.Strategies() {
		if e := c.Means[i]; name != leader && e.Seeds > 0 && e.Mean > highest {
			next, highest = name, e.Mean
		}
	}
	if next == "" {
		return "", ahead
	}
	names := c.Strategies()
	return next, c.Between(slices.Index(names, leader), slices.Index(names, next)).Estimate
}

// Anyone reports whether each of those with runs may be the best.
func (c *Contest) Anyone() bool { return len(c.May) > 0 && len(c.Others()) == 0 }

// Few reports whether no more may be the best than there are others.
func (c *Contest) Few() bool {
	n := len(c.May)
	return n > 0 && n <= len(c.Others())
}

// Others are those with runs that are not the best.
func (c *Contest) Others() (names []string) {
	for i, e := range c.Means {
		if e.Seeds > 0 && !slices.Contains(c.May, c.Names[i]) {
			names = append(names, c.Names[i])
		}
	}
	return names
}
