package small

import (
	"detsample/bench/trainer"
	"detsample/losses"
)

// stageFigures are what a stage's balance over all images of a training says.
func stageFigures(name string, b *losses.Balance, images int) trainer.StageFigures {
	n := float64(images)
	return trainer.StageFigures{
		Stage:     name,
		Positives: float64(b.Positives) / n, Negatives: float64(b.Negatives) / n,
		UsedPositives: float64(b.UsedPositives) / n, UsedNegatives: float64(b.UsedNegatives) / n,
		NegativeLoss: share(b.LossNegatives, b.LossPositives),
		NegativeGrad: share(b.GradNegatives, b.GradPositives),
		Scarcity:     b.Scarcity,
	}
}

// share returns a/(a+b), 0 where both are 0.
func share(a, b float64) float64 {
	if a+b == 0 {
		return 0
	}
	return a / (a + b)
}
