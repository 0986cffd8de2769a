package dump

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/internal/registry"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

const stateClasses = 3

// headState is a head's output over candidates around ground truths: deltas as a
// coder has them, off the truth by as much again as classification is wrong.
type headState struct {
	link           losses.Link
	boxes          []anchors.Box
	truth          []anchors.Truth // of each image
	logits, deltas []float32
}

func newHeadState(link losses.Link, classes int, coder anchors.Coder) *headState {
	const images, n = 3, 150
	s := &headState{link: link}
	rng := rand.New(rand.NewPCG(7, 8))
	for range n {
		x, y := 80*rng.Float32(), 80*rng.Float32()
		s.boxes = append(s.boxes, anchors.Box{x, y, x + 15 + 10*rng.Float32(), y + 15 + 10*rng.Float32()})
	}
	for range images {
		var t anchors.Truth
		for range 4 {
			near := s.boxes[rng.IntN(n)]
			t.Box = append(t.Box, anchors.Box{near[0] + 1, near[1] - 1, near[2] + 2, near[3]})
			t.Class = append(t.Class, rng.Int32N(int32(classes)))
		}
		s.truth = append(s.truth, t)
		for range n * link.Columns(classes) {
			s.logits = append(s.logits, float32(2*rng.NormFloat64()))
		}
		for range n {
			for _, weight := range coder.Weights {
				s.deltas = append(s.deltas, weight*float32(0.3*rng.NormFloat64()))
			}
		}
	}
	return s
}

// arrays is the state as a dump, its deltas divided and its coder what is left.
func (s *headState) arrays(classes int, coder [4]float32) []Array {
	images, n := len(s.truth), len(s.boxes)
	boxes, truth := Array{Name: "boxes", Shape: []int{n, 4}}, Array{Name: "gt_boxes"}
	class, image := Array{Name: "gt_classes"}, Array{Name: "gt_image"}
	for _, b := range s.boxes {
		boxes.Float = append(boxes.Float, b[:]...)
	}
	for i, t := range s.truth {
		for g, b := range t.Box {
			truth.Float = append(truth.Float, b[:]...)
			class.Int, image.Int = append(class.Int, int64(t.Class[g])), append(image.Int, int64(i))
		}
	}
	objects := len(class.Int)
	truth.Shape, class.Shape, image.Shape = []int{objects, 4}, []int{objects}, []int{objects}
	return []Array{
		{Name: "logits", Shape: []int{images, n, s.link.Columns(classes)}, Float: s.logits},
		{Name: "deltas", Shape: []int{images, n, 4}, Float: s.deltas},
		{Name: "coder", Shape: []int{4}, Float: coder[:]},
		{Name: "link", Text: s.link.String()}, boxes, truth, class, image,
	}
}

// divided returns the state with its deltas over a coder's weights.
func (s *headState) divided(by [4]float32) *headState {
	c := *s
	c.deltas = nil
	for i, v := range s.deltas {
		c.deltas = append(c.deltas, v/by[i%4])
	}
	return &c
}

// picks returns what a sampler picks of each image of a dump.
func picks(t *testing.T, d *Dump, s Sampler) (index [][]int32) {
	t.Helper()
	require.NoError(t, d.CheckSampler(s))
	p := Plan{Samplers: []Sampler{s}, Batch: d.Images}.withDefaults()
	r := newReplay(d, p)
	require.NoError(t, r.sort())
	w := newWorker(r)
	require.NoError(t, w.work(0))
	for _, sample := range w.samples[0] {
		index = append(index, sample.Index)
	}
	return index
}

// samplers are those of the registry, small enough for the state.
func samplers() map[string]sampling.Sampler {
	all := map[string]sampling.Sampler{
		"ohem by both":            sampling.OHEM{Num: 8, BoxHardness: 1},
		"ohem by both, decoded":   sampling.OHEM{Num: 12, BoxHardness: 2, NMSIoU: 0.3, NMSDecoded: true},
		"ohem by both, per batch": sampling.OHEM{Num: 20, BoxHardness: 1, PerBatch: true},
		"random 16":               sampling.NewRandom(16, 0.5),
		"score_hlr 16":            sampling.NewScoreHLR(16, 0.5),
	}
	for _, e := range registry.Of[sampling.Sampler]().All() {
		all[e.Name] = e.New()
	}
	return all
}

func TestASamplerKeepsOfADumpWhatItKeepsInItsStage(t *testing.T) {
	own := [4]float32{8, 8, 4, 4} // powers of 2, so that dividing by them is exact
	t.Run("roi", func(t *testing.T) {
		c := roi.SecondStage()
		c.JoinTruth, c.Coder, c.ClsWeight, c.BoxWeight = false, anchors.NewCoder(own[0], own[1], own[2], own[3]), 0.5, 3
		s := newHeadState(losses.Softmax, stateClasses, c.Coder)
		for _, box := range []losses.Box{losses.SmoothL1{Beta: 1}, losses.L1{}, losses.GIoU{}} {
			c.Box = box
			for name, sampler := range samplers() {
				c.Sampler = sampler
				of := Sampler{Name: name, Sampler: sampler, Cls: c.Cls, Stage: &Stage{Key: sampling.StageROI, ClsWeight: c.ClsWeight, BoxWeight: c.BoxWeight, Box: c.Box, Coder: c.Coder}}
				s.compare(t, c.Assigner, of, stateClasses, own, roiSample(&c, s))
			}
		}
	})
	for _, classes := range []int{1, stateClasses} {
		t.Run(fmt.Sprintf("rpn, %d classes", classes), func(t *testing.T) {
			c := rpn.OneStage()
			c.Cls, c.Coder, c.ClsWeight, c.BoxWeight = losses.CE{}, anchors.NewCoder(own[0], own[1], own[2], own[3]), 2, 0.5
			s := newHeadState(losses.Sigmoid, classes, c.Coder)
			key := sampling.StageDense
			if classes == 1 {
				key = sampling.StageRPN
			}
			for name, sampler := range samplers() {
				c.Sampler = sampler
				of := Sampler{Name: name, Sampler: sampler, Cls: c.Cls, Stage: &Stage{Key: key, ClsWeight: c.ClsWeight, BoxWeight: c.BoxWeight, Box: c.Box, Coder: c.Coder}}
				s.compare(t, c.Assigner, of, classes, own, rpnSample(&c, s, classes))
			}
		})
	}
}

// compare checks what a sampler picks of the state, dumped with the coder's
// weights in its deltas and without.
func (s *headState) compare(t *testing.T, assigner anchors.Assigner, of Sampler, classes int, own [4]float32, want [][]int32) {
	t.Helper()
	options := Options{Assigner: func(int, losses.Link) (anchors.Assigner, anchors.Coder) { return assigner, of.Stage.Coder }}
	unit := [4]float32{1, 1, 1, 1}
	assert.Equal(t, want, picks(t, loaded(t, options, s.arrays(classes, own)...), of), of.Name)
	assert.Equal(t, want, picks(t, loaded(t, options, s.divided(own).arrays(classes, unit)...), of), of.Name)
}

// roiSample returns what a second stage samples of the state, of each image.
func roiSample(c *roi.Config, s *headState) [][]int32 {
	var w roi.Work
	w.Reset(stateClasses)
	for i, t := range s.truth {
		c.Join(&w, roi.Image{ID: uint64(i), Truth: t, Proposals: s.boxes})
	}
	c.Sample(&w, s.logits, s.deltas, sampling.Key{})
	place := map[anchors.Box]int32{}
	for i, b := range s.boxes {
		place[b] = int32(i)
	}
	sampled := make([][]int32, len(s.truth))
	for _, r := range w.ROIs() {
		sampled[r.Image] = append(sampled[r.Image], place[r.Box])
	}
	return sampled
}

// rpnSample returns what a dense stage samples of the state, of each image.
func rpnSample(c *rpn.Config, s *headState, classes int) [][]int32 {
	b := rpn.Batch{Classes: classes, Anchors: anchors.Candidates{Box: s.boxes}, Logits: s.logits, Deltas: s.deltas}
	for i, t := range s.truth {
		b.Images = append(b.Images, rpn.Image{ID: uint64(i), Truth: t})
	}
	var w rpn.Work
	sampled := make([][]int32, len(s.truth))
	for _, row := range c.Targets(&w, &b).Cls.Rows {
		i := int(row) / len(s.boxes)
		sampled[i] = append(sampled[i], row%int32(len(s.boxes)))
	}
	return sampled
}

func TestAnAssignerSeesTheBoxesThatItsStageDecodes(t *testing.T) {
	c := rpn.OneStage()
	c.Cls, c.Coder, c.Assigner = losses.CE{}, anchors.NewCoder(8, 8, 4, 4), anchors.NewTaskAligned()
	c.Coder.MaxScale = 0.25 // which cuts some
	require.Equal(t, anchors.NeedPredictions, c.Assigner.Needs()&anchors.NeedPredictions)
	s := newHeadState(losses.Sigmoid, stateClasses, c.Coder)
	c.Sampler = sampling.HardNegative{Ratio: 1}
	of := Sampler{Name: "it", Sampler: c.Sampler, Cls: c.Cls, Stage: &Stage{Key: sampling.StageDense, ClsWeight: 1, BoxWeight: 1, Box: c.Box, Coder: c.Coder}}
	s.compare(t, c.Assigner, of, stateClasses, c.Coder.Weights, rpnSample(&c, s, stateClasses))
}

func TestDeltasOfADumpThatDoesNotSayItsCoder(t *testing.T) {
	s := newHeadState(losses.Softmax, stateClasses, anchors.NewCoder(1, 1, 1, 1))
	silent := with(s.arrays(stateClasses, [4]float32{1, 1, 1, 1}), Array{Name: "coder"})
	d := loaded(t, Options{}, silent...)
	assert.Equal(t, []string{"deltas are read as those of a coder of weights 1, 1, 1, 1, as the dump has no coder: write coder, (4), what dx, dy, dw and dh of deltas are multiplied by: 1, 1, 1, 1 in most dense heads and 10, 10, 5, 5 in most second stages"}, d.Notes)
	stated := loaded(t, Options{}, s.arrays(stateClasses, [4]float32{1, 1, 1, 1})...)
	assert.Empty(t, stated.Notes)
	both := Sampler{Name: "both", Sampler: sampling.OHEM{Num: 8, BoxHardness: 1}}
	assert.Equal(t, picks(t, stated, both), picks(t, d, both))

	second := Stage{Key: sampling.StageROI, ClsWeight: 1, BoxWeight: 1, Box: losses.SmoothL1{Beta: 1}, Coder: anchors.NewCoder(10, 10, 5, 5)}
	assert.ErrorContains(t, d.CheckSampler(Sampler{Name: "both", Sampler: sampling.OHEM{Num: 8, BoxHardness: 1}, Stage: &second}),
		"dump: sampler ohem of both reads box losses, and the stage's coder has the weights [10 10 5 5], and the dump does not say what its deltas are multiplied by: write coder, (4)")
	assert.ErrorContains(t, d.CheckSampler(Sampler{Name: "decoded", Sampler: sampling.OHEM{Num: 8, NMSIoU: 0.5, NMSDecoded: true}, Stage: &second}), "reads predicted boxes, and the stage's coder")
	assert.NoError(t, d.CheckSampler(Sampler{Name: "cls", Sampler: sampling.OHEM{Num: 8}, Stage: &second}), "it does not look at boxes")
	assert.NoError(t, stated.CheckSampler(Sampler{Name: "both", Sampler: sampling.OHEM{Num: 8, BoxHardness: 1}, Stage: &second}))

	_, err := tryLoad(t, Options{Assigner: func(int, losses.Link) (anchors.Assigner, anchors.Coder) {
		return anchors.NewTaskAligned(), second.Coder
	}}, silent...)
	assert.ErrorContains(t, err, "the assigner needs the predicted boxes, and the stage's coder has the weights [10 10 5 5], and the dump does not say what its deltas are multiplied by; write coder, (4)")
}

func TestAStageOfAPlanIsChecked(t *testing.T) {
	d := loaded(t, Options{}, newHeadState(losses.Softmax, stateClasses, anchors.NewCoder(1, 1, 1, 1)).arrays(stateClasses, [4]float32{1, 1, 1, 1})...)
	check := func(s Stage) error {
		return d.CheckSampler(Sampler{Name: "all", Sampler: sampling.All{}, Stage: &s})
	}
	assert.NoError(t, check(*plainStage()))
	assert.EqualError(t, check(Stage{Coder: anchors.NewCoder(1, 1, 1, 1)}), "dump: sampler all is of a stage without a box loss")
	assert.EqualError(t, check(Stage{Box: losses.L1{}}), "dump: sampler all: its stage's coder.weights[0] is 0: expected above 0")
	assert.EqualError(t, check(Stage{Box: losses.L1{}, BoxWeight: -1, Coder: anchors.NewCoder(1, 1, 1, 1)}), "dump: sampler all: its stage's box_weight is -1: expected at least 0")
}
