package plan

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/config"
)

// Which rate is the best does not depend on how far a budget gets.
func TestASearchIsTheSameAtLittleAP(t *testing.T) {
	rungs := Rungs(config.Training{Images: 4800, Batch: 4})
	for _, best := range []float64{0.0005, 0.001, 0.002, 0.004, 0.008} {
		for _, reached := range []float64{0.5, 0.05, 0.01, 0.008} {
			done, _ := searched(0.002, rungs, func(rate float64, images int) float64 {
				return reached * math.Sqrt(float64(images)/4800) * math.Pow(0.7, math.Abs(math.Log2(rate/best)))
			})
			rate, ok := ChooseRate(0.002, rungs, done)
			assert.True(t, ok)
			assert.Equal(t, best, rate, reached)
		}
	}
}

// A search over 144 images of a folder. With a tie of 0.5 AP it took the rate that
// had 1.1 AP on test images, of 1.1, 2.6, 4.8 and 7.2 at 0.001 to 0.008.
func TestRatesAreToldApartAtAnAPOfOne(t *testing.T) {
	rungs := []Rung{{5, 16}, {3, 36}, {2, 144}}
	first := []Trial{
		{LR: 0.0005, Images: 16, AP: 0.0009}, {LR: 0.001, Images: 16, AP: 0.0011}, {LR: 0.002, Images: 16, AP: 0.0023},
		{LR: 0.004, Images: 16, AP: 0.0042}, {LR: 0.008, Images: 16, AP: 0.0039},
	}
	second := append(first[:5:5], Trial{LR: 0.001, Images: 36, AP: 0.0033}, Trial{LR: 0.002, Images: 36, AP: 0.0030}, Trial{LR: 0.004, Images: 36, AP: 0.0050})
	for i := range second {
		second[i].Untrained = 0.0007
	}
	rates, _ := NextRates(0.002, rungs, second[:5])
	assert.Equal(t, []float64{0.002, 0.004, 0.008}, rates)
	rates, _ = NextRates(0.002, rungs, second)
	assert.Equal(t, []float64{0.002, 0.004}, rates)
	rate, ok := ChooseRate(0.002, rungs, append(second, Trial{LR: 0.001, Images: 144, AP: 0.0071}, Trial{LR: 0.002, Images: 144, AP: 0.0085}))
	assert.True(t, ok)
	assert.Equal(t, 0.002, rate)
	assert.Equal(t, 0.0, ChooseScale([]Trial{{LR: 1, Images: 9, AP: 0.0085}, {LR: 1, Images: 9, Scale: 1, AP: 0.0071}}, 1, 9), "nor is a scale taken that is worse by a fifth")
}

// What an untrained network reaches, too, says nothing of a rate.
func TestAnAPLikeThatOfAnUntrainedNetworkIsNotLearned(t *testing.T) {
	rungs := []Rung{{5, 100}, {2, 400}}
	tried := func(ap, untrained float64) []float64 {
		var done []Trial
		for _, rate := range Rates(0.004) {
			done = append(done, Trial{LR: rate, Images: 100, Untrained: untrained})
		}
		done[4].AP = ap
		rates, _ := NextRates(0.004, rungs, done)
		return rates
	}
	written, found := []float64{0.002, 0.004}, []float64{0.008, 0.016}
	assert.Equal(t, written, tried(0.0009, 0))
	assert.Equal(t, found, tried(0.0011, 0))
	assert.Equal(t, found, tried(0.0011, -1), "where it was not measured")
	assert.Equal(t, written, tried(0.019, 0.01))
	assert.Equal(t, found, tried(0.021, 0.01))
	rate, ok := ChooseRate(0.004, []Rung{{2, 100}}, []Trial{{LR: 0.016, Images: 100, AP: 0.019, Untrained: 0.01}})
	assert.False(t, ok)
	assert.Equal(t, 0.004, rate)
}
