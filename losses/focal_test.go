package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// near asserts equality to a millionth of the reference.
func near(t *testing.T, want, got float64, about ...any) {
	t.Helper()
	require.InDelta(t, want, got, 1e-6*math.Abs(want)+1e-36, about...)
}

// sigmoidReference is the focal loss of one logit in the words of Lin 2017.
func sigmoidReference(x float64, positive bool, pos, neg, gamma float64) (value, slope float64) {
	a, sign := neg, -1.0
	if positive {
		a, sign = pos, 1
	}
	e := math.Exp(-sign * x)
	p, q, logP := 1/(1+e), e/(1+e), -math.Log1p(e)
	return -a * math.Pow(q, gamma) * logP, sign * a * math.Pow(q, gamma) * (gamma*p*logP - q)
}

func TestSigmoidLossesAreTheirFormulas(t *testing.T) {
	cases := []struct {
		loss            Pointwise
		pos, neg, gamma float64
	}{
		{CE{}, 1, 1, 0},
		{AlphaCE{Alpha: 0.75}, 0.75, 0.25, 0},
		{Focal{Alpha: 0.25, Gamma: 2}, 0.25, 0.75, 2},
		{Focal{Alpha: -1, Gamma: 2}, 1, 1, 2},
		{Focal{Alpha: 0.5, Gamma: 1}, 0.5, 0.5, 1},
		{Focal{Alpha: 0.5, Gamma: 0.5}, 0.5, 0.5, 0.5},
		{Focal{Alpha: 0.1, Gamma: 5}, 0.1, 0.9, 5},
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		c := cases[rng.IntN(len(cases))]
		b := batch(rng, c.loss, 1, 30)
		grad := make([]float32, b.Columns)
		got, want := c.loss.Row(grad, b.Logits, Hard(b.Class[0])), 0.0
		for k, x := range b.Logits {
			value, slope := sigmoidReference(float64(x), int32(k) == b.Class[0], c.pos, c.neg, c.gamma)
			want += value
			near(t, slope, float64(grad[k]), c.loss, x, b.Class[0])
		}
		near(t, want, got, c.loss, b.Logits, b.Class[0])
	}
}

func TestGammaZeroWithoutBalanceIsCrossEntropy(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	b := batch(rng, CE{}, 200, 20)
	want, wantGrad := evaluate(CE{}, b)
	got, gotGrad := evaluate(Focal{Alpha: -1, Gamma: 0}, b)
	assert.Equal(t, want, got)
	assert.Equal(t, wantGrad, gotGrad)

	want, wantGrad = evaluate(AlphaCE{Alpha: 0.3}, b)
	got, gotGrad = evaluate(Focal{Alpha: 0.3, Gamma: 0}, b)
	assert.Equal(t, want, got)
	assert.Equal(t, wantGrad, gotGrad)
}

func TestAlphaOneSilencesNegatives(t *testing.T) {
	for _, l := range []Pointwise{AlphaCE{Alpha: 1}, Focal{Alpha: 1, Gamma: 2}, SoftmaxAlphaCE{Alpha: 1}, NewSoftmaxFocal(1, 2)} {
		b := batch(rand.New(rand.NewPCG(5, 6)), l, 1, 20)
		b.Logits[0] = float32(math.Inf(1))
		grad := make([]float32, b.Columns)
		assert.Zero(t, l.Row(grad, b.Logits, Hard(anchors.Negative)))
		assert.Equal(t, make([]float32, b.Columns), grad)
		b.Logits[0] = 0
		assert.NotZero(t, l.Row(grad, b.Logits, Hard(0)))
	}
}

func TestFocusingFadesTheEasyAndSparesTheHard(t *testing.T) {
	at := func(margin, gamma float64) float64 {
		focused, _ := focalMargin(margin, gamma)
		plain, _ := focalMargin(margin, 0)
		return focused / plain
	}
	// Lin 2017, section 3.2: with gamma 2 an example of p_t 0.9 loses a
	// hundredfold, one of p_t below 0.5 at most fourfold.
	assert.InDelta(t, 0.01, at(math.Log(9), 2), 1e-12)
	assert.InDelta(t, 0.25, at(0, 2), 1e-12)
	for m := -20.0; m < 20; m++ {
		assert.Greater(t, at(m, 2), at(m+1, 2))
		assert.Greater(t, at(m, 1), at(m, 2))
	}
}
