package rpn

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func TestLossesOfTheTargetsAreThoseOfTheStep(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		if c.CARL != nil {
			t.Skip("adds a loss of both heads")
		}
		var whole, apart Work
		b := step(c, 3, 3, 4, 5, 6)
		for range 2 { // losses that remember do so alike
			want := c.Step(&whole, b)
			gradLogits, gradDeltas := slices.Clone(b.GradLogits), slices.Clone(b.GradDeltas)
			targets := c.Targets(&apart, b)
			assert.Equal(t, want.Cls, c.Cls.Eval(b.GradLogits, targets.Cls))
			assert.Equal(t, want.Box, losses.EvalBox(c.Box, b.GradDeltas, targets.Box))
			assert.Equal(t, gradLogits, b.GradLogits)
			assert.Equal(t, gradDeltas, b.GradDeltas)
			assert.Equal(t, want.Balance.Scarcity, targets.Balance.Scarcity)
		}
	})
}

func TestTargetsNeedOnlyWhatTheStrategyLooksAt(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		b := step(c, 3, 3, 4, 5, 6)
		var w Work
		want := slices.Clone(c.Targets(&w, b).Cls.Rows)
		bare := *b
		reads, _ := c.ReadsLogits()
		if !reads {
			bare.Logits = nil
		}
		if !c.ReadsAllDeltas() {
			bare.Deltas = nil
		}
		bare.GradLogits, bare.GradDeltas = nil, nil
		assert.Equal(t, want, c.Targets(&w, &bare).Cls.Rows)
		if reads {
			bare.Logits = nil
			assert.Panics(t, func() { c.Targets(&w, &bare) })
		}
		if c.ReadsAllDeltas() {
			bare.Logits, bare.Deltas = b.Logits, nil
			assert.Panics(t, func() { c.Targets(&w, &bare) })
		}
	})
}

func TestAnAssignmentMadeBeforeIsTaken(t *testing.T) {
	c := OneStage()
	c.Sampler = sampling.HardNegative{Ratio: 3}
	b := step(&c, 3, 3, 4, 5, 6)
	var w Work
	want := c.Step(&w, b)
	for i := range b.Images {
		var a anchors.Assignment
		c.Assigner.Assign(&a, &b.Anchors, &b.Images[i].Truth)
		b.GT, b.IoU = append(b.GT, a.GT...), append(b.IoU, a.IoU...)
	}
	given := OneStage()
	given.Sampler, given.Assigner = c.Sampler, neverAsked{}
	assert.Equal(t, want, given.Step(&w, b))
	b.IoU = b.IoU[1:]
	assert.Panics(t, func() { given.Step(&w, b) })
}

// neverAsked is an assigner whose work was done before.
type neverAsked struct{}

func (neverAsked) Needs() anchors.Need { return 0 }

func (neverAsked) Assign(*anchors.Assignment, *anchors.Candidates, *anchors.Truth) {
	panic("asked to assign")
}

func TestHardnessMayBeGivenInPlaceOfLogits(t *testing.T) {
	c := OneStage()
	c.Sampler = sampling.HardNegative{Ratio: 3}
	reads, hardness := c.ReadsLogits()
	require.True(t, reads && hardness)
	b := step(&c, 3, 3, 4, 5, 6)
	var w Work
	want := slices.Clone(c.Targets(&w, b).Cls.Rows)
	b.Hardness = make([]float32, len(w.class))
	losses.Hardness(b.Hardness, c.Cls.(losses.Pointwise), &losses.Batch{Logits: b.Logits, Columns: 3, Class: w.class})
	b.Logits = nil
	assert.Equal(t, want, c.Targets(&w, b).Cls.Rows)
	for i := range b.Hardness {
		b.Hardness[i] = -b.Hardness[i]
	}
	assert.NotEqual(t, want, c.Targets(&w, b).Cls.Rows)

	both := sampling.OHEM{Num: 64}
	both.BoxHardness = 1
	for _, sampler := range []sampling.Sampler{both, sampling.NewImportance(10), sampling.NewScoreHLR(8, 0.5)} {
		c.Sampler = sampler
		reads, hardness = c.ReadsLogits()
		assert.True(t, reads && !hardness, "%T", sampler)
	}
	c.Sampler = sampling.All{}
	reads, hardness = c.ReadsLogits()
	assert.False(t, reads || hardness)
}

func TestTargetsAllocateNothing(t *testing.T) {
	c := OneStage()
	b := step(&c, 3, 3, 4, 5, 6)
	b.Logits, b.Deltas = nil, nil
	var w Work
	c.Targets(&w, b)
	assert.Zero(t, testing.AllocsPerRun(10, func() { c.Targets(&w, b) }))
}

func TestAssignIsWhatAStepBeginsWith(t *testing.T) {
	forEveryStrategy(t, func(t *testing.T, c *Config) {
		b := step(c, 3, 3, 4, 5, 6)
		var w Work
		n := len(b.Images) * len(b.Anchors.Box)
		gt, iou := make([]int32, n), make([]float32, n)
		for _, threads := range []int{1, 3} {
			w.Threads = threads
			clear(gt)
			c.Assign(&w, b, gt, iou)
			c.Assign(&w, b, gt, nil)
			var want []int32
			var overlap []float32
			c.Step(&w, b)
			for i := range b.Images {
				want = append(want, w.images[i].assignment.GT...)
				overlap = append(overlap, w.images[i].assignment.IoU...)
			}
			assert.Equal(t, want, gt)
			assert.Equal(t, overlap, iou)
		}
		assert.Panics(t, func() { c.Assign(&w, b, gt[1:], nil) })
		assert.Panics(t, func() { c.Assign(&w, b, gt, iou[1:]) })
	})
}

func TestWhatIsGivenIsOfEveryAnchor(t *testing.T) {
	c := OneStage()
	b := step(&c, 3, 3)
	n := len(b.Anchors.Box)
	for want, give := range map[string]func(*Batch){
		fmt.Sprintf("1 labels, 1 IoUs and 0 hardnesses for 1 images of %d anchors", n):     func(b *Batch) { b.GT, b.IoU = make([]int32, 1), make([]float32, 1) },
		fmt.Sprintf("%d labels, 0 IoUs and 0 hardnesses for 1 images of %[1]d anchors", n): func(b *Batch) { b.GT = make([]int32, n) },
		fmt.Sprintf("0 labels, %d IoUs and 0 hardnesses for 1 images of %[1]d anchors", n): func(b *Batch) { b.IoU = make([]float32, n) },
		fmt.Sprintf("0 labels, 0 IoUs and 2 hardnesses for 1 images of %d anchors", n):     func(b *Batch) { b.Hardness = make([]float32, 2) },
	} {
		given := *b
		give(&given)
		assert.PanicsWithValue(t, "rpn: Step: "+want, func() { c.Step(&Work{}, &given) })
		assert.PanicsWithValue(t, "rpn: Targets: "+want, func() { c.Targets(&Work{}, &given) })
	}
	short := *b
	short.Deltas = short.Deltas[1:]
	assert.PanicsWithValue(t, fmt.Sprintf("rpn: Targets: %d deltas for 1 images of %d anchors", 4*n-1, n), func() { c.Targets(&Work{}, &short) }, "not read, and wrong all the same")
	short.Deltas, short.Logits = nil, short.Logits[1:]
	assert.PanicsWithValue(t, fmt.Sprintf("rpn: Targets: %d logits for 1 images of %d anchors with 3 columns", 3*n-1, n), func() { c.Targets(&Work{}, &short) })

	sized := OneStage()
	sized.Assigner = anchors.MaxIoU{PosIoU: 0.5, NegIoU: 0.4, Straddle: anchors.StraddleDropped}
	one := Batch{
		Classes: 1, Anchors: anchors.Candidates{Box: []anchors.Box{{0, 0, 9, 9}}}, Images: make([]Image, 1),
		Logits: make([]float32, 1), Deltas: make([]float32, 4), GT: []int32{anchors.Negative}, IoU: make([]float32, 1),
	}
	assert.NotPanics(t, func() { sized.Step(&Work{}, &one) }, "the assigner is not asked, nor needs a size")

	b.Images[0].Truth = anchors.Truth{Box: []anchors.Box{{3, 3, 1, 9}}, Class: []int32{0}}
	assert.Panics(t, func() { c.Assign(&Work{}, b, make([]int32, n), nil) }, "an inverted box")
}

// An assigner that looks at predictions is given them, and no others.
func TestAnAssignerThatLooksAtPredictionsNeedsThemAll(t *testing.T) {
	c := OneStage()
	c.Assigner = anchors.NewSimOTA()
	b := step(&c, 3, 3, 4)
	gt := make([]int32, 2*len(b.Anchors.Box))
	want := make([]int32, len(gt))
	for i := range b.Images {
		var a anchors.Assignment
		n := len(b.Anchors.Box)
		view := b.Anchors
		view.Classes, view.Score, view.Decoded = 3, make([]float32, 3*n), make([]anchors.Box, n)
		c.Cls.Link().Scores(view.Score[:3], b.Logits[:3])
		for k := range n {
			c.Cls.Link().Scores(view.Score[3*k:3*k+3], b.Logits[3*(i*n+k):3*(i*n+k)+3])
			view.Decoded[k] = c.Coder.Decode(b.Anchors.Box[k], anchors.Delta(b.Deltas[4*(i*n+k):4*(i*n+k)+4]))
		}
		c.Assigner.Assign(&a, &view, &b.Images[i].Truth)
		copy(want[i*n:], a.GT)
	}
	c.Assign(&Work{}, b, gt, nil)
	assert.Equal(t, want, gt)
	for _, spoil := range []func(*Batch){
		func(b *Batch) { b.Logits = b.Logits[1:] }, func(b *Batch) { b.Deltas = b.Deltas[1:] },
		func(b *Batch) { b.Logits = nil }, func(b *Batch) { b.Deltas = nil },
	} {
		short := *b
		spoil(&short)
		assert.PanicsWithValue(t, fmt.Sprintf("rpn: Assign: %d logits and %d deltas for 2 images of %d anchors, and the assigner looks at predictions",
			len(short.Logits), len(short.Deltas), len(b.Anchors.Box)), func() { c.Assign(&Work{}, &short, gt, nil) })
	}
}

// keyed is a sampler that looks at all images at once, and notes its keys.
type keyed struct {
	sampling.All
	keys *[]sampling.Key
}

func (k keyed) SampleBatch(dst []sampling.Sample, c []sampling.Candidates, keys []sampling.Key, _ *sampling.Source) {
	*k.keys = append([]sampling.Key(nil), keys...)
	for i := range c {
		k.All.Sample(&dst[i], &c[i], nil)
	}
}

func TestAKeyIsOfItsStageAndImage(t *testing.T) {
	for classes, stage := range map[int]sampling.Stage{1: sampling.StageRPN, 2: sampling.StageDense} {
		c := OneStage()
		var keys []sampling.Key
		c.Sampler = keyed{keys: &keys}
		b := step(&c, classes, 3, 4)
		b.Key = sampling.Key{Seed: 5, Step: 6}
		for i := range b.Images {
			clear(b.Images[i].Truth.Class)
		}
		c.Step(&Work{}, b)
		assert.Equal(t, []sampling.Key{{Seed: 5, Step: 6, Stage: stage, Image: 3}, {Seed: 5, Step: 6, Stage: stage, Image: 4}}, keys)
	}
}
