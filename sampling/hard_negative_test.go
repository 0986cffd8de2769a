package sampling

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
)

func TestHardNegativeKeepsPositivesAndTheHardestNegatives(t *testing.T) {
	var s Sample
	rapid.Check(t, func(t *rapid.T) {
		c := anyScene(t)
		h := HardNegative{
			Ratio:        rapid.SampledFrom([]float64{0, 0.5, 3}).Draw(t, "ratio"),
			MinNegatives: rapid.SampledFrom([]int{0, 7}).Draw(t, "min"),
		}
		h.Sample(&s, c, nil)
		positives := hardestBySort(c, len(c.GT), func(g int32) bool { return g >= 0 })
		k := max(h.MinNegatives, int(h.Ratio*float64(len(positives))))
		want := append(positives, hardestBySort(c, k, func(g int32) bool { return g == anchors.Negative })...)
		slices.Sort(want)
		assert.Equal(t, want, append([]int32{}, s.Index...))
	})
}

func TestHardNegativeLearnsNothingFromAnImageWithoutPositives(t *testing.T) {
	c := &Candidates{GT: []int32{anchors.Negative, anchors.Negative}, Hardness: []float32{1, 2}}
	var s Sample
	HardNegative{Ratio: 3}.Sample(&s, c, nil)
	assert.Empty(t, s.Index)
	HardNegative{Ratio: 3, MinNegatives: 1}.Sample(&s, c, nil)
	assert.Equal(t, []int32{1}, s.Index)
}
