package stats

import (
	"math"
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

// What holds at once for some differences is narrower than for all, and the same for all.
func TestSomeDifferencesHoldAtOnce(t *testing.T) {
	c := compared(t, []string{"d", "c", "b", "a"}, [][]float64{{1, 5, 2, 2}, {4, 8, 5, 6}, {6, 7, 9, 6}, {3, 3, 4, 4}})
	every := [][2]int{{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}
	whole := c.Simultaneous(0.95)
	assert.Equal(t, whole, c.SimultaneousOf(every, 0.95))

	half := func(r Range) float64 { return (r.High - r.Low) / 2 }
	two := c.SimultaneousOf([][2]int{{1, 3}, {2, 0}}, 0.95)
	require.Len(t, two, 2)
	assert.Less(t, half(two[0]), half(whole[4]))
	assert.Greater(t, half(two[0]), c.Between(1, 3).Half(), "two have to hold")
	assert.InDelta(t, c.Between(2, 0).Mean, (two[1].Low+two[1].High)/2, 1e-9, "the first less the second")

	one := c.SimultaneousOf([][2]int{{1, 3}, {3, 1}, {1, 3}}, 0.95)
	assert.InDelta(t, c.Between(1, 3).Low, one[0].Low, 1e-9, "one alone has its own interval, however often it is asked for")
	assert.Equal(t, one[0], one[2])
	assert.InDelta(t, -one[0].Low, one[1].High, 1e-9)

	lone, err := Compare([]string{"a", "b", "c"}, []Run{{Strategy: "a", Seed: 1, Value: 1}, {Strategy: "a", Seed: 2, Value: 2}, {Strategy: "b", Seed: 1, Value: 3}, {Strategy: "b", Seed: 2, Value: 3}, {Strategy: "c", Seed: 9, Value: 3}})
	require.NoError(t, err)
	assert.Nil(t, lone.SimultaneousOf([][2]int{{0, 2}}, 0.95), "no seed in common")
	mixed := lone.SimultaneousOf([][2]int{{0, 2}, {0, 1}}, 0.95)
	assert.Equal(t, Range{math.Inf(-1), math.Inf(1)}, mixed[0])
	assert.InDelta(t, lone.Between(0, 1).Low, mixed[1].Low, 1e-9)
	assert.Nil(t, lone.SimultaneousOf(nil, 0.95))
}

func TestRunsThatAreLeftOutAreThoseOfTheStrategies(t *testing.T) {
	c, err := Compare([]string{"a", "b"}, []Run{{Strategy: "a", Seed: 1, Failed: "NaN"}, {Strategy: "b", Seed: 1, Failed: "NaN"}})
	require.NoError(t, err)
	require.Len(t, c.Among("b").Excluded, 1)
	assert.Equal(t, "b", c.Among("b").Excluded[0].Strategy)
}
