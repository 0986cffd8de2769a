package study

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/trainer"
)

// What a run has not measured takes no part in a mean, and a stage without positives has
// no ratio.
func TestAMeanIsOfWhatWasMeasured(t *testing.T) {
	run := func(strategy string, seed uint64, positives, loss float64) trainer.Run {
		return trainer.Run{Strategy: strategy, Seed: seed, Stages: []trainer.StageFigures{{Stage: "dense", Positives: positives, Negatives: 30, UsedPositives: positives, UsedNegatives: 30,
			NegativeLoss: loss, NegativeGrad: trainer.Unknown}}}
	}
	s := Stored{Runs: []trainer.Run{run("ce", 1, 2, 0.5), run("ce", 2, 3, trainer.Unknown), run("focal", 1, 0, 0.3)}}
	m := s.Learned("ce", 0)
	assert.Equal(t, 2, m.Runs)
	assert.InDelta(t, 12.5, m.Seen, 1e-12)
	assert.Equal(t, 0.5, m.Loss)
	assert.EqualValues(t, trainer.Unknown, m.Gradient)
	assert.Equal(t, Learned{}, s.Learned("ce", 1))
	assert.InDelta(t, 12.5, s.Seen([]string{"focal", "ce"}, 0), 1e-12)
	assert.Zero(t, s.Seen([]string{"focal"}, 0))
}
