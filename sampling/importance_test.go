package sampling

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
)

// longTailed is n negatives whose gradients span orders of magnitude.
func longTailed(n int) *Candidates {
	rng := rand.New(rand.NewPCG(1, 2))
	c := &Candidates{GT: slices.Repeat([]int32{anchors.Negative}, n), Gradient: make([]float32, n)}
	for i := range c.Gradient {
		c.Gradient[i] = float32(math.Exp(2 * rng.NormFloat64()))
	}
	return c
}

func TestImportanceDrawsWithTheInclusionProbabilities(t *testing.T) {
	const n, k, draws = 60, 15, 20_000
	c, m := longTailed(n), NewImportance(15)
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	pi := m.probabilities(nil, all, c.Gradient)
	var s Sample
	var source Source
	drawn := make([]float64, n)
	for step := range uint64(draws) {
		m.Sample(&s, c, source.At(Key{Step: step}))
		assert.Len(t, s.Index, k)
		for j, i := range s.Index {
			drawn[i]++
			assert.InEpsilon(t, 1/pi[i], s.Weight[j], 1e-6)
		}
	}
	for i, p := range pi {
		assert.InDelta(t, p, drawn[i]/draws, 4*math.Sqrt(p*(1-p)/draws)+1e-12, "candidate %d", i)
	}
	assert.Equal(t, 1.0, slices.Max(pi), "some are certain")
}

func TestInclusionProbabilitiesSumToTheBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(1e-6, 1), 2, 60).Draw(t, "p")
		for i := range p { // spread them over orders of magnitude
			p[i] = math.Pow(p[i], 3)
		}
		total := 0.0
		for _, v := range p {
			total += v
		}
		for i := range p {
			p[i] /= total
		}
		k := rapid.IntRange(1, len(p)-1).Draw(t, "k")
		pi := include(slices.Clone(p), float64(k))
		sum, scale := 0.0, 0.0
		for i, v := range pi {
			sum += v
			if v < 1 {
				scale = max(scale, v/p[i])
			}
		}
		assert.InDelta(t, k, sum, 1e-9)
		for i, v := range pi {
			assert.InDelta(t, min(1, scale*p[i]), v, 1e-9, "one factor for all that are not certain")
		}
	})
}

func TestImportanceWithoutAUsableGradientIsUniform(t *testing.T) {
	for name, bad := range map[string]float32{"none": 0, "NaN": float32(math.NaN()), "infinite": float32(math.Inf(1))} {
		c := &Candidates{GT: slices.Repeat([]int32{anchors.Negative}, 100), Gradient: make([]float32, 100)}
		c.Gradient[3] = bad
		var s Sample
		NewImportance(20).Sample(&s, c, rand.New(rand.NewPCG(1, 2)))
		assert.InDelta(t, 20, len(s.Index), 1, name)
		for _, w := range s.Weight {
			assert.InEpsilon(t, 5, w, 1e-6, name)
		}
	}
}

func TestImportanceBoundsItsWeights(t *testing.T) {
	const n, k = 3000, 100
	c, m := longTailed(n), Importance{Negatives: k, Uniform: 0.25}
	var s Sample
	var source Source
	for step := range uint64(200) {
		m.Sample(&s, c, source.At(Key{Step: step}))
		assert.LessOrEqual(t, slices.Max(s.Weight), float32(n/(k*m.Uniform)))
	}
}

func TestSoftOHEMDrawsInProportionToAPowerOfHardness(t *testing.T) {
	const draws = 20_000
	c := &Candidates{GT: []int32{anchors.Negative, 0, anchors.Ignored, anchors.Negative, 1}, Hardness: []float32{1, 4, 9, 0.25, 2}}
	for _, temperature := range []float64{0.5, 1, 2} {
		o := SoftOHEM{Num: 1, Temperature: temperature}
		total, drawn := 0.0, make([]float64, len(c.GT))
		for i, h := range c.Hardness {
			if c.GT[i] != anchors.Ignored {
				total += math.Pow(float64(h), 1/temperature)
			}
		}
		var s Sample
		var source Source
		for step := range uint64(draws) {
			o.Sample(&s, c, source.At(Key{Step: step}))
			drawn[s.Index[0]]++
		}
		for _, i := range []int{0, 1, 3, 4} {
			p := math.Pow(float64(c.Hardness[i]), 1/temperature) / total
			assert.InDelta(t, p, drawn[i]/draws, 4*math.Sqrt(p*(1-p)/draws), "candidate %d at %v", i, temperature)
		}
	}
}

func TestSoftOHEMIsOHEMWithoutTemperature(t *testing.T) {
	var s, hard Sample
	rapid.Check(t, func(t *rapid.T) {
		c := anyScene(t)
		SoftOHEM{Num: 20}.Sample(&s, c, nil)
		OHEM{Num: 20}.Sample(&hard, c, nil)
		assert.Equal(t, hard.Index, s.Index)
	})
}

func TestSoftOHEMDrawsNoHarmlessCandidateWhileHardOnesAreLeft(t *testing.T) {
	c := &Candidates{GT: slices.Repeat([]int32{anchors.Negative}, 30), Hardness: make([]float32, 30)}
	for i := range 10 {
		c.Hardness[3*i] = 0.01
	}
	var s Sample
	var source Source
	for step := range uint64(100) {
		NewSoftOHEM(10).Sample(&s, c, source.At(Key{Step: step}))
		for _, i := range s.Index {
			assert.NotZero(t, c.Hardness[i])
		}
	}
}
