package plan

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAShardIsWrittenAsItIsRead(t *testing.T) {
	for text, want := range map[string]Shard{"1/1": {1, 1}, "3/4": {3, 4}, "4/4": {4, 4}, "12/1000000": {12, 1000000}} {
		got, err := ParseShard(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, text, got.String())
	}
	for text, want := range map[string]string{
		"": `"": expected I/N`, "3": `"3": expected I/N, the I-th of N shards, from 1/N to N/N`, "1/2/3": "expected I/N", "+1/4": "expected I/N",
		"1 / 4": "expected I/N", "a/b": "expected I/N", "1/99999999": `"1/99999999": expected at most 1000000 shards`, "1/99999999999999999999": "expected at most 1000000 shards", "99999999999999999999/4": "of 4: expected 1 to 4",
		"0/4": "shard 0 of 4: expected 1 to 4", "5/4": "shard 5 of 4: expected 1 to 4", "0/0": "0 shards: expected 1 to 1000000", "1/1000001": `"1/1000001": expected at most 1000000 shards`,
	} {
		_, err := ParseShard(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func TestShardsAreBalancedByCost(t *testing.T) {
	for _, c := range []struct {
		costs []float64
		count int
		want  []int
	}{
		{[]float64{1.5, 1.5, 1, 1, 1}, 2, []int{1, 2, 1, 2, 1}},
		{[]float64{1, 1, 1, 3}, 2, []int{2, 2, 2, 1}},
		{[]float64{2, 2, 2}, 1, []int{1, 1, 1}},
		{[]float64{2, 2}, 7, []int{1, 2}},
		{nil, 3, []int{}},
	} {
		assert.Equal(t, c.want, Shards(c.costs, c.count), c)
	}
}

// The bound is that of any list scheduling (Graham 1966).
func TestNoShardIsMuchLongerThanNeeded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		costs := rapid.SliceOfN(rapid.SampledFrom([]float64{1, 1.5, 2, 3, 10}), 1, 60).Draw(t, "costs")
		count := rapid.IntRange(1, 12).Draw(t, "count")
		of := Shards(costs, count)
		assert.Equal(t, of, Shards(costs, count))
		require.Len(t, of, len(costs))
		load, sum := make([]float64, count+1), 0.0
		for i, shard := range of {
			require.True(t, shard >= 1 && shard <= count)
			load[shard] += costs[i]
			sum += costs[i]
		}
		dearest := slices.Max(costs)
		assert.LessOrEqual(t, slices.Max(load), sum/float64(count)+dearest*(1-1/float64(count))+1e-9, "as any list scheduling")
		if len(costs) >= count {
			assert.Positive(t, slices.Min(load[1:]), "none is idle while another has two")
		}
	})
}
