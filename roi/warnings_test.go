package roi

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/anchors"
	"detsample/losses"
	"detsample/sampling"
)

func TestASecondStageCountsWhatItLacks(t *testing.T) {
	c := SecondStage()
	c.JoinTruth = false
	c.Sampler = sampling.NewRandom(512, 0.25)
	var w Work
	w.Reset(classes)
	c.Join(&w, Image{Proposals: []anchors.Box{{0, 0, 10, 10}, {20, 20, 30, 30}}, Truth: anchors.Truth{Box: []anchors.Box{{50, 50, 60, 60}}, Class: []int32{1}}})
	c.Join(&w, Image{ID: 1, Truth: anchors.Truth{Box: []anchors.Box{{50, 50, 60, 60}}, Class: []int32{1}}})
	c.Sample(&w, nil, nil, sampling.Key{})
	n := len(w.ROIs())
	b := &Batch{Logits: make([]float32, n*(classes+1)), GradLogits: make([]float32, n*(classes+1)), Deltas: make([]float32, 4*n), GradDeltas: make([]float32, 4*n)}
	assert.Equal(t, losses.Scarcity{Images: 2, Truths: 2, Unmatched: 2, FewPositives: 2, Asked: 256, Beside: 2, NoNegatives: 1},
		c.Loss(&w, b).Balance.Scarcity)
}

func TestTheSecondStageWarnsOfItsConfiguration(t *testing.T) {
	c := SecondStage()
	assert.Empty(t, c.Warnings())
	c.Cls, c.Sampler = losses.NewSoftmaxFocal(0.25, 2), sampling.OHEM{Num: 64}
	list := c.Warnings()
	if assert.Len(t, list, 1) {
		assert.Equal(t, anchors.Trap("focal_after_mining"), list[0].Trap)
	}
	c.Sampler = sampling.All{}
	assert.Empty(t, c.Warnings(), "proposals are few enough to be divided by")
}
