package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func each(x float64, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = x
	}
	return list
}

// The values are limma 3.54.1's: fitFDist(x, df1)$df2.
func TestThePriorsFreedomIsLimmas(t *testing.T) {
	x := []float64{0.35, 0.12, 0.80, 2.10, 0.45, 1.30, 0.07, 0.62}
	assert.InDelta(t, 6.20004430921937, fitFreedom(x, each(3, 8), 0), 1e-9)
	assert.InDelta(t, 113.254149964398, fitFreedom(x, []float64{2, 2, 3, 3, 5, 5, 5, 1}, 0), 1e-6)
	assert.True(t, math.IsInf(fitFreedom([]float64{0.9, 1, 1.1, 1.2}, each(4, 4), 0), 1), "less spread than chance alone gives")
	assert.Zero(t, fitFreedom(x[:1], each(3, 1), 0), "one variance says nothing of their spread")
}

// squeezeVar(x, 3)$var.post of limma 3.54.1, with its own scale.
func TestModeratedVariancesAreLimmas(t *testing.T) {
	p := prior{freedom: 6.20004430921937, scale: 0.553501592110819}
	for x, want := range map[float64]float64{0.35: 0.487142696891, 0.12: 0.412143058106, 2.10: 1.057792122431, 0.07: 0.395838788805} {
		v, degrees := p.moderate(x, 3)
		assert.InDelta(t, want, v, 1e-10)
		assert.InDelta(t, 9.20004430921937, degrees, 1e-12)
	}
}

func TestTheEndsOfModeration(t *testing.T) {
	v, degrees := prior{freedom: 0, scale: 5}.moderate(2, 3)
	assert.Equal(t, [2]float64{2, 3}, [2]float64{v, degrees}, "no prior: its own variance")
	v, degrees = prior{freedom: math.Inf(1), scale: 5}.moderate(2, 3)
	assert.Equal(t, [2]float64{5, math.Inf(1)}, [2]float64{v, degrees}, "all alike: the pooled one")
}

func TestCautionBorrowsLess(t *testing.T) {
	x := []float64{0.35, 0.12, 0.80, 2.10, 0.45, 1.30, 0.07, 0.62}
	assert.Less(t, fitFreedom(x, each(3, 8), caution), fitFreedom(x, each(3, 8), 0))
	// log s² of 8 chi-squared variables with 3 degrees: sample variance
	// trigamma(1.5) = 0.9348, whose standard error is sqrt(polygamma(3, 1.5)/8 + 2·0.9348²/7).
	excess := trigamma(6.20004430921937/2) + 0.5*math.Sqrt(1.4091143/8+2*0.9348022*0.9348022/7)
	assert.InDelta(t, 2*inverseTrigamma(excess), fitFreedom(x, each(3, 8), 0.5), 1e-3)
}

func TestInverseTrigamma(t *testing.T) {
	assert.InDelta(t, math.Pi*math.Pi/6, trigamma(1), 1e-14)
	assert.InDelta(t, math.Pi*math.Pi/2, trigamma(0.5), 1e-13)
	for _, y := range []float64{1e-3, 0.1, 0.5, 1, 2.5, 30, 1e4} {
		assert.InEpsilon(t, y, inverseTrigamma(trigamma(y)), 1e-9)
	}
	assert.InEpsilon(t, 1e-4, inverseTrigamma(1e8), 1e-9)
	assert.InEpsilon(t, 1e7, inverseTrigamma(1e-7), 1e-9)
}
