package stats

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheImagesOfOneSeedKeepTheirWholeVariance(t *testing.T) {
	v := varyImages([][]float64{{1, 2, 3, 6}})
	assert.InDelta(t, 14.0/3, v.variance, 1e-12)
	assert.Equal(t, v.whole, v.variance, "with one seed, what it owes to the images cannot be told from what all do")
	assert.Zero(t, varyImages([][]float64{{1}}).variance)
	assert.Zero(t, varyImages(nil).variance)
}

func TestWhatAllSeedsOweToTheImagesStays(t *testing.T) {
	v := varyImages([][]float64{{1, 2, 3, 6}, {11, 12, 13, 16}})
	assert.InDelta(t, 14.0/3, v.variance, 1e-12)
	assert.InDelta(t, 14.0/3, v.whole, 1e-12)
}

// What seeds owe to images alone is in their own spread already.
func TestTheInteractionCountsOnce(t *testing.T) {
	v := varyImages([][]float64{{1, -1, 1, -1}, {-1, 1, -1, 1}})
	assert.Zero(t, v.whole)
	assert.Zero(t, v.variance, "never negative")

	rng := rand.New(rand.NewPCG(1, 1))
	const repeats, seeds, draws = 400, 4, 50
	mean, whole := 0.0, 0.0
	for range repeats {
		all, own := make([]float64, draws), make([][]float64, seeds)
		for k := range all {
			all[k] = 0.5 * rng.NormFloat64()
		}
		for s := range own {
			own[s] = make([]float64, draws)
			for k := range own[s] {
				own[s][k] = all[k] + rng.NormFloat64()
			}
		}
		v := varyImages(own)
		mean, whole = mean+v.variance/repeats, whole+v.whole/repeats
	}
	assert.InDelta(t, 0.25, mean, 0.01)
	assert.InDelta(t, 0.25+1.0/seeds, whole, 0.015, "the interaction over the seeds is in it")
}
