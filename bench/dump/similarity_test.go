package dump

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestRankCorrelationIsThatOfSciPy(t *testing.T) {
	// scipy.stats.spearmanr([1,2,3,4,5], [5,6,7,8,7]) = 0.8207826816681233
	// scipy.stats.spearmanr([1,2,3,4,5], [0,0,0,0,1]) = 0.7071067811865475
	s := compare([]string{"a", "b", "c", "constant"}, [][]float32{{1, 2, 3, 4, 5}, {5, 6, 7, 8, 7}, {0, 0, 0, 0, 1}, {2, 2, 2, 2, 2}})
	assert.InDelta(t, 0.8207826816681233, s.Spearman[0][1], 1e-12)
	assert.InDelta(t, 0.7071067811865475, s.Spearman[2][0], 1e-12)
	assert.True(t, math.IsNaN(s.Spearman[3][0]))
	assert.Equal(t, 5, s.Candidates)
	assert.Equal(t, 1.0, s.Top[0][2], "the last is the heaviest of both")
	assert.Equal(t, 0.0, s.Top[0][1])
}

func TestCandidatesWithoutWeightAreInNoTop(t *testing.T) {
	a, b := make([]float32, 300), make([]float32, 300)
	a[7], a[8], a[9], b[8] = 3, 2, 1, 1
	s := compare([]string{"a", "b", "none"}, [][]float32{a, b, make([]float32, 300)})
	assert.Equal(t, 1.0, s.Top[0][1], "the one candidate of b is among the three of a")
	assert.True(t, math.IsNaN(s.Top[0][2]))
}

func TestRankCorrelationSeesOrderAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn := rapid.SliceOfN(rapid.IntRange(0, 30), 3, 50).Draw(t, "x")
		x, up, down := make([]float32, len(drawn)), make([]float32, len(drawn)), make([]float32, len(drawn))
		for i, v := range drawn {
			x[i], up[i], down[i] = float32(v), float32(v*v), float32(30-v)
		}
		s := compare([]string{"x", "up", "down"}, [][]float32{x, up, down})
		if math.IsNaN(s.Spearman[0][0]) {
			return // constant
		}
		assert.InDelta(t, 1, s.Spearman[0][1], 1e-12)
		assert.InDelta(t, -1, s.Spearman[0][2], 1e-12)
	})
}

func TestDecilesHoldEquallyManyAndKeepTiesTogether(t *testing.T) {
	h := newHistogram()
	for i := range 1000 {
		h.add(float32(i) / 1000)
	}
	edges := h.rank()
	var n [Deciles]int
	for i := range 1000 {
		n[h.of(float32(i)/1000)]++
	}
	for k, count := range n {
		assert.InDelta(t, 100, count, 1, "decile %d", k)
		if k > 0 {
			assert.InDelta(t, float64(k)/10, edges[k-1], 0.002)
		}
	}
	ties := newHistogram()
	for range 95 {
		ties.add(0)
	}
	for range 5 {
		ties.add(0.5)
	}
	edges = ties.rank()
	assert.Equal(t, 4, ties.of(0), "the middle of 95 of 100")
	assert.Equal(t, 9, ties.of(0.5))
	assert.Equal(t, [9]float64{0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5}, edges)
}
