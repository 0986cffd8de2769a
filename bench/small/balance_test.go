package small

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/trainer"
	"detsample/losses"
)

func TestSharesAreOfLossAndGradient(t *testing.T) {
	f := stageFigures("dense", &losses.Balance{
		Positives: 10, Negatives: 300, UsedPositives: 10, UsedNegatives: 30,
		LossPositives: 1, LossNegatives: 3, GradPositives: 4, GradNegatives: 1,
	}, 10)
	assert.Equal(t, trainer.StageFigures{
		Stage: "dense", Positives: 1, Negatives: 30, UsedPositives: 1, UsedNegatives: 3, NegativeLoss: 0.75, NegativeGrad: 0.2,
	}, f)
	assert.Equal(t, 30.0, f.Seen())
	assert.Equal(t, 3.0, f.Used())
	assert.Zero(t, stageFigures("dense", &losses.Balance{}, 10).NegativeLoss, "nothing of nothing")
}
