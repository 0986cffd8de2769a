package rpn

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// inFloat64 is a loss without its kernels, whose value is exact enough for
// difference quotients.
type inFloat64 struct{ losses.Pointwise }

func (l inFloat64) Eval(grad []float32, b *losses.Batch) float64 {
	return losses.EvalRows(l.Pointwise, grad, b)
}

func TestStepGradientIsThatOfItsLoss(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		pointwise, ok := c.Cls.(losses.Pointwise)
		if !ok {
			t.Skip("takes the density of the batch as given")
		}
		var w Work
		for _, classes := range []int{1, 3} {
			b := step(c, classes, 3, 4, 5)
			c.Step(&w, b)
			exact := *c
			exact.Cls = inFloat64{pointwise}
			check := func(x, grad []float32, h float32, share float64) {
				grad = append([]float32{}, grad...)
				for i, at := range x {
					x[i] = at + h
					plus := exact.Step(&w, b)
					x[i] = at - h
					minus := exact.Step(&w, b)
					step := float64(at+h) - float64(at-h)
					x[i] = at
					slope := (plus.Cls + plus.Box - minus.Cls - minus.Box) / step
					require.InDelta(t, slope, float64(grad[i]), share*(0.1+math.Abs(slope)), "%d classes, element %d", classes, i)
				}
			}
			check(b.Logits, b.GradLogits, 1.0/4096, 1e-5)
			if c.Box.Space() == losses.Decoded {
				check(b.Deltas, b.GradDeltas, 1.0/256, 1e-2) // decoding is float32
			} else {
				check(b.Deltas, b.GradDeltas, 1.0/4096, 1e-3)
			}
		}
	})
}

func TestAnExactStepIsThatOfFloat64ToTheBit(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		pointwise, ok := c.Cls.(losses.Pointwise)
		if !ok {
			t.Skip("has no other way")
		}
		exact := *c
		exact.Cls = inFloat64{pointwise}
		b := step(c, 3, 3, 4, 5)
		var plain Work
		exact.Step(&plain, b)
		want := append([]float32{}, b.GradLogits...)
		c.Step(&Work{Exact: true}, b)
		assert.Equal(t, want, b.GradLogits)
	})
}

func TestStepWritesZeroWhereNothingWasSampled(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		b := step(c, 3, 3, 4, 5, 6)
		v := c.Step(&w, b)
		rows, columns, positives := 0, c.Cls.Link().Columns(3), 0
		for r := range w.class {
			touched := false
			for _, g := range b.GradLogits[r*columns : (r+1)*columns] {
				require.False(t, g != g)
				touched = touched || g != 0
			}
			boxed := false
			for _, g := range b.GradDeltas[r*4 : r*4+4] {
				require.False(t, g != g)
				boxed = boxed || g != 0
			}
			if touched {
				rows++
				require.NotEqual(t, anchors.Ignored, w.class[r])
			}
			if boxed {
				positives++
				require.GreaterOrEqual(t, w.class[r], int32(0))
			}
		}
		assert.Equal(t, v.Balance.UsedPositives+v.Balance.UsedNegatives, rows)
		assert.Equal(t, v.Balance.UsedPositives, positives)
		assert.NotZero(t, positives)
	})
}

func TestAnImageDrawsTheSameSampleInAnyBatch(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		if _, ok := c.Cls.(losses.Pointwise); !ok {
			t.Skip("weighs by the batch")
		}
		c.Norm, c.BoxNorm = losses.ByFixed{PerImage: 1}, nil
		var w Work
		ids := []uint64{3, 4, 5}
		together := step(c, 3, ids...)
		all := c.Step(&w, together)
		var sum losses.Value
		var logits, deltas []float32
		for _, id := range ids {
			b := step(c, 3, id)
			v := c.Step(&w, b)
			sum.Cls += v.Cls
			sum.Box += v.Box
			sum.Balance.Add(v.Balance)
			logits, deltas = append(logits, b.GradLogits...), append(deltas, b.GradDeltas...)
		}
		assert.InEpsilon(t, sum.Cls/3, all.Cls, 1e-6)
		assert.InEpsilon(t, sum.Box/3, all.Box, 1e-6)
		assert.Equal(t, sum.Balance.UsedPositives, all.Balance.UsedPositives)
		assert.Equal(t, sum.Balance.Negatives, all.Balance.Negatives)
		for i := range logits {
			require.InDelta(t, logits[i]/3, together.GradLogits[i], 1e-6)
		}
		for i := range deltas {
			require.InDelta(t, deltas[i]/3, together.GradDeltas[i], 1e-6*float64(1+max(deltas[i], -deltas[i])))
		}
	})
}

func TestStepDividesByItsNorms(t *testing.T) {
	c := strategies()["objectness"]
	var w Work
	c.Norm = losses.ByFixed{PerImage: 1}
	raw := c.Step(&w, step(&c, 1, 3, 4))
	used := float64(raw.Balance.UsedPositives + raw.Balance.UsedNegatives)
	valid := float64(raw.Balance.Positives + raw.Balance.Negatives)
	for norm, divisor := range map[losses.Norm]float64{
		losses.BySampled{}:            used,
		losses.ByPositives{}:          float64(raw.Balance.UsedPositives),
		losses.ByValid{}:              valid,
		losses.ByFixed{PerImage: 128}: 256,
	} {
		c.Norm, c.BoxNorm = norm, losses.ByFixed{PerImage: 1}
		v := c.Step(&w, step(&c, 1, 3, 4))
		assert.InEpsilon(t, 2*raw.Cls/divisor, v.Cls, 1e-6, "%T", norm)
		assert.InEpsilon(t, raw.Box, v.Box, 1e-6, "%T", norm)
		c.BoxNorm = nil
		v = c.Step(&w, step(&c, 1, 3, 4))
		assert.InEpsilon(t, 2*raw.Box/divisor, v.Box, 1e-6, "without a BoxNorm, Norm (%T) divides both", norm)
	}
	c.BoxWeight = 0
	b := step(&c, 1, 3, 4)
	assert.Zero(t, c.Step(&w, b).Box)
	assert.Equal(t, make([]float32, len(b.GradDeltas)), b.GradDeltas)
}

func TestOneClassMeansObjectness(t *testing.T) {
	c := OneStage()
	var w Work
	b := step(&c, 1, 3, 5)
	want := c.Step(&w, b)
	for i := range b.Images {
		for k := range b.Images[i].Truth.Class {
			b.Images[i].Truth.Class[k] = 17
		}
	}
	assert.Equal(t, want, c.Step(&w, b))
	b.Images[0].Truth.Class, b.Images[1].Truth.Class = nil, nil
	assert.Equal(t, want, c.Step(&w, b), "classes are not even read")
}

func TestImagesWithoutTruthTeachBackgroundOnly(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		b := step(c, 3, 3, 4)
		for i := range b.Images {
			b.Images[i].Truth = anchors.Truth{}
		}
		v := c.Step(&w, b)
		assert.Positive(t, v.Cls)
		assert.Zero(t, v.Box)
		assert.Zero(t, v.Balance.UsedPositives)
		assert.Equal(t, make([]float32, len(b.GradDeltas)), b.GradDeltas)
	})
}

// A miner with nothing to mine leaves an empty sample, which must not be
// taken for "all rows", least of all in a Work that has seen no other.
func TestAnEmptySampleTeachesNothing(t *testing.T) {
	c := OneStage()
	c.Sampler = sampling.HardNegative{Ratio: 3}
	b := step(&c, 3, 3, 4)
	for i := range b.Images {
		b.Images[i].Truth = anchors.Truth{}
	}
	var w Work
	v := c.Step(&w, b)
	assert.Zero(t, v.Cls)
	assert.Zero(t, v.Box)
	assert.Equal(t, make([]float32, len(b.GradLogits)), b.GradLogits)
	assert.Equal(t, make([]float32, len(b.GradDeltas)), b.GradDeltas)
}

func TestABatchWithoutImagesOrAnchorsIsZero(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		assert.Zero(t, c.Step(&w, &Batch{Classes: 3}))
		lacking := losses.Value{Balance: losses.Balance{Scarcity: losses.Scarcity{Images: 2, NoNegatives: 2}}}
		assert.Equal(t, lacking, c.Step(&w, &Batch{Classes: 3, Images: make([]Image, 2)}))
		b := step(c, 3)
		assert.Zero(t, c.Step(&w, b))
	})
}

func TestLossesVisitsWhatCounted(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		v := c.Step(&w, step(c, 3, 3, 4))
		sum, positives, n := 0.0, 0, 0
		w.Losses(func(class int32, loss float32) {
			sum += float64(loss)
			n++
			if class >= 0 {
				positives++
			}
		})
		assert.InEpsilon(t, v.Cls, sum, 1e-6)
		assert.Equal(t, v.Balance.UsedPositives, positives)
		assert.Equal(t, v.Balance.UsedPositives+v.Balance.UsedNegatives, n)
	})
}

func TestStepStaysOffTheHeap(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		b := step(c, 3, 3, 4, 5)
		run := func() {
			b.Key.Step++
			c.Step(&w, b)
		}
		for range 5 {
			run()
		}
		assert.Zero(t, testing.AllocsPerRun(5, run))
	})
}

// The last batch of an epoch is often smaller.
func TestStepStaysOffTheHeapWhereBatchesChangeInSize(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		large, small := step(c, 3, 3, 4, 5), step(c, 3, 6)
		run := func() {
			for _, b := range []*Batch{large, small} {
				b.Key.Step++
				c.Step(&w, b)
			}
		}
		for range 5 {
			run()
		}
		assert.Zero(t, testing.AllocsPerRun(5, run))
	})
}

func TestStepPanicsWhereLengthsDisagree(t *testing.T) {
	c := OneStage()
	var w Work
	b := step(&c, 2, 3)
	n := len(b.Anchors.Box)
	b.Logits = b.Logits[1:]
	assert.PanicsWithValue(t, fmt.Sprintf("rpn: Step: %d logits and %d gradients for 1 images of %d anchors with 2 columns", 2*n-1, 2*n, n), func() { c.Step(&w, b) })
	b = step(&c, 2, 3)
	b.GradDeltas = b.GradDeltas[1:]
	assert.PanicsWithValue(t, fmt.Sprintf("rpn: Step: %d deltas and %d gradients for 1 images of %d anchors: set GradLogits and GradDeltas to nil where the number of anchors or images changes, and Step makes them", 4*n, 4*n-1, n), func() { c.Step(&w, b) })
}

func TestStepPanicsOnAClassThatTheHeadDoesNotHave(t *testing.T) {
	c := OneStage()
	var w Work
	b := step(&c, 3, 3)
	truth := &b.Images[0].Truth
	require.NotEmpty(t, truth.Class)
	truth.Class[0] = 3
	assert.PanicsWithValue(t, "rpn: Step: image 0 (ID 3): ground truth 0 has class 3 of 3: classes count from 0", func() { c.Step(&w, b) })
	truth.Class = nil
	assert.PanicsWithValue(t, fmt.Sprintf("rpn: Step: image 0 (ID 3): 0 classes for %d ground truths", len(truth.Box)), func() { c.Step(&w, b) })
}

func BenchmarkStep(b *testing.B) {
	for name, c := range strategies() {
		b.Run(name, func(b *testing.B) {
			var w Work
			in := step(&c, 3, 3, 4, 5, 6)
			b.ReportAllocs()
			for b.Loop() {
				in.Key.Step++
				c.Step(&w, in)
			}
		})
	}
}

func TestAnAssignerThatAsksForTheImagesSizeGetsItOrSaysSo(t *testing.T) {
	c := Objectness()
	assigner := anchors.NewMaxIoU(0.7, 0.3)
	assigner.Straddle = anchors.StraddleDropped
	c.Assigner = assigner
	require.NoError(t, c.Validate())
	var w Work
	b := step(&c, 1, 3)
	b.Anchors.Width, b.Anchors.Height = 0, 0
	assert.PanicsWithValue(t, "rpn: Step: the assigner needs the image's size: set Width and Height of Anchors", func() { c.Step(&w, b) })
	b.Anchors.Width, b.Anchors.Height = 16, 16
	c.Step(&w, b)
	for i, box := range b.Anchors.Box {
		outside := box[0] < 0 || box[1] < 0 || box[2] >= 16 || box[3] >= 16
		assert.False(t, outside && w.class[i] != anchors.Ignored, "%v", box)
	}
	assert.Contains(t, w.class, anchors.Ignored)
}
