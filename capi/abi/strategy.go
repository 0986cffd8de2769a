package abi

import (
	"detsample/bench/config"
	"detsample/bench/strategy"
)

// Parse reads the strategy called name out of YAML that is one strategy, or a
// comparison with a list of them; name may be empty where there is only one. A
// strategy without a name of its own has the file's. The error has a line for
// each mistake, as file:line:column.
func Parse(file string, data []byte, name string) (*strategy.Strategy, error) {
	_, list, err := config.ParseStrategies(file, data)
	if err != nil {
		return nil, err
	}
	return config.Named(file, list, name)
}
