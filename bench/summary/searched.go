package summary

import (
	"fmt"

	"detsample/bench/plan"
)

// RateCaution says why little is known of the learning rate that a search of
// these rungs has found; empty if nothing speaks against it.
func RateCaution(rungs []plan.Rung, found *plan.Tuned) string {
	if _, learned := plan.ChooseRate(found.LR, rungs, found.Trials); !learned {
		return "as written: none of its trainings learned anything"
	}
	last := rungs[len(rungs)-1].Images
	for _, t := range found.Trials {
		if t.LR == found.LR && t.Images == last && t.Scale == 0 && t.AP <= HardlyTrained+max(0, t.Untrained) {
			return fmt.Sprintf("by an AP of %s, as of a hardly trained network: a larger budget tells more", ap(t.AP))
		}
	}
	if found.Edge {
		return "at the edge of what was tried"
	}
	return ""
}
