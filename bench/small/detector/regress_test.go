package detector

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/anchors"
	"detsample/sampling"
)

// everywhere is a one-stage detector that computes the boxes of all anchors.
func everywhere(seed uint64) *OneStage {
	d := oneStage(seed).(*OneStage)
	d.regress = nil
	return d
}

func TestTheBoxesOfPositivesAreAllThatAStepReads(t *testing.T) {
	few, all := oneStage(1).(*OneStage), everywhere(1)
	require.NotNil(t, few.regress)
	for step := range uint64(3) {
		b, key := images(4*step, 4), sampling.Key{Seed: 1, Step: step}
		if step == 2 {
			b.Images[1].Truth = anchors.Truth{}
		}
		assert.Equal(t, slices.Clone(all.Step(b, key)), slices.Clone(few.Step(b, key)))
		assert.Equal(t, gradients(all), gradients(few))
	}
}

func TestTheStateIsOfAllAnchors(t *testing.T) {
	few, all := oneStage(1).(*OneStage), everywhere(1)
	few.Detect(make([][]anchors.Detection, 2), images(30, 2))
	few.Step(images(1, 2), sampling.Key{})
	all.Step(images(1, 2), sampling.Key{})
	assert.Equal(t, all.State(), few.State())
}
