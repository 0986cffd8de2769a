package losses

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

// fading returns the exponent by which an easy negative's gradient falls, with
// the probability of an object, beside that of cross entropy.
func fading(l Cls) float64 {
	weight := func(x float64) float64 {
		columns := l.Link().Columns(1)
		b := &Batch{Logits: make([]float32, columns), Columns: columns, Class: []int32{anchors.Negative}, State: NewState(l, columns)}
		b.Logits[0] = float32(x)
		grad := make([]float32, columns)
		l.Eval(grad, b)
		return float64(grad[0]) / sigmoid(x)
	}
	return math.Log(weight(-9)/weight(-6)) / math.Log(sigmoid(-9)/sigmoid(-6))
}

func TestEasyNegativesFadeAsTheLossSays(t *testing.T) {
	tested := 0
	for _, e := range clsLosses.All() {
		l, focused := e.New().(Focused)
		if !focused {
			assert.Zero(t, focusingOf(e.New()), e.Name)
			continue
		}
		tested++
		if a, clips := l.(Asymmetric); clips { // whose easiest have no weight at all
			a.Clip = 0
			l = a
		}
		assert.InDelta(t, l.Focusing(), fading(l), 0.01, e.Name)
	}
	assert.Equal(t, 10, tested)
	for _, l := range []Cls{CE{}, AlphaCE{Alpha: 0.75}, SoftmaxCE{}, SoftmaxAlphaCE{Alpha: 0.75}, LinearFocal{Gamma: 1, Beta: 0}, ClassBalanced{Gamma: 1.5}, GaussianFocal{Alpha: 3, Gamma: 4}} {
		assert.InDelta(t, focusingOf(l), fading(l), 0.01, "%T", l)
	}
}

func focusingOf(l Cls) float64 {
	if f, ok := l.(Focused); ok {
		return f.Focusing()
	}
	return 0
}
