package rpn

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func TestAStepCountsWhatItLacks(t *testing.T) {
	c := Objectness()
	c.Sampler = sampling.NewRandom(1000, 0.5)
	b := step(&c, 1, 1, 2)
	b.Images[0].Truth = anchors.Truth{Box: []anchors.Box{{10, 10, 11, 11}, {0, 0, 300, 300}}, Class: []int32{0, 0}}
	b.Images[1].Truth = anchors.Truth{}
	var w Work
	v := c.Step(&w, b)
	negatives := v.Balance.UsedNegatives
	assert.Equal(t, losses.Scarcity{
		Images: 2, Truths: 2, Unmatched: 2, Smaller: 1, Larger: 1, FewPositives: 1, Asked: 500, Beside: negatives / 2,
	}, v.Balance.Scarcity)
	assert.Zero(t, testing.AllocsPerRun(5, func() { c.Step(&w, b) }))
}

func TestTheStageWarnsOfItsConfiguration(t *testing.T) {
	assert.Empty(t, Objectness().Warnings())
	assert.Empty(t, OneStage().Warnings())
	c := Objectness()
	c.Cls = losses.Focal{Alpha: 0.25, Gamma: 2}
	list := c.Warnings()
	if assert.Len(t, list, 1) {
		assert.Equal(t, anchors.Trap("focal_after_sampling"), list[0].Trap)
		assert.Equal(t, "cls", list[0].Where)
	}
	c.Sampler = sampling.All{}
	assert.Equal(t, anchors.Trap("focal_over_all"), c.Warnings()[0].Trap)
}

func TestAKeyLeftAtZeroIsWarnedOf(t *testing.T) {
	c := Objectness()
	c.Sampler = sampling.NewRandom(16, 0.5)
	train := func(key func(step uint64) sampling.Key) losses.Balance {
		var w Work
		var sum losses.Balance
		in := large(64, 64, 3, 1)
		for step := range uint64(50) {
			in.Key = key(step)
			sum.Add(c.Step(&w, in).Balance)
		}
		return sum
	}
	zero := train(func(uint64) sampling.Key { return sampling.Key{} })
	assert.Equal(t, 49, zero.Scarcity.Repeated)
	list := zero.Scarcity.Warnings()
	if assert.NotEmpty(t, list) {
		last := list[len(list)-1]
		assert.Equal(t, anchors.Trap("repeated_key"), last.Trap)
		assert.Equal(t, "sampler: 98% of images were sampled with a random key used just before, which draws the same candidates again; remedy: count the key's Step up with every step, and give each image an ID of its own", last.String())
	}
	assert.Zero(t, train(func(step uint64) sampling.Key { return sampling.Key{Step: step} }).Scarcity.Repeated)
}

// A grid alone does not say that the boxes are its pyramid's, one cell's for
// all: what is lacking is held against every one.
func TestWithoutAPyramidEveryAnchorTellsTheExtent(t *testing.T) {
	c := Objectness()
	b := step(&c, 1, 1)
	b.Images[0].Truth = anchors.Truth{Box: []anchors.Box{{500, 500, 800, 800}}, Class: []int32{0}}
	var w Work
	assert.Equal(t, 1, c.Step(&w, b).Balance.Scarcity.Larger)
	b.Anchors.Box[3] = anchors.Box{0, 0, 400, 400}
	v := c.Step(&w, b)
	assert.Equal(t, 1, v.Balance.Scarcity.Unmatched)
	assert.Zero(t, v.Balance.Scarcity.Larger)
}
