package page

import (
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study"
)

// contest is who leads in an experiment at one budget.
type contest struct {
	share  int // of study.Shares
	images int
	names  []string         // who takes part
	means  []stats.Estimate // of each
	may    []string         // that may be the best
	next   string           // the best of the others, where a single one may be the best
	ahead  stats.Estimate   // and its lead before that
	gone   []string         // of those who take part, who stopped before the end in every run
	close  bool             // no difference is as large as ap.least

	unpaired []stranger // of those that may be the best
}

// contests returns who leads, of some strategies, at each budget at which an
// experiment is looked at, each to a confidence.
func (s *archived) contests(names []string, confidence float64) (list []contest, err error) {
	for share, images := range s.looks() {
		if images == 0 {
			continue
		}
		c, err := s.among(names, images)
		if err != nil {
			return nil, err
		}
		found := contest{share: share, images: images, names: names, means: c.Means, may: mayBeBest(c, confidence), gone: s.gone(names...)}
		if len(found.may) == 1 {
			found.next, found.ahead = runnerUp(c, found.may[0])
		}
		found.unpaired = unpaired(c, found.may)
		found.close = closer(c, ap.least, confidence)
		list = append(list, found)
	}
	return list, nil
}

// gained returns how many points of AP each who got to the end has of the last half of
// an experiment's images; nothing where that was not looked at.
func gained(contests []contest) (by []float64) {
	n := len(contests)
	if n < 2 || study.Shares[contests[n-2].share] != 0.5 {
		return nil
	}
	for i, e := range contests[n-1].means {
		if before := contests[n-2].means[i]; e.Seeds > 0 && before.Seeds > 0 {
			by = append(by, e.Mean-before.Mean)
		}
	}
	return by
}

// mayBeBest returns the strategies with runs that may be the best, with a confidence.
func mayBeBest(c *stats.Comparison, confidence float64) (may []string) {
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

// anyone reports whether each of those with runs may be the best.
func (c *contest) anyone() bool { return len(c.may) > 0 && len(c.others()) == 0 }

// few reports whether no more may be the best than there are others.
func (c *contest) few() bool {
	n := len(c.may)
	return n > 0 && n <= len(c.others())
}

// others are those with runs that are not the best.
func (c *contest) others() (names []string) {
	for i, e := range c.means {
		if e.Seeds > 0 && !slices.Contains(c.may, c.names[i]) {
			names = append(names, c.names[i])
		}
	}
	return names
}
