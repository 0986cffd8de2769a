package bench

import (
	"detsample/bench/dataset"

	"detsample/bench/config"
)

// Study is a finished comparison: what a report is drawn from.
type Study struct {
	Config  *config.Config
	Set     *dataset.Set
	Records []Record // by strategy, then seed
	Summary Summary
}
