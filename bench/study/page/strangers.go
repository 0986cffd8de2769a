package page

import (
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/internal/prose"
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

// unpaired says of which of some strategies, all with runs, no two are paired; "" where
// every two are.
func unpaired(c *stats.Comparison, among []string) string {
	var says []string
	for i, name := range among {
		if others := strangers(c, name, among[i+1:]); len(others) > 0 {
			says = append(says, name+" "+sharesNoSeed(others))
		}
	}
	return strings.Join(says, ", ")
}

func sharesNoSeed(others []string) string { return "shares no seed with " + prose.List(others, "or") }
