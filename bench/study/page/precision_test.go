package page

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// The widest is that of any pair, at every budget but the start, and bold where the study
// has what it is after.
func TestHowNarrowlyDifferencesAreKnown(t *testing.T) {
	same := [4]float64{0.2, 0.2, 0.2, 0.2}
	s := rivalry("dense", 800, 1000, same, same)
	for i := range s.Runs {
		r, ap := &s.Runs[i], 0.1
		if r.Strategy == "ce" { // the first, so that the first pairs are the widest
			ap += 0.1 * float64(r.Seed%2)
		}
		r.Curve = slices.Insert(r.Curve, 1, trainer.Point{Images: 100, AP: ap})
	}
	table := func(kept ...evidence.Experiment) string {
		var b strings.Builder
		require.NoError(t, writePrecision(&b, axesOf(t, kept...)))
		return b.String()
	}
	assert.Empty(t, table(), "without runs")
	text := table(s)
	assert.Regexp(t, `(?m)^\| dense head \| \[.dense.\]\(experiments\.md#dense\) \| 4 \| 100: \d+\.\d\d, 400: \*\*0\.\d\d\*\*, 800: \*\*0\.\d\d\*\* \|$`, text)

	c, err := s.Among(rivals, 100)
	require.NoError(t, err)
	first, last := c.Differences[0].Half(), c.Differences[len(c.Differences)-1].Half()
	assert.Greater(t, first, 2*last)
	assert.Contains(t, text, "100: "+number(first, 2)+",")

	two := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "default", Preset: "default"}}}
	for seed := range uint64(3) {
		for _, name := range []string{"ce", "focal", "rpn 512 + ce", "rpn all + focal"} {
			ap := 0.2 + 0.001*float64(seed)
			if strings.HasSuffix(name, "focal") && strings.HasPrefix(name, "rpn") {
				ap += 0.1 * float64(seed%2)
			}
			two.Runs = append(two.Runs, trainer.Run{Strategy: name, Seed: seed, Images: 8, Curve: []trainer.Point{{Images: 8, AP: ap}}, Figures: trainer.Figures{AP: ap}})
		}
	}
	text = table(two)
	assert.Regexp(t, `(?m)^\| dense head \| \[.default.\]\(experiments\.md#default\) \| 3 \| 8: \d\.\d\d \|$`, text, "the one-stage ones alone")
	assert.Regexp(t, `(?m)^\| region proposal network \| \[.default.\]\(experiments\.md#default\) \| 3 \| 8: \d+\.\d\d \|$`, text)

	s.Runs = slices.DeleteFunc(s.Runs, func(r trainer.Run) bool { return r.Seed > 1 })
	assert.Empty(t, table(s), "one seed says nothing of how far AP varies")
}
