package likeness

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestRankCorrelationIsThatOfSciPy(t *testing.T) {
	// scipy.stats.spearmanr([1,2,3,4,5], [5,6,7,8,7]) = 0.8207826816681233
	// scipy.stats.spearmanr([1,2,3,4,5], [0,0,0,0,1]) = 0.7071067811865475
	s := Compare([]string{"a", "b", "c", "constant"}, [][]float32{{1, 2, 3, 4, 5}, {5, 6, 7, 8, 7}, {0, 0, 0, 0, 1}, {2, 2, 2, 2, 2}})
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
	s := Compare([]string{"a", "b", "none"}, [][]float32{a, b, make([]float32, 300)})
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
		s := Compare([]string{"x", "up", "down"}, [][]float32{x, up, down})
		if math.IsNaN(s.Spearman[0][0]) {
			return // constant
		}
		assert.InDelta(t, 1, s.Spearman[0][1], 1e-12)
		assert.InDelta(t, -1, s.Spearman[0][2], 1e-12)
	})
}

func TestConsumeIsCompareThatUsesWeightsUp(t *testing.T) {
	weights := func() [][]float32 { return [][]float32{{3, 1, 2}, {0, 4, 4}} }
	kept, used := weights(), weights()
	want := Compare([]string{"a", "b"}, kept)
	assert.Equal(t, weights(), kept)
	assert.Equal(t, want, Consume([]string{"a", "b"}, used))
	assert.NotEqual(t, weights(), used)
}
