package stats

import "slices"

// Among returns the comparison of some of the strategies, in the order given:
// means, differences and their own intervals are those of the whole one, whose
// strategies say together how far a figure varies over seeds; what holds at once,
// and who may be the best, is of these alone. It panics where a strategy is not
// in the comparison.
func (c *Comparison) Among(strategies ...string) *Comparison {
	some := &Comparison{names: slices.Sorted(slices.Values(strategies)), prior: c.prior}
	at := make([]int, len(some.names)) // among c's
	for i, name := range some.names {
		if at[i] = slices.Index(c.names, name); at[i] < 0 {
			panic("stats: Among: no strategy " + name)
		}
		some.own = append(some.own, c.own[at[i]])
	}
	for i := range at {
		for j := i + 1; j < len(at); j++ {
			some.apart = append(some.apart, c.apart[c.pair(at[i], at[j])])
		}
	}
	for _, x := range c.Excluded {
		if slices.Contains(strategies, x.Strategy) {
			some.Excluded = append(some.Excluded, x)
		}
	}
	some.order(strategies)
	return some
}
