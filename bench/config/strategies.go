package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/internal/strictyaml"
)

// IsComparison tells a comparison from a single strategy by the keys at its root:
// one that only a comparison has makes it one, so that a comparison without its
// strategies is told that it lacks them.
func IsComparison(data []byte) bool {
	own := keysOf(strategy.Strategy{})
	shared := slices.DeleteFunc(keysOf(Config{}), func(key string) bool { return slices.Contains(own, key) })
	return slices.ContainsFunc(strictyaml.Keys(data), func(key string) bool { return slices.Contains(shared, key) })
}

// singleStrategy returns what is wrong with a comparison: that it is a single
// strategy, at the first stage, if its root has those alone.
func singleStrategy(err error, data []byte) error {
	mistakes, ok := errors.AsType[strictyaml.Errors](err)
	if !ok || IsComparison(data) {
		return err
	}
	for _, m := range mistakes {
		for _, stage := range []string{"dense", "rpn", "roi"} {
			if strings.HasPrefix(m.Message, fmt.Sprintf("unknown key %q: ", stage)) {
				only := *m
				only.Message = fmt.Sprintf("%s is of a strategy, and this a single one: a comparison has strategies in a list, under strategies:", stage)
				return strictyaml.Errors{&only}
			}
		}
	}
	return err
}

func keysOf(v any) (keys []string) {
	for _, p := range registry.Params(v) {
		keys = append(keys, p.Key)
	}
	return keys
}

// ParseStrategies reads the strategies of a file that is a comparison or a single
// strategy, for which the comparison is nil; one without a name of its own has the
// file's. The error is as that of [Parse].
func ParseStrategies(file string, data []byte) (comparison *Config, list []strategy.Strategy, err error) {
	if IsComparison(data) {
		comparison, err := Parse(file, data)
		if err != nil {
			return nil, nil, err
		}
		return comparison, comparison.Strategies, nil
	}
	var single strategy.Strategy
	single.SetDefaults()
	single.Name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	if err := strictyaml.Unmarshal(file, data, &single, strategy.Types()); err != nil {
		return nil, nil, err
	}
	return nil, []strategy.Strategy{single}, nil
}

// Named returns the strategy of a file's that has a name, or the only one where none
// is asked for.
func Named(file string, list []strategy.Strategy, name string) (*strategy.Strategy, error) {
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Name
	}
	at := slices.Index(names, name)
	switch {
	case name == "" && len(list) == 1:
		return &list[0], nil
	case name == "":
		return nil, fmt.Errorf("%s: has several strategies: name one of %s", file, strings.Join(names, ", "))
	case at < 0:
		return nil, fmt.Errorf("%s: %w", file, registry.Unknown("strategy", name, names))
	}
	return &list[at], nil
}
