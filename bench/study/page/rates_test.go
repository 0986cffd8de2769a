package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// atRates gives an experiment's runs the rates of the rivals.
func atRates(s evidence.Experiment, searched bool, rates ...float64) evidence.Experiment {
	s.Tune = searched
	for i := range s.Runs {
		s.Runs[i].LR = rates[i%len(rivals)]
	}
	return s
}

func TestAnAxisSaysWhoseRatesDiffer(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	none, missing := rivalry("imbalance-1000", 800, 1000, [4]float64{}, [4]float64{}), rivalry("missing-5", 800, 1000, [4]float64{}, [4]float64{})
	labels := func(kept ...evidence.Experiment) string {
		var b strings.Builder
		require.NoError(t, writeAxes(&b, axesOf(t, kept...), map[string][]byte{}))
		_, text, _ := strings.Cut(b.String(), "### Missing labels\n\n")
		text, _, _ = strings.Cut(text, "\n###")
		return text
	}
	text := labels(atRates(none, true, 0.002, 0.002, 0.002, 0.002), atRates(missing, false, 0.004, 0.004, 0.002, 0.002))
	assert.Regexp(t, "^Learning rates: those of `imbalance-1000` were searched for; those of `missing-5` are the preset's, .* They differ for ce \\(0\\.002 or 0\\.004\\) and focal \\(0\\.002 or 0\\.004\\): .* Only ssd 3:1 and ohem 64 can be", text,
		"before the table that is read by it")
	assert.Contains(t, text, "| none | 1000 | 0.002 | 400 |")
	assert.Contains(t, text, "| 5% | 1000 | 0.004, 0.004, 0.002, 0.002 | 400 |")

	assert.NotContains(t, labels(atRates(none, true, 0.002, 0.002, 0.002, 0.002), atRates(missing, false, 0.002, 0.002, 0.002, 0.002)), "searched", "they are the same")
	assert.Contains(t, labels(atRates(none, true, 0.001, 0.001, 0.001, 0.001), atRates(missing, false, 0.002, 0.002, 0.002, 0.002)), "They differ for all: ")
	assert.NotContains(t, labels(atRates(none, false, 0.001, 0.001, 0.001, 0.001), atRates(missing, false, 0.002, 0.002, 0.002, 0.002)), "preset's", "all of one kind")
	assert.NotContains(t, labels(atRates(none, true, 0.001, 0.001, 0.001, 0.001), atRates(missing, true, 0.002, 0.002, 0.002, 0.002)), "searched", "all of one kind")

	given := atRates(missing, false, 0.002, 0.002, 0.002, 0.002)
	given.Rate, given.RateFrom = 0.002, "that of trials"
	text = labels(atRates(none, true, 0.002, 0.004, 0.002, 0.002), given)
	assert.Contains(t, text, "Learning rates: those of `imbalance-1000` were searched for; one for all strategies, `missing-5` (that of trials). They differ for focal (0.002 or 0.004): ")
	assert.NotContains(t, text, "preset's")
	given.RateFrom = ""
	text = labels(atRates(none, true, 0.002, 0.002, 0.002, 0.002), given)
	assert.Contains(t, text, "; one for all strategies, `missing-5`. They are the same in all rows.")
}

// An axis of other strategies speaks of their rates, and says so though none was
// searched for.
func TestAnAxisSpeaksOfTheRatesOfItsOwnRivals(t *testing.T) {
	second := axes()[slices.IndexFunc(axes(), func(a axis) bool { return a.title == "Normalisation in the second stage" })]
	row := func(name string, rate float64, from string) *evidence.Experiment {
		s := &evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: name, Rate: rate, RateFrom: from}}}
		for _, strategy := range []string{"128 + ce", "512 + ce", "512 + focal", "ohem 64"} {
			s.Runs = append(s.Runs, trainer.Run{Strategy: strategy, Seed: 1, LR: rate})
		}
		s.Runs[0].LR = 0.1 // of one that is not compared
		return s
	}
	slow, fast := row("roi-long", 0.002, "of searches"), row("roi-norm", 0.004, "of trials")
	assert.Equal(t, "Learning rates: one for all strategies, `roi-long` (of searches) and `roi-norm` (of trials). They differ for all: between rows at different rates nothing can be told from what the axis is about.",
		second.ratesFrom([]*evidence.Experiment{slow, fast}))
	slow.Runs[3].LR = 0.004
	assert.Contains(t, second.ratesFrom([]*evidence.Experiment{slow, fast}), "They differ for 512 + ce (0.002 or 0.004) and 512 + focal (0.002 or 0.004): ")
	assert.Contains(t, second.ratesFrom([]*evidence.Experiment{slow, fast}), "Only ohem 64 can be compared across all rows.")
	assert.Contains(t, second.ratesFrom([]*evidence.Experiment{fast, fast}), "They are the same in all rows.")
}

// A difference between two that were trained at different rates says so, wherever
// it stands.
func TestADifferenceSaysAtWhichRates(t *testing.T) {
	ssd, tie := [4]float64{0.2, 0.2, 0.3, 0.2}, [4]float64{0.3, 0.3, 0.3, 0.3}
	list := axesOf(t, atRates(rivalry("dense", 800, 1000, ssd, tie), true, 0.004, 0.001, 0.002, 0.001))
	dense := evidence.Find(list, "dense")
	assert.Equal(t, "at rates of 0.001 and 0.002", unlike(dense, "focal", "ssd 3:1"))
	assert.Empty(t, unlike(dense, "focal", "ohem 64"), "the same")
	assert.Empty(t, unlike(dense, "focal", "alpha-ce .75"), "without runs")
	broken := evidence.Experiment{Stored: study.Stored{Runs: []trainer.Run{{Strategy: "ce"}, {Strategy: "ce", LR: 0.002}}}}
	assert.Equal(t, "0.002", rateOf(&broken, "ce"), "of a run that has one")

	short, err := inShort(list)
	require.NoError(t, err)
	text := short.chief + short.rest + short.tables
	assert.Regexp(t, "\\| dense head: focal less ssd 3:1 \\| .* \\(`dense`, at rates of 0\\.001 and 0\\.002\\) \\|\n\\| dense head: focal less ohem 64 \\| .* \\(`dense`\\) \\|", text)
	assert.Contains(t, text, "**ssd 3:1** leads after 400 images of `dense` (rates differ). ")
	assert.Contains(t, text, "(`dense`, 4 seeds, 0.0 to 10.0 AP gained since half, rates differ)", "and so at its end")
	assert.True(t, unequal(dense, []string{"alpha-ce .75", "ohem 64", "ssd 3:1"}))
	assert.False(t, unequal(dense, []string{"alpha-ce .75", "focal", "ohem 64"}), "the same, and one without runs")

	var b strings.Builder
	require.NoError(t, writeAnswers(&b, list))
	assert.Contains(t, b.String(), "| dense head | [`dense`](experiments.md#dense) † | 4 |")
	b.Reset()
	v, err := claims.All()[2].Judge(list)
	require.NoError(t, err)
	writeClaim(&b, &v, false)
	assert.Contains(t, b.String(), "| AP: focal less ssd 3:1, at rates of 0.001 and 0.002 |")
	assert.Contains(t, b.String(), "| AP: focal less ohem 64 |")
	assert.Contains(t, b.String(), "images (`dense`, at rates of 0.001 and 0.002)")
	assert.Contains(t, strongestIn(&v, list), "(`dense`, at rates of 0.001 and 0.002, 800 images, 4 seeds)")
	assert.Contains(t, strongestIn(&v, list), ", not told apart")

	b.Reset()
	require.NoError(t, writeRuns(&b, dense))
	assert.Regexp(t, `\| focal \*? ?\| 4 \| 0\.001 \|`, b.String())
}
