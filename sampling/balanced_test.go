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

func TestInstanceBalancedGivesEveryGroundTruthItsShare(t *testing.T) {
	var s Sample
	var source Source
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SliceOfN(rapid.IntRange(1, 40), 1, 8).Draw(t, "matched")
		c := &Candidates{}
		for g, n := range size {
			c.GT = append(c.GT, slices.Repeat([]int32{int32(g)}, n)...)
		}
		b := InstanceBalanced{Quota{Num: rapid.IntRange(1, 60).Draw(t, "num"), PositiveFraction: 1}}
		b.Sample(&s, c, source.At(Key{Seed: rapid.Uint64().Draw(t, "seed")}))
		assert.Len(t, s.Index, min(b.Num, len(c.GT)), "the budget is used up")
		if len(c.GT) <= b.Num {
			return
		}
		kept := make([]int, len(size))
		for _, i := range s.Index {
			kept[c.GT[i]]++
		}
		share := int(math.RoundToEven(float64(b.Num)/float64(len(size)))) + 1
		equal := 0 // what all could have if none had less than its share
		for _, n := range size {
			equal += min(n, share)
		}
		for g, n := range kept {
			if equal >= b.Num {
				assert.LessOrEqual(t, n, share, "ground truth %d", g)
			} else {
				assert.GreaterOrEqual(t, n, min(size[g], share), "ground truth %d", g)
			}
		}
	})
}

// graded is a positive and negatives of three grades of IoU: 100 of nearly
// none, 10 of about 0.17 and 5 of at least 0.35.
func graded() *Candidates {
	c := &Candidates{GT: []int32{0}, IoU: []float32{1}}
	add := func(n int, iou float32) {
		for i := range n {
			c.GT, c.IoU = append(c.GT, anchors.Negative), append(c.IoU, iou+float32(i)/1000)
		}
	}
	add(100, 0)
	add(10, 0.17)
	add(5, 0.35)
	c.IoU[len(c.IoU)-1] = 0.48
	return c
}

// Of 4 for 2 ground truths, each may give round(4/2)+1 = 3: of the 6 that are
// taken 4 are drawn, so that one of the two gives 3 in 2 of 5 draws.
func TestInstanceBalancedLetsAGroundTruthGiveOneMoreThanItsShare(t *testing.T) {
	c := &Candidates{}
	for i := range 20 {
		c.GT = append(c.GT, int32(i%2))
	}
	s := InstanceBalanced{Quota: Quota{Num: 4, PositiveFraction: 1}}
	rng := rand.New(rand.NewPCG(3, 4))
	uneven := 0
	const draws = 2000
	for range draws {
		var sample Sample
		s.Sample(&sample, c, rng)
		var of [2]int
		for _, i := range sample.Index {
			of[c.GT[i]]++
		}
		assert.Equal(t, 4, of[0]+of[1])
		assert.LessOrEqual(t, max(of[0], of[1]), 3)
		if of[0] != of[1] {
			uneven++
		}
	}
	assert.InDelta(t, 2.0/5, float64(uneven)/draws, 0.05)
}

func TestIoUBalancedDrawsAsManyFromEveryBin(t *testing.T) {
	c := graded() // bins of 0.16
	b := NewIoUBalanced(13, 1)
	mean := func(b IoUBalanced) (bin [3]float64) {
		var s Sample
		var source Source
		const draws = 2000
		for step := range uint64(draws) {
			b.Sample(&s, c, source.At(Key{Step: step}))
			assert.Len(t, s.Index, b.Num)
			for _, i := range s.Index {
				if c.GT[i] < 0 {
					bin[min(2, int(c.IoU[i]/0.16))] += 1. / draws
				}
			}
		}
		return bin
	}
	got := mean(b)
	assert.InDeltaSlice(t, []float64{4, 4, 4}, got[:], 1e-9)
	b.Num = 25 // eight of each, and the three that the last bin lacks from the 94 others
	got = mean(b)
	assert.InDelta(t, 5, got[2], 1e-9)
	assert.InDelta(t, 8+3*92./94, got[0], 0.03)
	b.Num, b.Semantics = 13, AsCoded // bins of a third: one of low and middle IoU, one of high, one of none
	got = mean(b)
	assert.InDelta(t, 4+4*106./107, got[0]+got[1], 0.2, "mostly what does not overlap")
	assert.Less(t, got[2], 4.1)
	b.FloorIoU, b.FloorFraction, b.Semantics = 0.16, 0.5, AsWritten
	got = mean(b)
	assert.InDelta(t, 6, got[0], 1e-9, "half of them from below the floor")
	assert.InDelta(t, 6, got[1]+got[2], 1e-9)
}

func TestIoUBalancedWithoutOverlapIsUniform(t *testing.T) {
	c := &Candidates{GT: slices.Repeat([]int32{anchors.Negative}, 50), IoU: make([]float32, 50)}
	var s Sample
	for _, floor := range []float64{-1, 0, 0.1} {
		for _, semantics := range []Semantics{AsWritten, AsCoded} {
			b := NewIoUBalanced(20, 0.25)
			b.FloorIoU, b.Semantics = floor, semantics
			b.Sample(&s, c, rand.New(rand.NewPCG(1, 2)))
			assert.Len(t, s.Index, 20, "floor %v, %s", floor, semantics)
		}
	}
}

func TestCombinedTakesAHalfOfEach(t *testing.T) {
	var s, pos, neg Sample
	rapid.Check(t, func(t *rapid.T) {
		c := anyScene(t)
		b := Combined{BalancedOHEM{Quota{Num: 64, PositiveFraction: 0.25}}, HardNegative{Ratio: 2, MinNegatives: 5}}
		b.Sample(&s, c, nil)
		valid(t, &s, c)
		b.Positive.Sample(&pos, c, nil)
		assert.Equal(t, pos.Positives, s.Positives)
		// The rule of negatives counts the positives that were kept.
		only := slices.Clone(c.GT)
		for i, g := range only {
			if g >= 0 && !slices.Contains(pos.Index, int32(i)) {
				only[i] = anchors.Ignored
			}
		}
		b.Negative.Sample(&neg, &Candidates{GT: only, Hardness: c.Hardness}, nil)
		assert.Equal(t, append([]int32{}, neg.Index...), append([]int32{}, s.Index...))
	})
}

func TestCombinedKeepsWeights(t *testing.T) {
	c := scene(rand.New(rand.NewPCG(1, 2)), 300, 0.2, 0.1)
	var s, pos, neg Sample
	isr, expectation := NewISRP(All{}), Expectation{Ratio: 0.5}
	Combined{isr, expectation}.Sample(&s, c, nil)
	isr.Sample(&pos, c, nil)
	expectation.Sample(&neg, c, nil)
	assert.Equal(t, pos.Index, s.Index)
	for k, i := range s.Index {
		if c.GT[i] >= 0 {
			assert.Equal(t, pos.Weight[k], s.Weight[k])
			assert.Equal(t, float32(1), s.BoxWeight[k])
		} else {
			assert.Equal(t, neg.Weight[k], s.Weight[k])
		}
	}
}

func TestCombinedRefusesHalvesThatItCannotJoin(t *testing.T) {
	assert.ErrorContains(t, Combined{Negative: All{}}.Validate(), "no sampler of positives")
	assert.ErrorContains(t, Combined{Positive: All{}}.Validate(), "no sampler of negatives")
	shared := OHEM{Num: 64, PerBatch: true}
	assert.ErrorContains(t, Combined{All{}, shared}.Validate(), "per_batch")
	assert.ErrorContains(t, Combined{ISRP{Sampler: shared}, All{}}.Validate(), "per_batch")
	assert.NoError(t, Combined{NewISRP(All{}), OHEM{Num: 64}}.Validate())
}
