package evidence

import (
	"slices"

	"detsample/bench/stats"
)

// Strangers names those of some strategies that have no seed in common with one: no
// runs are paired, so that no difference tells them apart.
func Strangers(c *stats.Comparison, name string, among []string) (list []string) {
	names := c.Strategies()
	i := slices.Index(names, name)
	for _, other := range among {
		if k := slices.Index(names, other); k != i && c.Means[i].Seeds > 0 && c.Means[k].Seeds > 0 && c.Between(i, k).Seeds == 0 {
			list = append(list, other)
		}
	}
	return list
}

// Stranger is a strategy that has no seed in common with others.
type Stranger struct {
	Strategy string
	To       []string
}

// Unpaired returns those of some strategies, all with runs, that have no seed in common
// with some after them.
func Unpaired(c *stats.Comparison, among []string) (list []Stranger) {
	for i, name := range among {
		if others := Strangers(c, name, among[i+1:]); len(others) > 0 {
			list = append(list, Stranger{name, others})
		}
	}
	return list
}
