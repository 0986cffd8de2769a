package sampling

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
)

func TestRandomFillsUpWithNegatives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyScene(t)
		r := Random{Quota: Quota{
			Num:              rapid.IntRange(1, 500).Draw(t, "num"),
			PositiveFraction: rapid.SampledFrom([]float64{0, 0.25, 0.5, 1}).Draw(t, "fraction"),
		}}
		positives, negatives := 0, 0
		for _, g := range c.GT {
			if g >= 0 {
				positives++
			} else if g == anchors.Negative {
				negatives++
			}
		}
		var s Sample
		r.Sample(&s, c, rand.New(rand.NewPCG(1, 2)))
		wantPositives := min(positives, int(float64(r.Num)*r.PositiveFraction))
		assert.Equal(t, wantPositives, s.Positives)
		assert.Equal(t, min(negatives, r.Num-wantPositives), len(s.Index)-s.Positives)
		for _, w := range s.Weight {
			assert.Equal(t, float32(1), w)
		}
	})
}

func TestRandomDrawsEveryCandidateEquallyOften(t *testing.T) {
	const n, k, draws = 40, 10, 4000 // of each kind
	c := &Candidates{GT: make([]int32, 2*n)}
	for i := n; i < 2*n; i++ {
		c.GT[i] = anchors.Negative
	}
	var source Source
	var s Sample
	var count [2 * n]float64
	pairs := 0
	for step := range uint64(draws) {
		NewRandom(2*k, 0.5).Sample(&s, c, source.At(Key{Step: step}))
		has := map[int32]bool{}
		for _, i := range s.Index {
			count[i]++
			has[i] = true
		}
		if has[3] && has[4] {
			pairs++
		}
	}
	const p = float64(k) / n
	for kind, count := range [][]float64{count[:n], count[n:]} {
		chi := 0.0
		for _, got := range count {
			chi += (got - draws*p) * (got - draws*p) / (draws * p * (1 - p)) * (n - 1) / n
		}
		// The 0.1% and 99.9% points of chi-squared with 39 degrees of freedom.
		assert.Greater(t, chi, 16.3, "kind %d is too even to be drawn", kind)
		assert.Less(t, chi, 72.1, "kind %d", kind)
	}
	expected := draws * p * (k - 1) / (n - 1)
	assert.InDelta(t, expected, pairs, 60, "neighbours are drawn together as often as any two") // four deviations
}

func TestRandomDrawsNothingWhenAllFit(t *testing.T) {
	c := &Candidates{GT: []int32{0, anchors.Negative, anchors.Ignored, 1}}
	var s Sample
	NewRandom(4, 0.5).Sample(&s, c, nil)
	assert.Equal(t, []int32{0, 1, 3}, s.Index)
}

func TestAnIntervalOfIoUIsDeclared(t *testing.T) {
	assert.Zero(t, Random{}.Needs())
	assert.Equal(t, NeedIoU, Random{MinNegativeIoU: 0.1}.Needs())
	assert.Equal(t, NeedIoU, Random{MaxNegativeIoU: 0.5}.Needs())
	assert.Equal(t, NeedIoU, Random{MinNegativeIoU: 0.1, MaxNegativeIoU: 0.5}.Needs())
}
