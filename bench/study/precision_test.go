package study

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
)

// The widest is that of any pair, at every budget but the start, and bold where the study
// has what it is after.
func TestHowNarrowlyDifferencesAreKnown(t *testing.T) {
	same := [4]float64{0.2, 0.2, 0.2, 0.2}
	s := rivalry("dense", 800, 1000, same, same)
	for i := range s.Runs {
		r := &s.Runs[i]
		r.Curve = slices.Insert(r.Curve, 1, trainer.Point{Images: 100, AP: 0.1 + 0.05*float64((3*int(r.Seed)+i)%4)})
	}
	table := func(kept ...Stored) string {
		var b strings.Builder
		require.NoError(t, writePrecision(&b, axesOf(t, kept...)))
		return b.String()
	}
	assert.Empty(t, table(), "without runs")
	text := table(s)
	assert.Regexp(t, `(?m)^\| dense head \| .dense. \| 4 \| 100: \d+\.\d\d, 400: \*\*0\.\d\d\*\*, 800: \*\*0\.\d\d\*\* \|$`, text)

	s.compared = nil
	c, err := s.among(rivals, 100)
	require.NoError(t, err)
	half, ok := widest(c)
	assert.True(t, ok)
	most := 0.0
	for _, d := range c.Differences {
		assert.LessOrEqual(t, d.Half(), half)
		most = max(most, d.Half())
	}
	assert.InDelta(t, most, half, 0)
	assert.Contains(t, text, "100: "+number(half, 2)+",")

	s.Runs = slices.DeleteFunc(s.Runs, func(r trainer.Run) bool { return r.Seed > 1 })
	assert.Empty(t, table(s), "one seed says nothing of how far AP varies")
}
