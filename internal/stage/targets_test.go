package stage

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/losses"
)

func TestLossesOfTheTargetsAreThoseOfEval(t *testing.T) {
	config := terms()
	config.BoxNorm = losses.MovingAverage{Momentum: 0.9, Initial: 100}
	var whole, apart Batch
	out := gathered(&whole)
	want := whole.Eval(config, out)
	separate := gathered(&apart)
	targets := apart.Targets(config, separate)
	assert.Equal(t, want.Cls, config.Cls.Eval(separate.GradLogits, targets.Cls))
	assert.Equal(t, want.Box, losses.EvalBox(config.Box, separate.GradDeltas, targets.Box))
	assert.Equal(t, out.GradLogits, separate.GradLogits)
	assert.Equal(t, out.GradDeltas, separate.GradDeltas)
	assert.Equal(t, whole.Memory(), apart.Memory(), "a running normaliser takes one step")

	counts := want.Balance
	counts.LossPositives, counts.LossNegatives, counts.GradPositives, counts.GradNegatives = 0, 0, 0, 0
	counts.UsedPositives, counts.UsedNegatives = targets.Balance.UsedPositives, targets.Balance.UsedNegatives
	assert.Equal(t, counts, targets.Balance)
}
