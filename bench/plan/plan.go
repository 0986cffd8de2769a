// Package plan says which runs a comparison consists of, and in which order
// they are done.
package plan

import (
	"slices"

	"detsample/bench/config"
	"detsample/bench/strategy"
)

// Run is one training: a strategy with a seed.
type Run struct {
	Strategy *strategy.Strategy
	Seed     uint64
}

// Runs returns the runs of the strategies that are in with some seeds, in the
// order in which they are done: seed by seed, so that an interrupted comparison
// has whole seeds.
func Runs(c *config.Config, seeds []uint64, in []string) []Run {
	order := longestFirst(c.Strategies)
	runs := make([]Run, 0, len(seeds)*len(order))
	for _, seed := range seeds {
		for _, s := range order {
			if slices.Contains(in, s.Name) {
				runs = append(runs, Run{Strategy: s, Seed: seed})
			}
		}
	}
	return runs
}

// longestFirst returns the strategies in the order in which they are trained:
// two-stage detectors, which take half as long again, before one-stage ones, so
// that no core waits long for the last run.
func longestFirst(strategies []strategy.Strategy) []*strategy.Strategy {
	order := make([]*strategy.Strategy, len(strategies))
	for i := range strategies {
		order[i] = &strategies[i]
	}
	slices.SortStableFunc(order, func(a, b *strategy.Strategy) int {
		switch {
		case a.TwoStage() == b.TwoStage():
			return 0
		case a.TwoStage():
			return -1
		}
		return 1
	})
	return order
}
