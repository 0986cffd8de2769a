package page

import (
	"slices"

	"detsample/bench/stats"
)

// strangers names those of some strategies that have no seed in common with one: no
// runs are paired, so that no difference tells them apart.
func strangers(c *stats.Comparison, name string, among []string) (list []string) {
	names := c.Strategies()
	i := slices.Index(names, name)
	for _, other := range among {
		if k := slices.Index(names, other); k != i && c.Means[i].Seeds > 0 && c.Means[k].Seeds > 0 && c.Between(i, k).Seeds == 0 {
			list = append(list, other)
		}
	}
	return list
}

// stranger is a strategy that has no seed in common with others.
type stranger struct {
	strategy string
	to       []string
}

// unpaired names of some strategies, all with runs, those no two of which are paired: each
// with those after it.
func unpaired(c *stats.Comparison, among []string) (list []stranger) {
	for i, name := range among {
		if others := strangers(c, name, among[i+1:]); len(others) > 0 {
			list = append(list, stranger{name, others})
		}
	}
	return list
}
