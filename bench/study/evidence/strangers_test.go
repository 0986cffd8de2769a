package evidence

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
)

// Each two without a common seed are named once.
func TestThoseWithoutACommonSeedAreStrangers(t *testing.T) {
	var runs []stats.Run
	for seed := range uint64(3) {
		runs = append(runs, stats.Run{Strategy: "a", Seed: seed, Value: 1}, stats.Run{Strategy: "b", Seed: seed + 10, Value: 2}, stats.Run{Strategy: "c", Seed: seed, Value: 3})
	}
	c, err := stats.Compare([]string{"a", "b", "c", "without runs"}, runs)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "c"}, Strangers(c, "b", c.Strategies()))
	assert.Equal(t, []Stranger{{"a", []string{"b"}}, {"b", []string{"c"}}}, Unpaired(c, []string{"a", "b", "c"}))
	assert.Empty(t, Unpaired(c, []string{"a", "c"}))
}
