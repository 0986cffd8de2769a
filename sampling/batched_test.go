package sampling

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// drawBatch samples a batch as a stage does.
func drawBatch(s Sampler, dst []Sample, c []Candidates, keys []Key, source *Source) {
	if b, ok := s.(Batched); ok {
		b.SampleBatch(dst, c, keys, source)
		return
	}
	for i := range c {
		s.Sample(&dst[i], &c[i], source.At(keys[i]))
	}
}

// everySampler also tests the variants of batched samplers.
func everySampler(t *testing.T, test func(t *testing.T, sampler Sampler)) {
	forEverySampler(t, test)
	for name, s := range map[string]Sampler{
		"isr_p of a batch":           ISRP{Sampler: NewRandom(64, 0.5), Power: 2, PerBatch: true},
		"isr_p of ohem of a batch":   NewISRP(OHEM{Num: 50, PerBatch: true, NegativesPerPositive: 2}),
		"combined of isr_p and ohem": Combined{NewISRP(NewRandom(64, 0.25)), NewSoftOHEM(40)},
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

func TestASampleDoesNotDependOnItsPlaceInTheBatch(t *testing.T) {
	everySampler(t, func(t *testing.T, sampler Sampler) {
		c, keys := images(5, 6)
		var source Source
		draw := func(order ...int) (index [][]int32, weight [][]float32) {
			dst := make([]Sample, len(order))
			var oc []Candidates
			var ok []Key
			for _, i := range order {
				oc, ok = append(oc, c[i]), append(ok, keys[i])
			}
			drawBatch(sampler, dst, oc, ok, &source)
			index, weight = make([][]int32, len(c)), make([][]float32, len(c))
			for k, i := range order {
				index[i], weight[i] = slices.Clone(dst[k].Index), slices.Clone(dst[k].Weight)
			}
			return index, weight
		}
		index, weight := draw(0, 1, 2, 3, 4, 5)
		shuffledIndex, shuffledWeight := draw(3, 5, 1, 0, 4, 2)
		assert.Equal(t, index, shuffledIndex)
		assert.Equal(t, weight, shuffledWeight)
		if sharesBudget(sampler) {
			return
		}
		for i := range c {
			aloneIndex, aloneWeight := draw(i)
			assert.Equal(t, index[i], aloneIndex[i])
			assert.Equal(t, weight[i], aloneWeight[i])
		}
	})
}

func TestEveryBatchStaysOffTheHeap(t *testing.T) {
	c, keys := images(7, 4)
	everySampler(t, func(t *testing.T, sampler Sampler) {
		dst := make([]Sample, len(c))
		var source Source
		draw := func() {
			for i := range keys {
				keys[i].Step++
			}
			drawBatch(sampler, dst, c, keys, &source)
		}
		for range 20 {
			draw()
		}
		assert.Zero(t, testing.AllocsPerRun(20, draw))
	})
}

func TestABatchWithoutImagesIsSampled(t *testing.T) {
	everySampler(t, func(t *testing.T, sampler Sampler) {
		assert.NotPanics(t, func() { drawBatch(sampler, nil, nil, nil, new(Source)) })
	})
}

func TestABatchWithoutCandidatesGivesEmptySamples(t *testing.T) {
	everySampler(t, func(t *testing.T, sampler Sampler) {
		c := []Candidates{*scene(rand.New(rand.NewPCG(1, 1)), 0, 0, 0), *scene(rand.New(rand.NewPCG(1, 1)), 9, 0, 1)}
		dst := make([]Sample, 2)
		drawBatch(sampler, dst, c, make([]Key, 2), new(Source))
		assert.Empty(t, dst[0].Index)
		assert.Empty(t, dst[1].Index)
	})
}
