package sampling

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestRankingIsASortCutShort(t *testing.T) {
	var r ranking
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float32(), rapid.SampledFrom([]float32{0, 1, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}))
		c := &Candidates{Hardness: rapid.SliceOfN(value, 0, 80).Draw(t, "hardness")}
		c.GT = make([]int32, len(c.Hardness))
		k := rapid.IntRange(-1, 90).Draw(t, "k")
		want := hardestBySort(c, max(k, 0), func(int32) bool { return true })
		candidates := make([]int32, len(c.GT))
		for i := range candidates {
			candidates[i] = int32(i)
		}
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(candidates), func(i, j int) {
			candidates[i], candidates[j] = candidates[j], candidates[i]
		})
		before := slices.Clone(candidates)
		assert.Equal(t, want, append([]int32{}, r.hardest(candidates, c.Hardness, k)...))
		assert.Equal(t, before, candidates)
	})
}
