package report

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/bench/stats"
)

func TestFiguresAreWrittenInPointsAndUndefinedOnesAsDashes(t *testing.T) {
	assert.Equal(t, "31.1", points(0.3108))
	assert.Equal(t, "0.0", points(0))
	assert.Equal(t, "–", points(-1))
	assert.Equal(t, "–", points(math.NaN()))
	assert.Equal(t, "+1.5", signed(0.015))
	assert.Equal(t, "−1.5", signed(-0.015))
	assert.Equal(t, "0.0", signed(-0.0001))
	assert.Equal(t, "[0.0, 1.0]", bounds(stats.Estimate{Low: -0.002, High: 0.01}))
	assert.Equal(t, "[90.0, 100.0]", bounds(stats.Estimate{Mean: 0.97, Low: 0.9, High: 1.04}))
	assert.Empty(t, bounds(stats.Estimate{Mean: -1, Low: -1, High: -1}))
}

func TestThousandsAreApart(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -100: "-100", -1000: "-1,000"} {
		assert.Equal(t, want, count(n))
	}
}

func TestTicksCoverTheRangeInRoundSteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		high, n := rapid.Float64Range(1e-6, 1e9).Draw(t, "high"), rapid.IntRange(2, 9).Draw(t, "n")
		marks := ticks(high, n)
		last := len(marks) - 1
		assert.LessOrEqual(t, last, n)
		assert.GreaterOrEqual(t, marks[last], high*(1-1e-9))
		assert.Less(t, marks[last-1], high)
	})
	assert.Equal(t, []float64{0, 10, 20, 30}, ticks(30, 3))
}

func TestSpreadKeepsOrderAndDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		at := make([]float64, n)
		y := 0.0
		for i := range at {
			y += rapid.Float64Range(0, 60).Draw(t, "step")
			at[i] = min(y, 300)
		}
		spread(at, 16, 10, 310)
		for i := range at {
			assert.GreaterOrEqual(t, at[i], 10.0)
			assert.LessOrEqual(t, at[i], 310.0)
			if i > 0 {
				assert.GreaterOrEqual(t, at[i]-at[i-1], 16-1e-9)
			}
		}
	})
}

func TestShortCutsByCharacters(t *testing.T) {
	assert.Equal(t, "αβγ", short("αβγ", 3))
	assert.Equal(t, "αβ…", short("αβγδ", 3))
}
