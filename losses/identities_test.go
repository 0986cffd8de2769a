package losses

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
)

// inFloat64 evaluates a loss row by row, though it may have kernels.
type inFloat64 struct{ Pointwise }

func (l inFloat64) Eval(grad []float32, b *Batch) float64 { return EvalRows(l.Pointwise, grad, b) }

// withoutKernels returns a loss that is evaluated in float64.
func withoutKernels(l Cls) Cls {
	if k, ok := l.(kernelled); ok {
		return inFloat64{k}
	}
	return l
}

// same asserts that two losses give the same values and gradients on the same
// rows, up to rounding.
func same(t *testing.T, want, got Cls, quality func(i int) float32) {
	t.Helper()
	b := batch(rand.New(rand.NewPCG(11, 12)), want, 400, 20)
	if quality != nil {
		for i := range b.Class {
			b.Quality = append(b.Quality, quality(i))
		}
	}
	b.Exact = true
	value, grad := evaluate(withoutKernels(want), b)
	losses := append([]float32{}, b.Loss...)
	other, otherGrad := evaluate(withoutKernels(got), b)
	assert.InEpsilon(t, value, other, 1e-9)
	sameUpTo(t, losses, b.Loss, 1e-6)
	sameUpTo(t, grad, otherGrad, 1e-6)
}

func TestLossesReduceToOthers(t *testing.T) {
	hard := func(int) float32 { return 1 }
	equal := []float64{70, 70, 70}
	heat := GaussianFocal{Alpha: 2, Gamma: 4}
	for name, pair := range map[string][2]Cls{
		"class weights of 1":                           {CE{}, CE{ClassWeight: []float64{1, 1, 1}}},
		"class weights that end early":                 {CE{ClassWeight: []float64{2, 1, 1}}, CE{ClassWeight: []float64{2}}},
		"softmax class weights as alpha":               {SoftmaxAlphaCE{Alpha: 0.3}, SoftmaxCE{ClassWeight: []float64{0.3, 0.3, 0.3, 0.7}}},
		"softmax alpha as focal without focusing":      {SoftmaxAlphaCE{Alpha: 0.3}, NewSoftmaxFocal(0.3, 0)},
		"alpha by class where all are the same":        {NewSoftmaxFocal(0.25, 2), SoftmaxFocal{Gamma: 2, ClassAlpha: []float64{0.25, 0.25, 0.25, 0.75}}},
		"alpha by class where the list ends":           {NewSoftmaxFocal(0.25, 2), SoftmaxFocal{Alpha: 0.25, BackgroundAlpha: 0.75, Gamma: 2, ClassAlpha: []float64{0.25}}},
		"linear focal neither stretched nor shifted":   {CE{}, LinearFocal{Gamma: 1, Beta: 0}},
		"quality focal of hard targets":                {Focal{Alpha: -1, Gamma: 2}, QualityFocal{Beta: 2}},
		"quality focal of hard targets, not focused":   {CE{}, QualityFocal{Beta: 0}},
		"varifocal of hard targets, negatives unfaded": {CE{}, NewVarifocal(1, 0)},
		"gaussian focal of hard targets":               {Focal{Alpha: -1, Gamma: 2}, heat},
		"asymmetric without asymmetry":                 {CE{}, Asymmetric{GammaNeg: 0, GammaPos: 0, Clip: 0}},
		"asymmetric with one focusing":                 {Focal{Alpha: -1, Gamma: 2}, Asymmetric{GammaNeg: 2, GammaPos: 2, Clip: 0}},
		"class balance of equal counts":                {CE{}, ClassBalanced{Effective: Effective{Beta: 0.9999, Count: equal}}},
		"class balance of beta 0":                      {CE{}, ClassBalanced{Effective: Effective{Beta: 0, Count: []float64{5, 9, 100}}}},
		"class balance of equal counts, softmax":       {SoftmaxCE{}, SoftmaxClassBalanced{Effective: Effective{Beta: 0.99, Count: equal}}},
		"class balance focused":                        {Focal{Alpha: -1, Gamma: 2}, ClassBalanced{Gamma: 2}},
		"equalization v2 before the first step, flat":  {CE{}, EQLv2{Gamma: 12, Mu: 0.8, Alpha: 0}},
		"equalized focal before the first step":        {Focal{Alpha: 0.25, Gamma: 2}, EqualizedFocal{Alpha: 0.25, Gamma: 2, Scale: 8}},
		"seesaw without mitigation and compensation":   {SoftmaxCE{}, Seesaw{P: 0, Q: 0, Epsilon: 0.01}},
		"label smoothing of nothing":                   {SoftmaxCE{}, LabelSmoothing{Epsilon: 0}},
		"bootstrapping that trusts the label":          {SoftmaxCE{}, Bootstrapped{Beta: 1}},
		"bootstrapping that trusts the label, hard":    {SoftmaxCE{}, Bootstrapped{Beta: 1, Hard: true}},
	} {
		t.Run(name, func(t *testing.T) { same(t, pair[0], pair[1], hard) })
	}
}

func TestHardLossesIgnoreQuality(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		switch l.(type) {
		case QualityFocal, Varifocal, GaussianFocal, RankSort, AveragePrecision:
			t.Skip("has soft targets")
		}
		b := batch(rng, l, 50, 6)
		value, grad := evaluate(l, b)
		for range b.Class {
			b.Quality = append(b.Quality, 0.25+rng.Float32()/2)
		}
		other, otherGrad := evaluate(l, b)
		assert.Equal(t, value, other)
		assert.Equal(t, grad, otherGrad)
	})
}

func TestQualityIsWhereTheLogitIsPulled(t *testing.T) {
	for _, l := range []Pointwise{QualityFocal{Beta: 2}, NewVarifocal(0.75, 2)} {
		for _, quality := range []float32{0.25, 0.5, 0.75} {
			at := float32(math.Log(float64(quality / (1 - quality))))
			slope := func(x float32) float32 {
				var grad [1]float32
				l.Row(grad[:], []float32{x}, Target{Class: 0, Quality: quality})
				return grad[0]
			}
			assert.InDelta(t, 0, slope(at), 1e-7)
			assert.Negative(t, slope(at-1))
			assert.Positive(t, slope(at+1))
		}
	}
}

func TestNothingOfQualityIsBackground(t *testing.T) {
	for _, l := range []Cls{QualityFocal{Beta: 2}, NewVarifocal(0.75, 2), GaussianFocal{Alpha: 2, Gamma: 4}, RankSort{Delta: 0.5}, AveragePrecision{Delta: 1}} {
		b := batch(rand.New(rand.NewPCG(13, 14)), l, 60, 5)
		b.Quality = make([]float32, 60)
		background := *b
		background.Class, background.Quality = append([]int32{}, b.Class...), nil
		for i := range 60 {
			if i%2 == 0 {
				b.Quality[i] = 1
			} else {
				background.Class[i] = anchors.Negative
			}
		}
		value, grad := evaluate(l, b)
		other, otherGrad := evaluate(l, &background)
		assert.Equal(t, other, value, "%T", l)
		assert.Equal(t, otherGrad, grad, "%T", l)
	}
}

func TestAHeatNearThePeakSparesTheNegative(t *testing.T) {
	l := GaussianFocal{Alpha: 2, Gamma: 4}
	at := func(heat float32) float64 { return l.Row(nil, []float32{1}, Target{Class: 0, Quality: heat}) }
	assert.InEpsilon(t, math.Pow(0.5, 4)*at(0), at(0.5), 1e-12)
	assert.Greater(t, at(0.25), at(0.75))
}

func TestAsymmetricCutsOffTheEasiestNegatives(t *testing.T) {
	l := Asymmetric{GammaNeg: 4, GammaPos: 1, Clip: 0.05}
	grad := []float32{1}
	assert.Zero(t, l.Row(grad, []float32{-3}, Hard(anchors.Negative)), "p = 0.047")
	assert.Equal(t, []float32{0}, grad)
	assert.Positive(t, l.Row(grad, []float32{-2.9}, Hard(anchors.Negative)), "p = 0.052")
	assert.Positive(t, l.Row(grad, []float32{9}, Hard(0)))
}

func TestEffectiveNumbersFavourRareClasses(t *testing.T) {
	e := Effective{Beta: 0.999, Count: []float64{1000, 100, 1, 0}}
	sum := 0.0
	for c := range e.Count {
		sum += e.weight(int32(c))
	}
	assert.InDelta(t, 4, sum, 1e-12)
	assert.Less(t, e.weight(0), e.weight(1))
	assert.Less(t, e.weight(1), e.weight(2))
	assert.Equal(t, e.weight(2), e.weight(3), "no example counts as one")
	assert.Equal(t, 1.0, e.weight(anchors.Negative))
	assert.Equal(t, 1.0, e.weight(4))
	inverse := Effective{Beta: 1 - 1e-12, Count: []float64{10, 30}}
	assert.InDelta(t, 3, inverse.weight(0)/inverse.weight(1), 1e-3, "towards inverse frequency")
}

func TestHardBootstrappingAgreesWithASureModel(t *testing.T) {
	var grad [3]float32
	l := Bootstrapped{Beta: 0.8, Hard: true}
	l.Row(grad[:], []float32{0, 20, 0}, Hard(0))
	assert.InDeltaSlice(t, []float32{-0.8, 0.8, 0}, grad[:], 1e-6, "a wrong label pulls with Beta alone")
	l.Row(grad[:], []float32{0, 20, 0}, Hard(1))
	assert.InDeltaSlice(t, []float32{0, 0, 0}, grad[:], 1e-6)
}

func TestPointwiseLossesHaveTheSameBitsHoweverDivided(t *testing.T) {
	forEveryCls(t, func(t *testing.T, l Cls, rng *rand.Rand) {
		if _, ok := l.(Pointwise); !ok {
			t.Skip("a row's loss depends on the batch")
		}
		b := batch(rng, l, 2*chunk+100, 6)
		value, grad := evaluate(l, b)
		sum, n := 0.0, len(b.Class)
		for start := 0; start < n; start += chunk {
			end := min(start+chunk, n)
			part := &Batch{Columns: b.Columns, Logits: b.Logits[start*b.Columns : end*b.Columns], Class: b.Class[start:end], Weight: b.Weight[start:end]}
			v, g := evaluate(l, part)
			sum += v
			require.Equal(t, grad[start*b.Columns:end*b.Columns], g)
		}
		assert.Equal(t, value, sum)
	})
}
