package stats

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSomeOfAComparisonHaveTheIntervalsOfAll(t *testing.T) {
	whole := compared(t, []string{"d", "c", "b", "a"}, [][]float64{{1, 5, 2, 2}, {4, 8, 5, 6}, {6, 7, 9, 6}, {3, 3, 4, 4}})
	some := whole.Among("c", "a", "d")
	assert.Equal(t, []string{"c", "a", "d"}, some.Strategies())
	assert.Equal(t, []Estimate{whole.Means[1], whole.Means[3], whole.Means[0]}, some.Means)
	require.Len(t, some.Differences, 3)
	assert.Equal(t, whole.Between(1, 3), some.Differences[0])
	assert.Equal(t, whole.Between(1, 0), some.Differences[1])
	assert.Equal(t, whole.Between(3, 0), some.Differences[2])

	half := func(r Range) float64 { return r.High - r.Low }
	at := slices.IndexFunc(whole.Differences, func(d Difference) bool { return d.A == "c" && d.B == "a" })
	assert.Less(t, half(some.Simultaneous(0.95)[0]), half(whole.Simultaneous(0.95)[at]), "three hold at once, and not six")
	two := whole.Among("c", "a").Simultaneous(0.95)[0]
	assert.InDelta(t, some.Differences[0].Low, two.Low, 1e-9, "one alone is its own interval")

	assert.Equal(t, whole.Best(0.95), whole.Among("d", "c", "b", "a").Best(0.95))
	assert.Panics(t, func() { whole.Among("a", "e") })
}

func TestRunsThatAreLeftOutAreThoseOfTheStrategies(t *testing.T) {
	c, err := Compare([]string{"a", "b"}, []Run{{Strategy: "a", Seed: 1, Failed: "NaN"}, {Strategy: "b", Seed: 1, Failed: "NaN"}})
	require.NoError(t, err)
	require.Len(t, c.Among("b").Excluded, 1)
	assert.Equal(t, "b", c.Among("b").Excluded[0].Strategy)
}
