package rpn

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

// Sizes of an image and of the batch that it is padded to, neither of which is
// a multiple of the pyramid's strides.
const ownWidth, ownHeight, batchWidth, batchHeight = 41, 23, 55, 50

// padded returns an image alone and in a larger batch, with the same output of
// the head for the anchors that they share, and which of the batch's these are.
func padded(c *Config, id uint64) (alone, within *Batch, shared []int) {
	batch := func(width, height int) *Batch {
		b := step(c, 3, id)
		b.Anchors = anchors.Candidates{
			Box: pyramid.Append(nil, width, height), Grid: pyramid.Grids(width, height), Pyramid: &pyramid,
			Width: float32(width), Height: float32(height),
		}
		n := len(b.Anchors.Box)
		rng := rand.New(rand.NewPCG(id, 99))
		b.Logits, b.Deltas = make([]float32, n*c.Cls.Link().Columns(3)), make([]float32, 4*n)
		for _, values := range [][]float32{b.Logits, b.Deltas} {
			for i := range values {
				values[i] = float32(rng.NormFloat64())
			}
		}
		b.GradLogits, b.GradDeltas = nans(len(b.Logits)), nans(len(b.Deltas))
		return b
	}
	alone, within = batch(ownWidth, ownHeight), batch(batchWidth, batchHeight)
	for l, g := range within.Anchors.Grid {
		own := alone.Anchors.Grid[l]
		for y := range own.Height {
			for x := range own.Width {
				for a := range g.PerCell {
					shared = append(shared, g.Start+(y*g.Width+x)*g.PerCell+a)
				}
			}
		}
	}
	columns := c.Cls.Link().Columns(3)
	copy(alone.Logits, rowsOf(nil, within.Logits, to32(shared), columns))
	copy(alone.Deltas, rowsOf(nil, within.Deltas, to32(shared), 4))
	within.Images[0].Width, within.Images[0].Height = ownWidth, ownHeight
	return alone, within, shared
}

func to32(list []int) (out []int32) {
	for _, i := range list {
		out = append(out, int32(i))
	}
	return out
}

func TestAPaddedImageTeachesWhatItTeachesAlone(t *testing.T) {
	configs := every(t)
	for name, c := range strategies() {
		configs[name] = c
	}
	all := OneStage()
	all.Sampler, all.Norm, all.Cls = sampling.NewRandom(20, 0.5), losses.ByCandidates{}, losses.CE{}
	configs["divided by all candidates"] = all
	straddling := OneStage()
	straddling.Assigner = anchors.MaxIoU{PosIoU: 0.5, NegIoU: 0.4, Straddle: anchors.StraddleDropped}
	configs["straddling anchors dropped"] = straddling
	for name, c := range configs {
		t.Run(name, func(t *testing.T) {
			matched := 0
			for id := uint64(1); id <= 6; id++ {
				alone, within, shared := padded(&c, id)
				require.Len(t, shared, len(alone.Anchors.Box))
				var a, w Work
				want, got := c.Step(&a, alone), c.Step(&w, within)
				assert.Equal(t, want, got)
				matched += want.Balance.Positives
				columns := c.Cls.Link().Columns(3)
				for _, grad := range []struct {
					alone, within []float32
					columns       int
				}{{alone.GradLogits, within.GradLogits, columns}, {alone.GradDeltas, within.GradDeltas, 4}} {
					assert.Equal(t, grad.alone, rowsOf(nil, grad.within, to32(shared), grad.columns))
					for i, g := range grad.within {
						if !slices.Contains(shared, i/grad.columns) {
							require.Zero(t, g, "padding has no gradient")
						}
					}
				}
			}
			assert.NotZero(t, matched)
		})
	}
}

func TestImagesOfSeveralSizesShareABatch(t *testing.T) {
	c := OneStage()
	c.Assigner, c.Norm = anchors.NewATSS(), losses.ByOne{}
	var w Work
	alone, within, _ := padded(&c, 3)
	want := c.Step(&w, alone)
	full := *within
	full.Images = []Image{{ID: 4, Truth: within.Images[0].Truth}}
	whole := c.Step(&w, &full)
	both := *within
	both.Images = append(slices.Clone(full.Images), within.Images...)
	both.Logits, both.Deltas = slices.Repeat(within.Logits, 2), slices.Repeat(within.Deltas, 2)
	both.GradLogits, both.GradDeltas = nans(len(both.Logits)), nans(len(both.Deltas))
	for range 2 {
		got := c.Step(&w, &both)
		assert.InEpsilon(t, want.Cls+whole.Cls, got.Cls, 1e-6)
		assert.InEpsilon(t, want.Box+whole.Box, got.Box, 1e-6)
		assert.Equal(t, want.Balance.Negatives+whole.Balance.Negatives, got.Balance.Negatives)
	}
	assert.Zero(t, testing.AllocsPerRun(10, func() { c.Step(&w, &both) }))
}

func TestCandidatesThatAreNoPyramidArePaddingByTheirCentre(t *testing.T) {
	c := OneStage()
	c.Assigner = anchors.NewMaxIoU(0.5, 0.4)
	_, within, _ := padded(&c, 3)
	within.Anchors = anchors.Candidates{Box: within.Anchors.Box}
	on := anchors.Box{ownWidth - 2, 4, ownWidth + 2, 8} // its centre is on the border, and beyond no pixel
	within.Anchors.Box[0], within.Anchors.Box[1] = on, anchors.Box{4, ownHeight - 2, 8, ownHeight + 2}
	var w Work
	v := c.Step(&w, within)
	inside := 0
	for i, b := range within.Anchors.Box {
		x, y := b.Center()
		if x < ownWidth && y < ownHeight {
			inside++
		} else {
			assert.Equal(t, anchors.Ignored, w.class[i])
		}
	}
	assert.Equal(t, []int32{anchors.Ignored, anchors.Ignored}, w.class[:2])
	assert.Equal(t, len(within.Anchors.Box)-inside, w.images[0].padding.left(len(within.Anchors.Box)))
	assert.LessOrEqual(t, v.Balance.Positives+v.Balance.Negatives, inside)
}

func TestLabelsMadeBeforeAreIgnoredInThePaddingToo(t *testing.T) {
	c := OneStage()
	_, within, shared := padded(&c, 3)
	n := len(within.Anchors.Box)
	within.GT, within.IoU = slices.Repeat([]int32{anchors.Negative}, n), make([]float32, n)
	var w Work
	assert.Equal(t, len(shared), c.Step(&w, within).Balance.Negatives)
}

func TestASizeThatIsNoneIsNamed(t *testing.T) {
	c := OneStage()
	_, within, _ := padded(&c, 3)
	for want, size := range map[string][2]int{
		"rpn: Step: image 0 (ID 3) is 41 x 0: both are given, or neither":                           {41, 0},
		"rpn: Step: image 0 (ID 3) is -1 x -1: both are given, or neither":                          {-1, -1},
		"rpn: Step: image 0 (ID 3) is 56 x 20, and the batch 55 x 50: an image fits into its batch": {56, 20},
	} {
		within.Images[0].Width, within.Images[0].Height = size[0], size[1]
		var w Work
		assert.PanicsWithValue(t, want, func() { c.Step(&w, within) })
	}
	within.Images[0].Width, within.Images[0].Height = batchWidth, batchHeight
	assert.NotPanics(t, func() { c.Step(&Work{}, within) }, "it fills the batch")
}

func TestAnImageWithoutItsObjectsIsNamed(t *testing.T) {
	c := OneStage()
	_, within, _ := padded(&c, 3)
	within.Images[0].Width, within.Images[0].Height = 23, 41 // exchanged
	within.Images[0].Truth = anchors.Truth{Box: []anchors.Box{{2, 2, 9, 9}, {30, 2, 40, 20}}, Class: []int32{0, 1}}
	assert.PanicsWithValue(t, "rpn: Step: image 0 (ID 3) is 23 wide and 41 high, and ground truth 1, [30 2 40 20], lies beyond: "+
		"give width and height, in this order, in the boxes' pixels", func() { c.Step(&Work{}, within) })
	within.Images[0].Truth.Box[1] = anchors.Box{22, 40, 60, 90} // reaches out, as annotations do
	assert.NotPanics(t, func() { c.Step(&Work{}, within) })
}

// Cells at the border of a batch may have their centre on it or beyond.
func TestAnImageAsLargeAsItsBatchHasNoPadding(t *testing.T) {
	one := anchors.Pyramid{Levels: []anchors.Level{{Stride: 16, Sizes: []float32{16}}}, Ratios: []float32{1}, Offset: 0.5}
	ignored := func(batch anchors.Candidates, width, height int) int {
		c, gt := OneStage(), make([]int32, 80)
		batch.Grid, batch.Pyramid = nil, nil
		c.Assign(&Work{}, &Batch{Classes: 1, Anchors: batch, Images: []Image{{Width: width, Height: height}}}, gt, nil)
		n := 0
		for _, g := range gt {
			if g == anchors.Ignored {
				n++
			}
		}
		return n
	}
	var f anchors.Field
	batch := *f.At(one, 160, 120)
	assert.Zero(t, ignored(batch, 160, 120))
	assert.Equal(t, 8, ignored(batch, 144, 120), "a column of it")
	assert.Equal(t, 20, ignored(batch, 160, 100), "the rows below")
	batch.Width, batch.Height = 0, 0
	assert.Equal(t, 10, ignored(batch, 160, 120), "of a batch of unknown size the centres decide")
}

// A level's cells are the image's if they begin over it, which centres beyond
// its border do not change; the assigner is given the grid of the rest.
func TestThePaddingOfAPyramidOfOneLevelIsThatOfItsCells(t *testing.T) {
	one := anchors.Pyramid{Levels: []anchors.Level{{Stride: 16, Sizes: []float32{16}}}, Ratios: []float32{1}, Offset: 0.5}
	c := OneStage()
	c.Assigner = anchors.NewATSS()
	var f anchors.Field
	b := &Batch{
		Classes: 1, Anchors: *f.At(one, 64, 64),
		Images: []Image{{Width: 36, Height: 20, Truth: anchors.Truth{Box: []anchors.Box{{30, 2, 36, 14}}}}},
		Logits: make([]float32, 16), Deltas: make([]float32, 64),
	}
	gt := make([]int32, 16)
	b.Logits, b.Deltas = nil, nil // an assigner that looks at boxes alone reads neither
	c.Assign(&Work{}, b, gt, nil)
	for i, g := range gt {
		assert.Equal(t, i%4 >= 3 || i/4 >= 2, g == anchors.Ignored, "cell %d, %d", i%4, i/4)
	}
}

// An assigner's soft targets are those of the anchors over the image, and none
// in the padding.
func TestSoftTargetsOfAPaddedImageAreThoseOfItAlone(t *testing.T) {
	c := OneStage()
	c.Assigner, c.Cls = anchors.NewTaskAligned(), losses.QualityFocal{Beta: 2}
	found := 0
	for id := range uint64(8) {
		alone, within, shared := padded(&c, id)
		var a, b Work
		c.Step(&a, alone)
		c.Step(&b, within)
		rest := slices.Clone(b.quality)
		for k, i := range shared {
			assert.Equal(t, a.quality[k], b.quality[i])
			if rest[i] = 0; a.quality[k] > 0 {
				found++
			}
		}
		assert.Equal(t, make([]float32, len(rest)), rest)
	}
	assert.NotZero(t, found)
}
