package study

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// atRates gives an experiment's runs the rates of the rivals.
func atRates(s Stored, searched bool, rates ...float64) Stored {
	s.Tune = searched
	for i := range s.Runs {
		s.Runs[i].LR = rates[i%len(rivals)]
	}
	return s
}

func TestAnAxisSaysWhoseRatesDiffer(t *testing.T) {
	none, missing := rivalry("imbalance-1000", 800, 1000, [4]float64{}, [4]float64{}), rivalry("missing-5", 800, 1000, [4]float64{}, [4]float64{})
	labels := func(kept ...Stored) string {
		var b strings.Builder
		require.NoError(t, writeAxes(&b, axesOf(t, kept...), map[string][]byte{}))
		_, text, _ := strings.Cut(b.String(), "### Missing labels\n\n")
		text, _, _ = strings.Cut(text, "\n###")
		return text
	}
	text := labels(atRates(none, true, 0.002, 0.002, 0.002, 0.002), atRates(missing, false, 0.004, 0.004, 0.002, 0.002))
	assert.Regexp(t, "^The learning rates of `imbalance-1000` were searched for; those of `missing-5` are the preset's, .* They differ for ce \\(0\\.002 or 0\\.004\\) and focal \\(0\\.002 or 0\\.004\\): .* Ssd 3:1 and ohem 64 can be", text,
		"before the table that is read by it")
	assert.Contains(t, text, "| none | 1000 | 0.002 | 400 |")
	assert.Contains(t, text, "| 5% | 1000 | 0.004, 0.004, 0.002, 0.002 | 400 |")

	assert.Contains(t, labels(atRates(none, true, 0.002, 0.002, 0.002, 0.002), atRates(missing, false, 0.002, 0.002, 0.002, 0.002)), "shorter trainings. They are the same.\n")
	assert.Contains(t, labels(atRates(none, true, 0.001, 0.001, 0.001, 0.001), atRates(missing, false, 0.002, 0.002, 0.002, 0.002)), "They differ for all: ")
	assert.NotContains(t, labels(atRates(none, false, 0.001, 0.001, 0.001, 0.001), atRates(missing, false, 0.002, 0.002, 0.002, 0.002)), "preset's", "all of one kind")
}
