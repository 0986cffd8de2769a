package losses

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEffectiveWeightsAreTheLossesFactors(t *testing.T) {
	for _, m := range []float64{-20, -3, -0.5, 0, 1, 4, 20} {
		p, q := sigmoid(m), sigmoid(-m)
		for _, c := range []struct {
			loss                 Pointwise
			positive, background float64
		}{
			{CE{}, 1, 1},
			{SoftmaxCE{}, 1, 1},
			{AlphaCE{Alpha: 0.75}, 0.75, 0.25},
			{SoftmaxAlphaCE{Alpha: 0.75}, 0.75, 0.25},
			{Focal{Alpha: 0.25, Gamma: 2}, 0.25 * q * (q - 2*p*math.Log(p)), 0.75 * q * (q - 2*p*math.Log(p))},
			{LinearFocal{Gamma: 2, Beta: 1}, sigmoid(-2*m-1) / q, sigmoid(-2*m-1) / q},
		} {
			assert.InEpsilon(t, c.positive, EffectiveWeight(c.loss, true, m), 1e-5, "%T at %v", c.loss, m)
			assert.InEpsilon(t, c.background, EffectiveWeight(c.loss, false, m), 1e-5, "%T at %v", c.loss, m)
		}
	}
}

func TestEffectiveWeightIsFiniteWhereItIsPromised(t *testing.T) {
	for _, e := range clsLosses.All() {
		l, ok := e.New().(Pointwise)
		if !ok {
			continue
		}
		for m := -80.0; m <= 80; m += 4 {
			for _, positive := range []bool{true, false} {
				w := EffectiveWeight(l, positive, m)
				require.True(t, w >= 0 && !math.IsInf(w, 0), "%s at %v: %v", e.Name, m, w)
			}
		}
	}
}

func TestBoostingsWeightsAreThoseOfTheirLosses(t *testing.T) {
	const h = 1e-4
	for _, m := range []float64{-4, -1, 0, 0.5, 3} {
		exponential := func(m float64) float64 { return math.Exp(-m) }
		logistic := func(m float64) float64 { return math.Log1p(math.Exp(-m)) }
		assert.InDelta(t, -(exponential(m+h)-exponential(m-h))/(2*h), AdaBoostWeight(m), 1e-6)
		assert.InDelta(t, (logistic(m+h)-2*logistic(m)+logistic(m-h))/(h*h), LogitBoostWeight(m), 1e-6)
		assert.Equal(t, LogitBoostWeight(m), LogitBoostWeight(-m), "it peaks at the boundary")
	}
}
