package page

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/study"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

func TestWhatIsLearnedFromIsSaidOfEachStage(t *testing.T) {
	curve := []trainer.Point{{Images: 8, AP: 0.3}}
	s := evidence.Experiment{Stored: study.Stored{Experiment: study.Experiment{Name: "default", Preset: "default"}, Runs: []trainer.Run{
		{Strategy: "ce", Seed: 1, Images: 8, Curve: curve, Stages: []trainer.StageFigures{
			{Stage: "dense", Positives: 2, Negatives: 200, UsedPositives: 2, UsedNegatives: 200, NegativeLoss: 0.2, NegativeGrad: 0.4}}},
		{Strategy: "rpn 512 + ce", Seed: 1, Images: 8, Curve: curve, Stages: []trainer.StageFigures{
			{Stage: "rpn", Positives: 2, Negatives: 400, UsedPositives: 2, UsedNegatives: 60, NegativeLoss: 0.3, NegativeGrad: 0.5},
			{Stage: "roi", Positives: 4, Negatives: 40, UsedPositives: 4, UsedNegatives: 10, NegativeLoss: 0.1, NegativeGrad: 0.6}}},
	}}}
	var b strings.Builder
	require.NoError(t, writeRuns(&b, &s))
	const figures = "negatives seen → used | of the loss | of the gradient |"
	assert.Contains(t, b.String(), " | first stage: "+figures+" second stage: "+figures+"\n")
	assert.Contains(t, b.String(), " | 1:100 → 1:100 | 20% | 40% | – | – | – |\n")
	assert.Contains(t, b.String(), " | 1:200 → 1:30 | 30% | 50% | 1:10 → 1:2.5 | 10% | 60% |\n")

	s.Runs = s.Runs[:1]
	b.Reset()
	require.NoError(t, writeRuns(&b, &s))
	assert.Contains(t, b.String(), "large | "+figures+"\n", "of a head alone as compare has it")
}

// Data without an object are no mistake, and a share of a loss may be unknown.
func TestWhatWasNotSeenIsADash(t *testing.T) {
	s := evidence.Experiment{Stored: study.Stored{Runs: []trainer.Run{{Strategy: "ce", Stages: []trainer.StageFigures{{Stage: "dense", Negatives: 5, UsedNegatives: 5, NegativeLoss: trainer.Unknown, NegativeGrad: 1}}}}}}
	assert.Equal(t, "– → – | – | 100%", learnedFrom(&s, "ce", 0))
}
