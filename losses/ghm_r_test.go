package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGHMROfUniformGradientsIsSmoothedL1(t *testing.T) {
	const bins = 10
	l := GHMR{Mu: 0.5, Bins: bins, Momentum: 0}
	var deltas []float32
	for i := range 4 * bins { // four elements in each bin
		g := (float64(i%bins) + 0.5) / bins
		deltas = append(deltas, float32(0.5*g/math.Sqrt(1-g*g)))
	}
	b := errorBatch(deltas, make([]float32, len(deltas)), nil)
	want := 0.0
	for i := range bins {
		want += l.Row(nil, [4]float32(deltas[4*i:]), [4]float32{})
	}
	assert.InEpsilon(t, want, EvalBox(l, nil, b), 1e-12)
}

func TestGHMRSilencesTheCrowdedBin(t *testing.T) {
	// Seven equal errors share a bin, one has its own: both bins weigh the same.
	deltas := []float32{3, 3, 3, 3, 3, 3, 3, 0}
	grad := make([]float32, 8)
	EvalBox(GHMR{Mu: 1, Bins: 10, Momentum: 0}, grad, errorBatch(deltas, make([]float32, 8), nil))
	slope := float64(3 / math.Sqrt(10))
	assert.InDelta(t, 8.0/(2*7)*slope, float64(grad[0]), 1e-6)
	assert.Zero(t, grad[7])
}

func TestGHMRWithoutAStateIsTheFirstStepOfARun(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	l := GHMR{Mu: 0.02, Bins: 10, Momentum: 0.7}
	b := boxBatch(rng, 4, 30)
	fresh := EvalBox(l, nil, b)
	assert.Equal(t, fresh, EvalBox(l, nil, b), "and remembers nothing")
	b.State = NewState(l, 4)
	assert.Equal(t, fresh, EvalBox(l, nil, b))
	assert.NotEqual(t, fresh, EvalBox(l, nil, b), "a second step remembers the first")
	assert.Nil(t, NewState(GHMR{Mu: 0.02, Bins: 10, Momentum: 0}, 4), "nothing to remember")
}

func TestGHMRGradientTakesTheDensityAsGiven(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	l := GHMR{Mu: 0.5, Bins: 10, Momentum: 0}
	b := boxBatch(rng, 8, 20)
	grad := make([]float32, len(b.Deltas))
	EvalBox(l, grad, b)
	weight := l.weights(b)
	for i := range b.Rows {
		at, truth := b.at(i), b.Coder.Encode(b.Anchor[i], b.Truth[i])
		for k := range truth {
			e := float64(b.Deltas[at+k]) - float64(truth[k])
			slope := e / math.Sqrt(e*e+0.25)
			want := float64(b.Weight[i]) * weight[min(int(math.Abs(slope)*10), 9)] * slope
			assert.InDelta(t, want, float64(grad[at+k]), 1e-6*math.Abs(want))
		}
	}
}
