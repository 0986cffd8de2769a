package bench

import "detsample/bench/dataset"

// Study is a finished comparison: what a report is drawn from.
type Study struct {
	Config  *Config
	Set     *dataset.Set
	Records []Record // by strategy, then seed
	Summary Summary
}
