package stats

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheImagesOfOneSeedKeepTheirWholeVariance(t *testing.T) {
	v := varyImages([][]float64{{1, 2, 3, 6}}, 0)
	assert.InDelta(t, 14.0/3, v.variance, 1e-12)
	assert.Equal(t, v.whole, v.variance, "with one seed, what it owes to the images cannot be told from what all do")
	assert.Zero(t, varyImages([][]float64{{1}}, 0).variance)
	assert.Zero(t, varyImages(nil, 0).variance)
}

func TestWhatAllSeedsOweToTheImagesStays(t *testing.T) {
	v := varyImages([][]float64{{1, 2, 3, 6}, {11, 12, 13, 16}}, 0)
	assert.InDelta(t, 14.0/3, v.variance, 1e-12)
	assert.InDelta(t, 14.0/3, v.whole, 1e-12)
}

// What seeds owe to images alone is in their own spread already.
func TestTheInteractionCountsOnce(t *testing.T) {
	v := varyImages([][]float64{{1, -1, 1, -1}, {-1, 1, -1, 1}}, 0)
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
		v := varyImages(own, 0)
		mean, whole = mean+v.variance/repeats, whole+v.whole/repeats
	}
	assert.InDelta(t, 0.25, mean, 0.01)
	assert.InDelta(t, 0.25+1.0/seeds, whole, 0.015, "the interaction over the seeds is in it")
}

// The mean of a few images varies, from one choice of them to another, by their own
// variance over their number: that of draws, once it is corrected, for any number of
// images and with the interaction counted once.
func TestDrawsOfFewImagesAreCorrected(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	const repeats, draws, seeds = 4000, 60, 3
	for _, images := range []int{2, 3, 10} {
		mean, whole := 0.0, 0.0
		for range repeats {
			all := make([]float64, images)
			for i := range all {
				all[i] = rng.NormFloat64()
			}
			own := make([][]float64, seeds)
			for range draws {
				sum := 0.0
				for range images {
					sum += all[rng.IntN(images)] / float64(images)
				}
				for s := range own {
					own[s] = append(own[s], sum)
				}
			}
			v := varyImages(own, images)
			mean, whole = mean+v.variance/repeats, whole+v.whole/repeats
			assert.Equal(t, float64(images-1), v.freedom)
		}
		assert.InEpsilon(t, 1/float64(images), mean, 0.08, "%d images", images)
		assert.InEpsilon(t, 1/float64(images), whole, 0.08, "%d images", images)
	}
	assert.Equal(t, 3.0, varyImages([][]float64{{1, 2, 3, 6}}, 100).freedom, "no more than the draws know")
	drawn := [][]float64{{1, 2, 3, 6}, {10, 13, 12, 18}}
	v, few := varyImages(drawn, 0), varyImages(drawn, 5)
	assert.Greater(t, v.whole, v.variance)
	assert.Positive(t, v.variance)
	assert.InDelta(t, 1.25*v.whole, few.whole, 1e-12)
	assert.InDelta(t, 1.25*v.variance, few.variance, 1e-12, "the interaction as well")
	assert.Zero(t, varyImages([][]float64{{1, 1, 1}}, 1).variance, "one image does not vary")
}
