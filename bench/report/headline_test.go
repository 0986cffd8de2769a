package report

import (
	"strings"
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

func TestHeadlineSaysWhatTheIntervalsShow(t *testing.T) {
	s := &summary.Summary{
		Seeds: []uint64{1}, Data: summary.Data{TestImages: 200},
		Strategies: []summary.Strategy{
			strategy("CE", 0.30, 0, 0), strategy("focal", 0.36, 0.02, 0.10), strategy("OHEM", 0.31, -0.01, 0.03),
			strategy("GHM", 0.20, -0.15, -0.05), strategy("dead", -1, 0, 0),
		},
	}
	s.Strategies[0].Stages = []trainer.StageFigures{{Stage: "dense", Positives: 2, Negatives: 2000}}
	s.Strategies[4].Failed = []string{"diverged"}
	assert.Equal(t, []string{
		"focal has the highest AP, 36.0 (95% interval 34.0 to 38.0), with 1 seed on 200 test images; OHEM follows with 31.0.",
		"Against the first strategy, CE (AP 30.0), focal (+6.0) is higher and GHM (−10.0) is lower, by intervals that exclude zero; for OHEM (+1.0) the interval includes zero.",
		"Measured positives to negatives among the assigned anchors: 1 : 1,000 in the one-stage head.",
		"1 of 5 runs failed to train: dead (1 of 1).",
	}, headline(s)[:4])
	assert.Contains(t, headline(s)[4], "With one seed")
	s.Seeds = []uint64{1, 2}
	assert.NotContains(t, strings.Join(headline(s), " "), "With one seed")
}

func TestAStrategyWithoutADifferenceIsNotJudged(t *testing.T) {
	all := []summary.Strategy{strategy("a", 0.3, 0, 0), strategy("b", 0.4, 0.05, 0.15)}
	assert.Equal(t, higher, judge(all, 1))
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
	assert.Equal(t, "a leads at every checkpoint.", crossings(all[:1]))
	assert.Empty(t, crossings(all[2:]))
	all[1].Failed = []string{"diverged"}
	assert.Equal(t, "a leads at every checkpoint.", crossings(all), "a failed run does not lead")
}
