package losses

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestScoresAreProbabilitiesWithoutTheBackground(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		logits := rapid.SliceOfN(rapid.Float32Range(-40, 40), 2, 6).Draw(t, "logits")
		sigmoids := make([]float32, len(logits))
		Sigmoid.Scores(sigmoids, logits)
		softmax := make([]float32, len(logits)-1)
		Softmax.Scores(softmax, logits)
		total := 0.0
		for _, x := range logits {
			total += math.Exp(float64(x))
		}
		for k, x := range logits {
			e := math.Exp(float64(x))
			assert.InEpsilon(t, e/(1+e), sigmoids[k], 1e-6)
			if k < len(softmax) {
				assert.InDelta(t, e/total, softmax[k], 1e-6)
			}
		}
	})
}

func TestScoresOfExtremeLogitsAreFinite(t *testing.T) {
	dst := make([]float32, 2)
	Sigmoid.Scores(dst, []float32{-1e4, 1e4})
	assert.Equal(t, []float32{0, 1}, dst)
	Softmax.Scores(dst, []float32{-1e4, 1e4, 0})
	assert.Equal(t, []float32{0, 1}, dst)
	assert.Panics(t, func() { Softmax.Scores(dst, []float32{1, 2}) })
}

func TestBiasGivesEveryClassItsPrior(t *testing.T) {
	for _, classes := range []int{1, 3, 20} {
		for _, pi := range []float64{0.01, 0.5} {
			for link, want := range map[Link]float64{Sigmoid: pi, Softmax: pi / float64(classes)} {
				bias := make([]float32, link.Columns(classes))
				link.Bias(bias, pi)
				scores := make([]float32, classes)
				link.Scores(scores, bias)
				for _, s := range scores {
					assert.InEpsilon(t, want, s, 1e-5, "%v, %d classes", link, classes)
				}
			}
		}
	}
}

func TestLinkSaysItsName(t *testing.T) {
	assert.Equal(t, "sigmoid", Sigmoid.String())
	assert.Equal(t, "softmax", Softmax.String())
}
