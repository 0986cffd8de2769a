package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/plan"
	"detsample/bench/summary"
)

func TestWhatWasChosenByMeasurementIsPrinted(t *testing.T) {
	var w strings.Builder
	printSettings(newPrinter(&w, "markdown"), &summary.Summary{
		Tuning: &plan.Tuning{Validation: 300, Rungs: []plan.Rung{{Rates: 1, Images: 9}}, Strategies: []plan.Tuned{
			{Strategy: "a", LR: 0.002, Trials: []plan.Trial{{LR: 0.002, Images: 9, AP: 0.1}}},
			{Strategy: "b", LR: 0.008, Edge: true, Trials: []plan.Trial{{LR: 0.008, Images: 9, AP: 0.2}}},
			{Strategy: "d", LR: 0.001, Trials: []plan.Trial{{LR: 0.001, Images: 9, AP: 0.008}}},
			{Strategy: "c", LR: 0.004, Trials: []plan.Trial{{LR: 0.008, Images: 9, Failed: "diverged"}}},
		}},
		Strategies: []summary.Strategy{{Strategy: "a"}, {Strategy: "b", ScaleReason: "matched to a"}},
	})
	assert.Contains(t, w.String(), "searched for on 300 validation images: a 0.002, b 0.008 (at the edge of what was tried), d 0.001 (by an AP of 0.8, as of a hardly trained network: a larger budget tells more), c 0.004 (as written: none of its trainings learned anything).")
	assert.Contains(t, w.String(), "Loss weights. b: matched to a.")
	w.Reset()
	printSettings(newPrinter(&w, "markdown"), &summary.Summary{Strategies: []summary.Strategy{{Strategy: "a"}}})
	assert.Empty(t, w.String())
}
