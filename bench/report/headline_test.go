package report

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/stats"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

func strategy(name string, ap, low, high float64) summary.Strategy {
	s := summary.Strategy{
		Strategy: name, Detector: oneStage, Runs: 1, AP: stats.Estimate{Mean: ap, Low: ap - 0.02, High: ap + 0.02},
	}
	if low != high {
		s.Difference = &stats.Estimate{Mean: (low + high) / 2, Low: low, High: high}
	}
	return s
}

func TestTheHeadlineIsTheVerdict(t *testing.T) {
	s := &summary.Summary{
		Verdict: summary.Verdict{
			Headline: "focal or CE: not told apart.", Outlook: "About 9 seeds would tell.", Why: []string{"focal learned from 3 negatives."}, Change: []string{"train longer", "or not"},
		},
		Strategies: []summary.Strategy{strategy("CE", 0.30, 0, 0), strategy("focal", 0.36, 0.02, 0.10), strategy("dead", -1, 0, 0)},
		Mixed:      []string{"Of several programs."},
	}
	s.Strategies[0].Stages = []trainer.StageFigures{{Stage: "dense", Positives: 2, Negatives: 2000}}
	s.Strategies[2].Failed = []string{"diverged"}
	assert.Equal(t, []string{"focal or CE: not told apart.", "About 9 seeds would tell.", "To change that: train longer; or not.", "Of several programs."}, headline(s))
	assert.Equal(t, []string{
		"focal learned from 3 negatives.",
		"Measured positives to negatives among the assigned anchors: 1:1000 in the one-stage head.",
		"1 of 3 runs failed to train: dead (1 of 1).",
	}, reasons(s))
}

func TestWhereNothingWasLearnedThereIsNoOrder(t *testing.T) {
	s := &summary.Summary{Strategies: []summary.Strategy{strategy("a", 0.001, 0, 0), strategy("b", 0.009, 0, 0)}}
	s.Verdict.Outcome, s.Verdict.Reason = stats.NoConclusion, stats.NothingLearned
	assert.Equal(t, []int{0, 1}, order(s))
	s.Verdict.Reason = stats.OneSeed
	assert.Equal(t, []int{1, 0}, order(s))
}

func TestAStrategyWithoutADifferenceIsNotJudged(t *testing.T) {
	all := []summary.Strategy{strategy("a", 0.3, 0, 0), strategy("b", 0.4, 0.05, 0.15)}
	assert.Equal(t, higher, judge(all, 1))
	all[1].Difference.ImagesOnly = true
	assert.Equal(t, none, judge(all, 1), "one seed is not judged")
	all[1].Difference = nil
	assert.Equal(t, none, judge(all, 1))
}

func TestCrossingsNameTheLeaderAtEachCheckpoint(t *testing.T) {
	curve := func(aps ...float64) []summary.CurvePoint {
		var out []summary.CurvePoint
		for k, ap := range aps {
			out = append(out, summary.CurvePoint{Images: 1000 * k, AP: ap})
		}
		return out
	}
	all := []summary.Strategy{{Strategy: "a", Curve: curve(0, 0.2, 0.3, 0.31)}, {Strategy: "b", Curve: curve(0.1, 0.1, 0.2, 0.4)}, {Strategy: "c", Curve: curve(0)}}
	assert.Contains(t, crossings(all), "a from 1,000 to 2,000 and b at 3,000 images")
	assert.Equal(t, "a has the highest mean at every checkpoint.", crossings(all[:1]))
	assert.Empty(t, crossings(all[2:]))
	equal := []summary.Strategy{all[0], all[0]}
	equal[1].Strategy = "twin"
	assert.Equal(t, "All have equal means at every checkpoint.", crossings(equal))
	assert.Contains(t, crossings(append(equal, all[1])), "a and twin from 1,000 to 2,000 and b at 3,000 images")
	all[1].Failed = []string{"diverged"}
	assert.Equal(t, "a has the highest mean at every checkpoint, b apart, of which runs failed or learned nothing.", crossings(all), "a failed run does not lead")

	fine, rare := all[0], summary.Strategy{Strategy: "rare", Curve: []summary.CurvePoint{{}, {Images: 1500, AP: 0.9}, {Images: 3000, AP: 0.1}}}
	assert.Equal(t, "a has the highest mean at every checkpoint.", crossings([]summary.Strategy{rare, fine}), "at 1500 images rare alone was evaluated")
	rare.Curve = rare.Curve[:2]
	assert.Empty(t, crossings([]summary.Strategy{rare, fine}), "they share none")
}

func TestTheSubtitleSaysWhatWasTrainedOnWhat(t *testing.T) {
	s := fake{strategies: names(2), seeds: 3}.study(t)
	s.Summary.Verdict.Images = 4800
	assert.Equal(t, "2 strategies, 3 seeds each, 4,800 images a run · generated scenes, 96 × 96 px · tested on 300 images", trainedOn(&s.Summary))
}
