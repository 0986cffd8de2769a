package abi

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"detsample/bench/config"
	"detsample/bench/strategy"
	"detsample/internal/registry"
	"detsample/internal/strictyaml"
)

// Parse reads the strategy called name out of YAML that is one strategy, or a
// comparison with a list of them; name may be empty where there is only one. A
// strategy without a name of its own has the file's. The error has a line for
// each mistake, as file:line:column.
func Parse(file string, data []byte, name string) (*strategy.Strategy, error) {
	list, err := strategies(file, data)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Name
	}
	if name == "" {
		if len(list) == 1 {
			return &list[0], nil
		}
		return nil, errors.New(file + ": has several strategies: name one of " + strings.Join(names, ", "))
	}
	if i := slices.Index(names, name); i >= 0 {
		return &list[i], nil
	}
	return nil, errors.New(file + `: has no strategy "` + name + `": expected one of ` + strings.Join(names, ", ") + registry.DidYouMean(name, names))
}

// strategies reads all strategies of a file.
func strategies(file string, data []byte) ([]strategy.Strategy, error) {
	var root struct {
		Strategies any `yaml:"strategies"`
	}
	// What is wrong with the file is said by those who read all of it.
	if err := yaml.Unmarshal(data, &root); err == nil && root.Strategies != nil {
		c, err := config.Parse(file, data)
		if err != nil {
			return nil, err
		}
		return c.Strategies, nil
	}
	var s strategy.Strategy
	s.SetDefaults()
	s.Name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	if err := strictyaml.Unmarshal(file, data, &s, strategy.Types()); err != nil {
		return nil, err
	}
	return []strategy.Strategy{s}, nil
}
