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
		Tuning:     &plan.Tuning{Validation: 300, Strategies: []plan.Tuned{{Strategy: "a", LR: 0.002}, {Strategy: "b", LR: 0.008, Edge: true}}},
		Strategies: []summary.Strategy{{Strategy: "a"}, {Strategy: "b", ScaleReason: "matched to a"}},
	})
	assert.Contains(t, w.String(), "found on 300 validation images: a 0.002, b 0.008 (at the edge of what was tried).")
	assert.Contains(t, w.String(), "Loss weights. b: matched to a.")
	w.Reset()
	printSettings(newPrinter(&w, "markdown"), &summary.Summary{Strategies: []summary.Strategy{{Strategy: "a"}}})
	assert.Empty(t, w.String())
}
