package small

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/bench/config"
	"detsample/bench/trainer"
)

func TestProbesAreSpreadEvenly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.IntRange(1, 5000).Draw(t, "steps")
		of := &training{Trainer: Trainer{Training: config.Training{Batch: 2}}, Job: trainer.Job{Images: 2*steps - 1}}
		last, probes, least, most := -1, 0, steps, 0
		for step := range steps {
			if of.probesAt(step) {
				least, most = min(least, step-last), max(most, step-last)
				last = step
				probes++
			}
		}
		assert.Equal(t, min(steps, mostProbes), probes)
		assert.Equal(t, steps-1, last)
		assert.LessOrEqual(t, most-least, 1)
	})
}

// At the first step the gradients follow from the weights of the losses alone.
func TestTheRecordHoldsTheGradientsAtTheTrunk(t *testing.T) {
	at := func(weights string) trainer.TrunkGradient {
		r, err := newTiny(t, strings.Replace(strings.Replace(tiny, "images: 24", "images: 4", 1), "dense: {}", "dense: {"+weights+"}", 1)).record(t.Context(), func(int) {})
		require.NoError(t, err)
		return r.Run.Stages[0].Trunk
	}
	plain := at("")
	assert.Positive(t, plain.Cls)
	assert.Positive(t, plain.Box)
	louder := at("cls_weight: 4, box_weight: 0.5")
	assert.InEpsilon(t, 4*plain.Cls, louder.Cls, 1e-6)
	assert.InEpsilon(t, 0.5*plain.Box, louder.Box, 1e-6)
	assert.InEpsilon(t, plain.Both, at("cls_weight: 1").Both, 1e-12)
}

func TestTheMedianDoesNotFollowOddSteps(t *testing.T) {
	p := &probes{cls: []float64{1e9, 2, 3}, box: []float64{0, 0, 5, 7}, both: []float64{4}}
	assert.Equal(t, trainer.TrunkGradient{Cls: 3, Box: 5, Both: 4}, p.median())
	assert.Zero(t, (*probes)(nil).median())
}
