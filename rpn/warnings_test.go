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
	c.Cls = losses.NewFocal(0.25, 2)
	list := c.Warnings()
	if assert.Len(t, list, 1) {
		assert.Equal(t, anchors.FocalAfterSampling, list[0].Trap)
		assert.Equal(t, "cls", list[0].Where)
	}
	c.Sampler = sampling.All{}
	assert.Equal(t, anchors.FocalOverAll, c.Warnings()[0].Trap)
}
