package stage

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/registry"
	"detsample/losses"
)

func TestClsWeightScalesItsLossAloneAndZeroSilencesIt(t *testing.T) {
	var b Batch
	config := terms()
	out := gathered(&b)
	plain := b.Eval(config, out)
	config.ClsWeight = 4
	heavy := b.Eval(config, out)
	assert.InEpsilon(t, 4*plain.Cls, heavy.Cls, 1e-6)
	assert.Equal(t, plain.Box, heavy.Box)
	config.ClsWeight = 0
	silent := b.Eval(config, out)
	assert.Zero(t, silent.Cls)
	assert.Equal(t, make([]float32, len(out.GradLogits)), out.GradLogits)
	assert.Equal(t, plain.Box, silent.Box)
}

// The first image has two sampled rows of weights .5 and 3, the second one of
// weight 2.
func TestPerImageDividesEachImageByItsOwnCount(t *testing.T) {
	var b Batch
	config := terms()
	config.Norm = losses.PerImage{Of: losses.BySampled{}}
	b.Eval(config, gathered(&b))
	assert.Equal(t, []float32{0.5 / (2 * 2), 3.0 / (2 * 2), 2.0 / (2 * 1)}, b.cls.Weight)
	assert.Equal(t, []float32{3.0 / (2 * 2)}, b.box.Weight)
	config.BoxNorm = losses.BySampled{}
	b.Eval(config, gathered(&b))
	assert.Equal(t, []float32{1}, b.box.Weight, "the two losses may be divided apart")
}

func TestPerImageOfOneImageIsThatOfTheBatch(t *testing.T) {
	for _, e := range registry.Of[losses.Norm]().All() {
		of := e.New()
		if (losses.PerImage{Of: of}).Validate() != nil {
			continue
		}
		var b Batch
		gathered(&b)
		b.parts, b.count = b.parts[:1], b.parts[0].count
		b.weight, b.boxWeight = b.weight[:2], b.boxWeight[:1]
		config := terms()
		config.Norm = of
		b.normalise(config, 2)
		want := append([]float32(nil), b.cls.Weight...)
		config.Norm = losses.PerImage{Of: of}
		b.normalise(config, 2)
		assert.Equal(t, want, b.cls.Weight, e.Name)
	}
}

func TestCountsReachTheNorms(t *testing.T) {
	var b Batch
	gathered(&b)
	assert.Equal(t, losses.Count{Images: 2, Candidates: 6, Valid: 5, Sampled: 3, Positives: 1, Empty: 1}, b.count)
	config := terms()
	config.Norm = losses.ByElements{}
	b.normalise(config, 2)
	assert.Equal(t, float32(0.5/6.0), b.cls.Weight[0], "three rows of two logits")
	assert.Equal(t, float32(3.0/4.0), b.box.Weight[0], "one row of four deltas")
	config.Norm, config.BoxNorm = losses.BySampled{}, losses.ByElements{}
	b.normalise(config, 2)
	assert.Equal(t, float32(0.5/3.0), b.cls.Weight[0])
	assert.Equal(t, float32(3.0/4.0), b.box.Weight[0], "a normaliser of its own counts deltas too")
}

func TestARunningNormSeesEachBatchOnceAndIsRemembered(t *testing.T) {
	var b Batch
	config := terms()
	config.Norm = losses.MovingAverage{Momentum: 0.5, Initial: 9} // one positive a batch
	b.Eval(config, gathered(&b))
	require.Equal(t, []float64{5}, b.Memory().Norm)
	assert.Equal(t, float32(0.5/5.0), b.cls.Weight[0])
	assert.Equal(t, float32(3.0/5.0), b.box.Weight[0], "shared, so seen once")
	b.Eval(config, gathered(&b))
	assert.Equal(t, []float64{3}, b.Memory().Norm)
	assert.Equal(t, float32(0.5/3.0), b.cls.Weight[0])
	assert.Equal(t, float32(1), b.box.Weight[0], "both by what is remembered, and not by a first batch's")

	config.BoxNorm = losses.MovingAverage{Momentum: 0.5, Initial: 1}
	b.Eval(config, gathered(&b))
	assert.Equal(t, losses.Memory{Norm: []float64{2}, BoxNorm: []float64{1}}, *b.Memory(), "each its own")
}

func TestARunGoesOnFromItsSavedMemory(t *testing.T) {
	config := terms()
	config.Norm, config.Box = losses.MovingAverage{Momentum: 0.9, Initial: 100}, losses.GHMR{Mu: 0.02, Bins: 10, Momentum: 0.7}
	var b, resumed Batch
	b.Eval(config, gathered(&b))
	*resumed.Memory() = losses.Memory{
		Box:  append([]float64(nil), b.Memory().Box...),
		Norm: append([]float64(nil), b.Memory().Norm...),
	}
	require.Len(t, b.Memory().Box, 10)
	want, got := b.Eval(config, gathered(&b)), resumed.Eval(config, gathered(&resumed))
	assert.Equal(t, want, got)
	assert.Equal(t, b.memory, resumed.memory)
	var fresh Batch
	assert.NotEqual(t, want, fresh.Eval(config, gathered(&fresh)))
}

func TestAWarmEvaluationAllocatesNothingUnderAnyNorm(t *testing.T) {
	for _, e := range registry.Of[losses.Norm]().All() {
		var b Batch
		config := terms()
		config.Norm, config.Box = e.New(), losses.GHMR{Mu: 0.02, Bins: 10, Momentum: 0.7}
		out := gathered(&b)
		b.Eval(config, out)
		assert.Zero(t, testing.AllocsPerRun(5, func() { b.Eval(config, out) }), e.Name)
	}
}

func TestCARLJoinsTheBoxLossAndLeavesTheBalanceAsItIs(t *testing.T) {
	var b Batch
	config := terms()
	out := gathered(&b)
	plain := b.Eval(config, out)
	logits := append([]float32(nil), out.GradLogits...)
	carl := losses.CARL{Weight: 0.5, K: 0, Bias: 1} // half the box loss once more
	config.CARL = &carl
	v := b.Eval(config, out)
	assert.InEpsilon(t, 1.5*plain.Box, v.Box, 1e-9)
	assert.Equal(t, plain.Cls, v.Cls)
	assert.Equal(t, plain.Balance, v.Balance)
	assert.Equal(t, logits, out.GradLogits)
	assert.Zero(t, testing.AllocsPerRun(5, func() { b.Eval(config, out) }))
}

// dividing is a normaliser of a user's own.
type dividing float64

func (d dividing) Divisor(losses.Count) float64 { return float64(d) }

func TestANormaliserThatIsNotPositiveIsNamed(t *testing.T) {
	for want, by := range map[string]float64{"0": 0, "-1": -1, "NaN": math.NaN(), "+Inf": math.Inf(1)} {
		message := "normaliser stage.dividing: it returned " + want + ": what a loss is divided by is positive and finite"
		var b Batch
		config := terms()
		config.Norm = dividing(by)
		assert.PanicsWithValue(t, message, func() { b.Eval(config, gathered(&b)) })
		config = terms()
		config.BoxNorm = dividing(by)
		assert.PanicsWithValue(t, message, func() { b.Eval(config, gathered(&b)) })
	}
	var b Batch
	b.Reset()
	config := terms()
	config.Norm = losses.ByFixed{PerImage: 8}
	assert.NotPanics(t, func() { b.Eval(config, Output{Columns: 2, BoxColumns: 4}) }, "of no images nothing is divided")
}
