package sampling

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"detsample/anchors"
)

func TestScoreHLRRestoresTheLossOfItsNegatives(t *testing.T) {
	var s Sample
	var source Source
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "batch")
		c, _ := images(seed, 1)
		h := NewScoreHLR(rapid.IntRange(1, 60).Draw(t, "num"), 0.25)
		h.Power = rapid.SampledFrom([]float64{0, 0.5, 2}).Draw(t, "power")
		h.MinScore = rapid.SampledFrom([]float64{0.05, 0.15, 1}).Draw(t, "score")
		h.Sample(&s, &c[0], source.At(Key{Seed: seed}))
		valid(t, &s, &c[0])
		want, got := 0.0, 0.0
		for k, i := range s.Index {
			if c[0].GT[i] >= 0 {
				assert.Equal(t, float32(1), s.Weight[k])
				continue
			}
			want += float64(c[0].Hardness[i])
			got += float64(c[0].Hardness[i] * s.Weight[k])
			if h.Power == 0 || h.MinScore == 1 {
				assert.InDelta(t, 1, s.Weight[k], 1e-6)
			}
		}
		assert.InDelta(t, want, got, 1e-5*(1+want))
	})
}

func TestScoreHLRTakesLeadersFirst(t *testing.T) {
	c := graded()
	c.GT, c.IoU = c.GT[1:7], c.IoU[1:7]
	c.Classes = 1
	c.Score = []float32{0.9, 0.8, 0.3, 0.7, 0.2, 0.01}
	c.Hardness = []float32{1, 1, 1, 1, 1, 1}
	b := box(rand.New(rand.NewPCG(1, 2)))
	far := b.Scale(9, 9)
	c.Decoded = append(c.Decoded, b, b, far, b, far, b) // groups 0 1 3 and 2 4; 5 has no score
	var s Sample
	h := NewScoreHLR(2, 1)
	h.Sample(&s, c, nil)
	assert.Equal(t, []int32{0, 2}, s.Index, "the leaders")
	assert.Greater(t, s.Weight[0], s.Weight[1], "the better leader before the other")
	h.Num = 3
	h.Sample(&s, c, nil)
	assert.Equal(t, []int32{0, 1, 2}, s.Index, "the first of the followers")
	assert.Less(t, s.Weight[1], s.Weight[2], "which weighs less than any leader")
}

func TestISRPMovesWeightToTheBestAndKeepsTheLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "batch")
		c, keys := images(seed, 3)
		p := ISRP{
			Sampler:  NewRandom(60, 0.5),
			Power:    rapid.SampledFrom([]float64{0, 1, 2}).Draw(t, "power"),
			Bias:     rapid.SampledFrom([]float64{0, 0.3, 1}).Draw(t, "bias"),
			PerBatch: rapid.Bool().Draw(t, "batch"),
		}
		plain, weighed := make([]Sample, 3), make([]Sample, 3)
		var source Source
		drawBatch(p.Sampler, plain, c, keys, &source)
		p.SampleBatch(weighed, c, keys, &source)
		want, got := 0.0, 0.0
		for i := range c {
			s := &weighed[i]
			valid(t, s, &c[i])
			assert.Equal(t, plain[i].Index, s.Index)
			assert.Equal(t, plain[i].Weight, s.BoxWeight, "boxes keep their weights")
			best, top := float32(-1), float32(0)
			for k, at := range s.Index {
				g := c[i].GT[at]
				if g < 0 {
					assert.Equal(t, float32(1), s.Weight[k])
					continue
				}
				want += float64(c[i].Hardness[at])
				got += float64(c[i].Hardness[at] * s.Weight[k])
				if v := anchors.IoU(c[i].Decoded[at], c[i].Truth.Box[g]); c[i].Truth.Class[g] == 0 && v > best {
					best, top = v, s.Weight[k]
				}
			}
			for k, at := range s.Index {
				if g := c[i].GT[at]; g >= 0 && c[i].Truth.Class[g] == 0 {
					assert.LessOrEqual(t, s.Weight[k], top, "none of a class weighs more than its best box")
				}
			}
		}
		assert.InDelta(t, want, got, 1e-5*(1+want))
	})
}

func TestISRPReplacesNothingInAnImageWithoutPositives(t *testing.T) {
	c := graded()
	c.GT, c.IoU, c.Hardness = c.GT[1:], c.IoU[1:], slices.Repeat([]float32{1}, len(c.GT)-1)
	var s, plain Sample
	NewISRP(All{}).Sample(&s, c, nil)
	All{}.Sample(&plain, c, nil)
	assert.Equal(t, plain.Index, s.Index)
	assert.Equal(t, plain.Weight, s.Weight)
}

func TestISRPNeedsASampler(t *testing.T) {
	assert.ErrorContains(t, ISRP{Power: 2}.Validate(), "no sampler")
	assert.NoError(t, NewISRP(All{}).Validate())
	assert.Equal(t, NeedHardness|NeedDecoded|NeedTruth|NeedTruthClass|NeedGradient, NewISRP(NewImportance(5)).Needs())
}
