package sampling

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
)

func TestExpectationWeighsByTheChanceOfADraw(t *testing.T) {
	c := scene(rand.New(rand.NewPCG(1, 2)), 200, 0.1, 0.1)
	var s, all Sample
	Expectation{Ratio: 3}.Sample(&all, c, nil)
	q := Quota{Num: 200, PositiveFraction: 1, NegativesPerPositive: 3}
	const draws = 4000
	var source Source
	drawn := make([]float64, len(c.GT))
	for step := range uint64(draws) {
		Random{Quota: q}.Sample(&s, c, source.At(Key{Step: step}))
		for _, i := range s.Index {
			drawn[i]++
		}
	}
	for k, i := range all.Index {
		assert.InDelta(t, drawn[i]/draws, all.Weight[k], 0.035, "four deviations and more")
	}
}

func TestExpectationNeverWeighsMoreThanOne(t *testing.T) {
	var s Sample
	rapid.Check(t, func(t *rapid.T) {
		c := anyScene(t)
		e := Expectation{Ratio: rapid.Float64Range(0, 100).Draw(t, "ratio"), MinNegatives: rapid.IntRange(0, 10).Draw(t, "min")}
		e.Sample(&s, c, nil)
		negatives, sum := 0, 0.0
		for k, i := range s.Index {
			assert.LessOrEqual(t, s.Weight[k], float32(1))
			if c.GT[i] >= 0 {
				assert.Equal(t, float32(1), s.Weight[k])
			} else {
				negatives++
				sum += float64(s.Weight[k])
			}
		}
		want := min(float64(negatives), max(e.Ratio*float64(s.Positives), float64(e.MinNegatives)))
		assert.InDelta(t, want, sum, 1e-4*(1+want))
	})
}

func TestExpectationKeepsWhatIsNotIgnored(t *testing.T) {
	var s Sample
	Expectation{MinNegatives: 1}.Sample(&s, &Candidates{GT: []int32{anchors.Negative, anchors.Ignored, anchors.Negative}}, nil)
	assert.Equal(t, []int32{0, 2}, s.Index)
	assert.Equal(t, []float32{0.5, 0.5}, s.Weight)
}
