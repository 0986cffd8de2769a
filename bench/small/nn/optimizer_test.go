package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

// twoParams returns a weight that decays and a bias that does not.
func twoParams() []*Param {
	params := []*Param{NewParam("w", true, 2, 3), NewParam("b", false, 3)}
	for _, p := range params {
		p.Normal(rand.New(rand.NewPCG(1, 1)), 1)
	}
	return params
}

// descend takes steps with gradients of its own making and returns, for
// element 1 of every parameter, the weights and the gradients of each step.
func descend(params []*Param, o Optimizer, steps int, rate float64) (weights, grads [][]float64) {
	rng := rand.New(rand.NewPCG(2, 2))
	weights, grads = make([][]float64, len(params)), make([][]float64, len(params))
	for range steps {
		for i, p := range params {
			for j := range p.Grad {
				p.Grad[j] = float32(rng.NormFloat64())
			}
			weights[i] = append(weights[i], float64(p.Value[1]))
			grads[i] = append(grads[i], float64(p.Grad[1]))
		}
		o.Step(rate)
	}
	return weights, grads
}

func TestSGDFollowsTheFormula(t *testing.T) {
	params := twoParams()
	weights, grads := descend(params, NewSGD(params, SGDConfig{Momentum: 0.9, WeightDecay: 0.1}), 5, 0.05)
	for i, p := range params {
		decay := map[bool]float64{true: 0.1}[p.Decay]
		w, v := weights[i][0], 0.0
		for step := range 5 {
			assert.InDelta(t, w, weights[i][step], 1e-6)
			v = 0.9*v + grads[i][step] + decay*w
			w -= 0.05 * v
		}
		assert.InDelta(t, w, p.Value[1], 1e-6)
		assert.Equal(t, make([]float32, len(p.Grad)), p.Grad)
	}
}

func TestAdamFollowsTheFormula(t *testing.T) {
	params := twoParams()
	weights, grads := descend(params, NewAdam(params, AdamConfig{Beta1: 0.8, Beta2: 0.95, Epsilon: 1e-3, WeightDecay: 0.1}), 8, 0.05)
	for i, p := range params {
		decay := map[bool]float64{true: 0.1}[p.Decay]
		w, m, s := weights[i][0], 0.0, 0.0
		for step := range 8 {
			assert.InDelta(t, w, weights[i][step], 1e-6)
			g := grads[i][step]
			m, s = 0.8*m+0.2*g, 0.95*s+0.05*g*g
			correct1, correct2 := 1-math.Pow(0.8, float64(step+1)), 1-math.Pow(0.95, float64(step+1))
			w -= 0.05 * decay * w
			w -= 0.05 * (m / correct1) / (math.Sqrt(s/correct2) + 1e-3)
		}
		assert.InDelta(t, w, p.Value[1], 1e-6)
		assert.Equal(t, make([]float32, len(p.Grad)), p.Grad)
	}
}

func TestAdamsFirstStepIsTheRateWhateverTheGradient(t *testing.T) {
	for _, grad := range []float32{1e-4, 1, 1e4, -3} {
		p := NewParam("w", true, 1)
		o := NewAdam([]*Param{p}, DefaultAdam())
		p.Grad[0] = grad
		o.Step(0.01)
		assert.InEpsilon(t, math.Copysign(0.01, -float64(grad)), p.Value[0], 1e-3)
	}
}

func TestClippingBoundsTheNormAndKeepsTheDirection(t *testing.T) {
	params := twoParams()
	for _, p := range params {
		copy(p.Grad, p.Value)
	}
	norm := gradNorm(params)
	assert.Equal(t, norm, ClipGradNorm(params, norm*2))
	assert.Equal(t, params[0].Value, params[0].Grad, "a norm within the limit changes nothing")
	assert.Equal(t, norm, ClipGradNorm(params, norm/4))
	assert.InEpsilon(t, norm/4, gradNorm(params), 1e-6)
	assert.InDelta(t, params[1].Value[2]/4, params[1].Grad[2], 1e-6)

	params[1].Grad[0] = float32(math.NaN())
	before := params[0].Grad[0]
	assert.True(t, math.IsNaN(ClipGradNorm(params, 1e-9)))
	assert.Equal(t, before, params[0].Grad[0], "gradients that are not finite are left for the caller to report")
}

func TestSchedules(t *testing.T) {
	cosine := Cosine{Base: 2, Floor: 0.5, Warmup: 4, Total: 14}
	assert.Equal(t, 0.5, cosine.Rate(0))
	assert.Equal(t, 2.0, cosine.Rate(3))
	assert.Equal(t, 2.0, cosine.Rate(4))
	assert.InDelta(t, 1.25, cosine.Rate(9), 1e-12, "halfway")
	for step := 4; step < 20; step++ {
		assert.LessOrEqual(t, cosine.Rate(step+1), cosine.Rate(step))
	}
	assert.Equal(t, 0.5, cosine.Rate(14))
	assert.Equal(t, 0.5, cosine.Rate(1000))
	assert.Equal(t, 2.0, Cosine{Base: 2, Total: 1}.Rate(0), "no warm-up")
	assert.Zero(t, Cosine{}.Rate(0))

	assert.Equal(t, 0.25, Constant{Base: 1, Warmup: 4}.Rate(0))
	assert.Equal(t, 1.0, Constant{Base: 1, Warmup: 4}.Rate(99))
	assert.Equal(t, 1.0, Constant{Base: 1}.Rate(0))
}

func TestEMAAveragesAndSwaps(t *testing.T) {
	p := NewParam("w", true, 1)
	e := NewEMA([]*Param{p}, 0.5)
	want := 0.0
	for t := range 20 {
		p.Value[0] = float32(t)
		e.Update()
		d := min(0.5, (1+float64(t+1))/(10+float64(t+1)))
		want += (1 - d) * (float64(t) - want)
	}
	e.Swap()
	assert.InDelta(t, want, p.Value[0], 1e-5)
	assert.PanicsWithValue(t, "nn: EMA.Update: the average is swapped in, Swap back before training on", e.Update)
	e.Swap()
	assert.Equal(t, float32(19), p.Value[0])
	e.Update()
}

func TestInitialWeightsHaveTheirDeviation(t *testing.T) {
	work, rng := NewWork(nil), rand.New(rand.NewPCG(3, 3))
	deviation := func(p *Param) float64 { return math.Sqrt(sumSquares(p.Value) / float64(len(p.Value))) }
	he := NewConv(work, ConvConfig{Name: "c", In: 32, Out: 48, Kernel: 3, Stride: 1, ReLU: true}, rng)
	assert.InEpsilon(t, math.Sqrt(2.0/288), deviation(he.Weight()), 0.03)
	xavier := NewLinear(work, LinearConfig{Name: "l", In: 200, Out: 100}, rng)
	assert.InEpsilon(t, math.Sqrt(2.0/300), deviation(xavier.Weight()), 0.03)
	assert.Equal(t, make([]float32, 100), xavier.Bias().Value)
}
