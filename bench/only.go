package bench

import (
	"slices"

	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/strategy"
	"detsample/internal/registry"
)

// chosen returns the strategies that only names in the configuration's order, nil
// where that is all of them.
func chosen(c *config.Config, only []string) ([]string, error) {
	all := make([]string, len(c.Strategies))
	for i := range all {
		all[i] = c.Strategies[i].Name
	}
	for _, name := range only {
		if !slices.Contains(all, name) {
			return nil, registry.Unknown("strategy", name, all)
		}
	}
	names := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return !slices.Contains(only, name) })
	if len(names) == 0 || len(names) == len(all) {
		return nil, nil
	}
	return names, nil
}

// asksFor reports whether the comparison itself trains a strategy.
func (o Options) asksFor(name string) bool {
	return len(o.Only) == 0 || slices.Contains(o.Only, name)
}

// withReferences returns the strategies that are asked for and, where settings are
// chosen by measurement, those that they are matched to in the whole comparison.
func (o Options) withReferences(c *config.Config) (list []strategy.Strategy) {
	settles := c.Scale == config.Matched || o.Tune
	trained := make([]bool, len(c.Strategies))
	for i := range c.Strategies {
		if o.asksFor(c.Strategies[i].Name) {
			trained[i] = true
			trained[plan.Reference(c.Strategies, i)] = trained[plan.Reference(c.Strategies, i)] || settles
		}
	}
	for i := range c.Strategies {
		if trained[i] {
			list = append(list, c.Strategies[i])
		}
	}
	return list
}

// dropReferences leaves the strategies that are asked for, once their settings
// are chosen.
func (m *comparison) dropReferences() {
	m.cfg.Strategies = slices.DeleteFunc(slices.Clone(m.cfg.Strategies), func(s strategy.Strategy) bool { return !m.o.asksFor(s.Name) })
	if m.tuning != nil {
		m.tuning.Strategies = slices.DeleteFunc(m.tuning.Strategies, func(t plan.Tuned) bool { return !m.o.asksFor(t.Strategy) })
	}
}
