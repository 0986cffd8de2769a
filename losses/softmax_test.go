package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
)

// softmaxReference is the focal loss of one row as the documentation of
// [SoftmaxFocal] has it, without shifting: |x| <= 30 does not overflow.
func softmaxReference(x []float32, truth int, a, gamma float64) (value float64, grad []float64) {
	z, rest := 0.0, 0.0
	for k, v := range x {
		z += math.Exp(float64(v))
		if k != truth {
			rest += math.Exp(float64(v))
		}
	}
	top := math.Exp(float64(x[truth]))
	p, q, logP := top/z, rest/z, -math.Log1p(rest/top)
	factor := a * math.Pow(q, gamma) * (1 - gamma*p*logP/q)
	for k, v := range x {
		g := math.Exp(float64(v)) / z
		if k == truth {
			g = -q
		}
		grad = append(grad, factor*g)
	}
	return -a * math.Pow(q, gamma) * logP, grad
}

func TestSoftmaxLossesAreTheirFormulas(t *testing.T) {
	cases := []struct {
		loss                      Pointwise
		object, background, gamma float64
	}{
		{SoftmaxCE{}, 1, 1, 0},
		{NewSoftmaxFocal(0.25, 2), 0.25, 0.75, 2},
		{SoftmaxFocal{Alpha: 2, BackgroundAlpha: 2, Gamma: 0.5}, 2, 2, 0.5},
		{SoftmaxFocal{Alpha: 1, BackgroundAlpha: 3, Gamma: 1}, 1, 3, 1},
		{SoftmaxFocal{Alpha: 1, BackgroundAlpha: 3, Gamma: 3}, 1, 3, 3},
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		c := cases[rng.IntN(len(cases))]
		b := batch(rng, c.loss, 1, 30)
		truth, a := int(b.Class[0]), c.object
		if truth < 0 {
			truth, a = classes, c.background
		}
		want, wantGrad := softmaxReference(b.Logits, truth, a, c.gamma)
		grad := make([]float32, b.Columns)
		near(t, want, c.loss.Row(grad, b.Logits, Hard(b.Class[0])), c.loss, b.Logits, truth)
		for k := range grad {
			near(t, wantGrad[k], float64(grad[k]), c.loss, b.Logits, truth, k)
		}
	}
}

func TestSoftmaxFocalWithGammaZeroAndEqualAlphasIsCrossEntropy(t *testing.T) {
	b := batch(rand.New(rand.NewPCG(3, 4)), SoftmaxCE{}, 200, 20)
	want, wantGrad := evaluate(SoftmaxCE{}, b)
	got, gotGrad := evaluate(SoftmaxFocal{Alpha: 1, BackgroundAlpha: 1}, b)
	assert.Equal(t, want, got)
	assert.Equal(t, wantGrad, gotGrad)
}

func TestClassWeightsOfASoftmaxHoldUntilTheirListEnds(t *testing.T) {
	x := []float32{0.5, -1, 2}
	plain := SoftmaxCE{}
	for class, weight := range map[int32]float64{0: 3, 1: 0.5, anchors.Negative: 1} {
		l := SoftmaxCE{ClassWeight: []float64{3, 0.5}}
		assert.InEpsilon(t, weight*plain.Row(nil, x, Hard(class)), l.Row(nil, x, Hard(class)), 1e-12, "class %d", class)
		focal := SoftmaxFocal{Alpha: 5, BackgroundAlpha: 7, ClassAlpha: []float64{3, 0.5, 1}}
		assert.InEpsilon(t, weight*plain.Row(nil, x, Hard(class)), focal.Row(nil, x, Hard(class)), 1e-12, "class %d", class)
	}
	focal := SoftmaxFocal{Alpha: 5, BackgroundAlpha: 7, ClassAlpha: []float64{3}}
	assert.InEpsilon(t, 5*plain.Row(nil, x, Hard(1)), focal.Row(nil, x, Hard(1)), 1e-12)
	assert.InEpsilon(t, 7*plain.Row(nil, x, Hard(anchors.Negative)), focal.Row(nil, x, Hard(anchors.Negative)), 1e-12)
}

func TestSoftmaxGradientsOfARowCancel(t *testing.T) {
	for _, l := range []Pointwise{SoftmaxCE{}, NewSoftmaxFocal(0.25, 2)} {
		b := batch(rand.New(rand.NewPCG(5, 6)), l, 200, 10)
		_, grad := evaluate(l, b)
		for i := 0; i < len(grad); i += b.Columns {
			sum := 0.0
			for _, g := range grad[i : i+b.Columns] {
				sum += float64(g)
			}
			assert.InDelta(t, 0, sum, 1e-6, "a shift of all logits changes nothing")
		}
	}
}

func TestTwoColumnsOfSoftmaxAreOneOfSigmoid(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		object, background := 20*rng.Float32()-10, 20*rng.Float32()-10
		for _, class := range []int32{0, anchors.Negative} {
			soft := SoftmaxCE{}.Row(nil, []float32{object, background}, Hard(class))
			sig, _ := sigmoidReference(float64(object)-float64(background), class == 0, 1, 1, 0)
			assert.InDelta(t, sig, soft, 1e-12*(1+sig))
		}
	}
}
