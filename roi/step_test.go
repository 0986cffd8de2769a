package roi

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func TestGroundTruthJoinsBehindTheProposals(t *testing.T) {
	image := picture(1)
	for _, joins := range []bool{false, true} {
		c := SecondStage()
		c.JoinTruth = joins
		var w Work
		join(&c, &w, 2, 1)
		first := picture(2)
		start, want := len(first.Proposals), slices.Clone(image.Proposals)
		if joins {
			start += len(first.Truth.Box)
			want = append(want, image.Truth.Box...)
		}
		got := w.Candidates()
		require.Len(t, got, start+len(want))
		for i, box := range want {
			assert.Equal(t, ROI{box, 1}, got[start+i])
		}
		if joins {
			for g, class := range image.Truth.Class {
				assert.Equal(t, class, w.allClass[start+len(image.Proposals)+g], "an object is its own best candidate")
			}
		}
	}
}

// inFloat64 is a loss without its kernels, whose value is exact enough for
// difference quotients.
type inFloat64 struct{ losses.Pointwise }

func (l inFloat64) Eval(grad []float32, b *losses.Batch) float64 {
	return losses.EvalRows(l.Pointwise, grad, b)
}

func TestLossGradientIsThatOfItsValue(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		pointwise, ok := c.Cls.(losses.Pointwise)
		if !ok {
			t.Skip("takes the density of the batch as given")
		}
		var w Work
		b := step(c, &w, 3, 4)
		c.Loss(&w, b)
		exact := *c
		exact.Cls = inFloat64{pointwise}
		check := func(x, grad []float32, h float32, share float64) {
			want := slices.Clone(grad)
			for i, at := range x {
				x[i] = at + h
				plus := exact.Loss(&w, b)
				right := grad[i]
				x[i] = at - h
				minus := exact.Loss(&w, b)
				left := grad[i]
				x[i] = at
				slope := (plus.Cls + plus.Box - minus.Cls - minus.Box) / (float64(at+h) - float64(at-h))
				kink := math.Abs(float64(right-left)) / 2 // the slope may be any between
				require.InDelta(t, slope, float64(want[i]), share*(0.1+math.Abs(slope))+kink, "element %d", i)
			}
		}
		check(b.Logits, b.GradLogits, 1.0/4096, 1e-5)
		if c.Box.Space() == losses.Decoded {
			check(b.Deltas, b.GradDeltas, 1.0/64, 1e-2) // decoding is float32
		} else {
			check(b.Deltas, b.GradDeltas, 1.0/4096, 1e-3)
		}
	})
}

func TestOnlyTheSlotOfAPositivesClassIsRegressed(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		b := step(c, &w, 3, 4, 5)
		v := c.Loss(&w, b)
		columns, positives := c.BoxColumns(classes), 0
		for r, class := range w.class {
			for slot := 0; slot < columns/4; slot++ {
				g := b.GradDeltas[r*columns+4*slot : r*columns+4*slot+4]
				if class >= 0 && (!c.PerClass || slot == int(class)) {
					assert.NotEqual(t, []float32{0, 0, 0, 0}, g)
					positives++
				} else {
					assert.Equal(t, []float32{0, 0, 0, 0}, g)
				}
			}
		}
		assert.Equal(t, v.Balance.UsedPositives, positives)
		assert.NotZero(t, positives)
		for _, g := range b.GradLogits {
			assert.False(t, g != g)
		}
	})
}

func TestLossMayBeTakenAgain(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		b := step(c, &w, 3, 4)
		first := c.Loss(&w, b)
		assert.Equal(t, first, c.Loss(&w, b))
		sampled := slices.Clone(w.ROIs())
		step(c, &w, 5, 6)
		again := step(c, &w, 3, 4)
		assert.Equal(t, sampled, w.ROIs(), "a Work that was used does not show")
		assert.Equal(t, first, c.Loss(&w, again))
	})
}

func TestSampleMayBeDrawnAgain(t *testing.T) {
	c := strategies()["standard"]
	var w Work
	b := step(&c, &w, 3, 4)
	want, sampled := c.Loss(&w, b), slices.Clone(w.ROIs())
	c.Sample(&w, nil, nil, sampling.Key{Seed: 9})
	assert.NotEqual(t, sampled, w.ROIs())
	c.Sample(&w, nil, nil, sampling.Key{Seed: 1, Step: 2, Stage: sampling.StageROI})
	assert.Equal(t, sampled, w.ROIs())
	assert.Equal(t, want, c.Loss(&w, b))
}

func TestAnImageDrawsTheSameROIsInAnyBatch(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		step(c, &w, 3, 4, 5)
		together := slices.Clone(w.ROIs())
		var apart []ROI
		for i, id := range []uint64{3, 4, 5} {
			step(c, &w, id)
			for _, r := range w.ROIs() {
				apart = append(apart, ROI{r.Box, int32(i)})
			}
		}
		assert.Equal(t, apart, together)
	})
}

func TestOHEMMinesByTheLogitsOfAllCandidates(t *testing.T) {
	c := strategies()["ohem"]
	var w Work
	step(&c, &w, 3, 4)
	columns, at := classes+1, 0
	var want []ROI
	for i, id := range []uint64{3, 4} {
		image := picture(id)
		n := len(image.Proposals) + len(image.Truth.Box)
		logits := head(id, n*columns)
		hardness := make([]float32, n)
		order := make([]int, n)
		for k := range n {
			order[k] = k
			hardness[k] = float32(c.Cls.(losses.Pointwise).Row(nil, logits[k*columns:(k+1)*columns], losses.Target{Class: w.allClass[at+k]}))
		}
		slices.SortStableFunc(order, func(a, b int) int {
			if hardness[a] > hardness[b] {
				return -1
			}
			return 1
		})
		order = order[:12]
		slices.Sort(order)
		for _, k := range order {
			want = append(want, w.Candidates()[at+k])
			assert.Equal(t, int32(i), w.Candidates()[at+k].Image)
		}
		at += n
	}
	assert.Equal(t, want, w.ROIs())
	assert.PanicsWithValue(t, fmt.Sprintf("roi: Sample: 1 logits and 0 deltas for %d candidates of 4 and 4 columns", at), func() {
		c.Sample(&w, make([]float32, 1), nil, sampling.Key{})
	})
}

func TestLossDividesByItsNorms(t *testing.T) {
	c := strategies()["standard"]
	var w Work
	c.Norm = losses.ByFixed{PerImage: 1}
	raw := c.Loss(&w, step(&c, &w, 3, 4))
	c.Norm = losses.BySampled{}
	v := c.Loss(&w, step(&c, &w, 3, 4))
	assert.InEpsilon(t, 2*raw.Cls/float64(len(w.ROIs())), v.Cls, 1e-6)
	assert.InEpsilon(t, 2*raw.Box/float64(len(w.ROIs())), v.Box, 1e-6, "the box loss is divided by all sampled ROIs")
	c.BoxNorm = losses.ByPositives{}
	v = c.Loss(&w, step(&c, &w, 3, 4))
	assert.InEpsilon(t, 2*raw.Box/float64(raw.Balance.UsedPositives), v.Box, 1e-6)
}

func TestImagesWithoutTruthOrProposals(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		for _, given := range [][]anchors.Box{picture(3).Proposals, nil} {
			var w Work
			w.Reset(classes)
			c.Join(&w, Image{ID: 1, Proposals: given})
			columns := c.Cls.Link().Columns(classes)
			c.Sample(&w, head(1, len(given)*columns), head(2, len(given)*c.BoxColumns(classes)), sampling.Key{})
			n := len(w.ROIs())
			b := &Batch{Logits: head(2, n*columns), Deltas: head(3, n*c.BoxColumns(classes))}
			b.GradLogits, b.GradDeltas = make([]float32, len(b.Logits)), make([]float32, len(b.Deltas))
			v := c.Loss(&w, b)
			assert.Equal(t, len(given) > 0, v.Cls > 0)
			assert.Zero(t, v.Box)
			assert.Equal(t, make([]float32, len(b.GradDeltas)), b.GradDeltas)
		}
	})
}

func TestLossesVisitsWhatCounted(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		v := c.Loss(&w, step(c, &w, 3, 4))
		sum, n := 0.0, 0
		w.Losses(func(class int32, loss float32) {
			sum += float64(loss)
			assert.Equal(t, w.class[n], class)
			n++
		})
		assert.InEpsilon(t, v.Cls, sum, 1e-6)
		assert.Equal(t, len(w.ROIs()), n)
	})
}

func TestAStepStaysOffTheHeap(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		var w Work
		b := step(c, &w, 3, 4)
		mined := head(1, len(w.Candidates())*c.Cls.Link().Columns(classes))
		moved := head(2, len(w.Candidates())*c.BoxColumns(classes))
		first := picture(3)
		second := picture(4)
		run := func() {
			w.Reset(classes)
			c.Join(&w, first)
			c.Join(&w, second)
			c.Sample(&w, mined, moved, sampling.Key{})
			c.Loss(&w, b)
		}
		run()
		assert.Zero(t, testing.AllocsPerRun(5, run))
	})
}

func TestLossPanicsWhereLengthsDisagree(t *testing.T) {
	c := strategies()["standard"]
	var w Work
	b := step(&c, &w, 3)
	b.Deltas = b.Deltas[1:]
	n := len(w.ROIs())
	assert.PanicsWithValue(t, fmt.Sprintf("roi: Loss: %d logits, %d gradients, %d deltas, %d gradients for %d ROIs of 4 and 4 columns", 4*n, 4*n, 4*n-1, 4*n, n),
		func() { c.Loss(&w, b) })
}

func TestJoinPanicsOnAClassThatTheHeadDoesNotHave(t *testing.T) {
	c := SecondStage()
	image := picture(3)
	image.Truth.Class[0] = classes
	var w Work
	w.Reset(classes)
	assert.PanicsWithValue(t, "roi: Join: image 0 (ID 3): ground truth 0 has class 3 of 3: classes count from 0", func() { c.Join(&w, image) })
}

func BenchmarkStep(b *testing.B) {
	for name, c := range strategies() {
		b.Run(name, func(b *testing.B) {
			var w Work
			in := step(&c, &w, 3, 4)
			mined := head(1, len(w.Candidates())*c.Cls.Link().Columns(classes))
			moved := head(2, len(w.Candidates())*c.BoxColumns(classes))
			first := picture(3)
			second := picture(4)
			b.ReportAllocs()
			for b.Loop() {
				w.Reset(classes)
				c.Join(&w, first)
				c.Join(&w, second)
				c.Sample(&w, mined, moved, sampling.Key{})
				c.Loss(&w, in)
			}
		})
	}
}

// scored is a head whose output for a region depends on the region alone, and
// which notes what it was asked for.
type scored struct {
	c     *Config
	asked []bool
	rois  []int
}

func (s *scored) head(rois []ROI, mining bool) (logits, deltas []float32) {
	s.asked, s.rois = append(s.asked, mining), append(s.rois, len(rois))
	for _, r := range rois {
		seed := uint64(math.Float32bits(r.Box[0]))<<32 | uint64(math.Float32bits(r.Box[3]))
		logits = append(logits, head(seed, s.c.Cls.Link().Columns(classes))...)
		deltas = append(deltas, head(seed+1, s.c.BoxColumns(classes))...)
	}
	return logits, deltas
}

func TestAStepIsItsPieces(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		key := sampling.Key{Seed: 3, Step: 4}
		var w, pieces Work
		s := scored{c: c}
		b := Batch{Classes: classes, Images: []Image{picture(3), picture(4)}, Key: key}
		got := c.Step(&w, &b, s.head)

		pieces.Reset(classes)
		for _, m := range b.Images {
			c.Join(&pieces, m)
		}
		var logits, deltas []float32
		want := []bool{false}
		if c.Mines() {
			want = []bool{true, false}
			logits, deltas = (&scored{c: c}).head(pieces.Candidates(), true)
		}
		c.Sample(&pieces, logits, deltas, key)
		p := Batch{}
		p.Logits, p.Deltas = (&scored{c: c}).head(pieces.ROIs(), false)
		p.GradLogits, p.GradDeltas = make([]float32, len(p.Logits)), make([]float32, len(p.Deltas))
		assert.Equal(t, c.Loss(&pieces, &p), got)
		assert.Equal(t, p.GradLogits, b.GradLogits)
		assert.Equal(t, p.GradDeltas, b.GradDeltas)
		assert.Equal(t, p.Logits, b.Logits)
		assert.Equal(t, want, s.asked)
		assert.Equal(t, pieces.ROIs(), w.ROIs())
		assert.Equal(t, len(w.ROIs()), s.rois[len(s.rois)-1])
		if c.Mines() {
			assert.Equal(t, len(w.Candidates()), s.rois[0])
		}
	})
}

func TestAStepAllocatesNothingOfItsOwn(t *testing.T) {
	c := strategies()["ohem"]
	var w Work
	b := Batch{Classes: classes, Images: []Image{picture(3), picture(4)}}
	columns := c.Cls.Link().Columns(classes)
	logits, deltas := make([]float32, 1000), make([]float32, 1000)
	var still Head = func(rois []ROI, _ bool) ([]float32, []float32) {
		return logits[:len(rois)*columns], deltas[:len(rois)*4]
	}
	c.Step(&w, &b, still)
	assert.Zero(t, testing.AllocsPerRun(10, func() { c.Step(&w, &b, still) }))
}

func TestTheHeadsLengthsAreNamed(t *testing.T) {
	c := strategies()["ohem"]
	var w Work
	b := Batch{Classes: classes, Images: []Image{picture(3)}}
	assert.PanicsWithValue(t, fmt.Sprintf("roi: Sample: 1 logits and 0 deltas for %d candidates of 4 and 4 columns", 30+len(b.Images[0].Truth.Box)), func() {
		c.Step(&w, &b, func([]ROI, bool) ([]float32, []float32) { return make([]float32, 1), nil })
	})
	assert.PanicsWithValue(t, "roi: Loss: 1 logits, 1 gradients, 0 deltas, 0 gradients for 12 ROIs of 4 and 4 columns", func() {
		c.Step(&w, &b, func(rois []ROI, mining bool) ([]float32, []float32) {
			if !mining {
				return make([]float32, 1), nil
			}
			return make([]float32, len(rois)*4), make([]float32, len(rois)*4)
		})
	})
}

func TestLossBeforeASampleIsNamed(t *testing.T) {
	c := SecondStage()
	var w Work
	const none = ": nothing is sampled: Sample comes after the last Join"
	assert.PanicsWithValue(t, "roi: Loss"+none, func() { c.Loss(&w, &Batch{}) })
	b := step(&c, &w, 3)
	assert.NotPanics(t, func() { c.Loss(&w, b) })
	c.Join(&w, picture(4))
	assert.PanicsWithValue(t, "roi: Loss"+none, func() { c.Loss(&w, b) })
	assert.PanicsWithValue(t, "roi: Targets"+none, func() { c.Targets(&w) })
	step(&c, &w, 3)
	w.Reset(classes)
	assert.PanicsWithValue(t, "roi: Loss"+none, func() { c.Loss(&w, b) })
	w.Reset(0)
	assert.PanicsWithValue(t, "roi: Join: the batch has 0 classes: Reset begins a batch with those of the data", func() { c.Join(&w, picture(3)) })
}
