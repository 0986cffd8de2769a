package report

import (
	"html/template"
	"testing"

	"github.com/stretchr/testify/assert"

	"detsample/bench/config"
	"detsample/bench/stats"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

func TestRunsThatFailedAlikeAreOneRow(t *testing.T) {
	record := func(strategy string, seed uint64, failed string) trainer.Record {
		return trainer.Record{Run: trainer.Run{Strategy: strategy, Seed: seed, Failed: failed}}
	}
	assert.Equal(t, []failure{{"a", "seeds 1 and 3", "no file"}, {"a", "seed 4", "diverged"}, {"b", "seed 1", "no file"}}, failedRuns(&summary.Study{Records: []trainer.Record{
		record("a", 1, "no file"), record("a", 2, ""), record("a", 3, "no file"), record("a", 4, "diverged"), record("b", 1, "no file"),
	}}))
}

func TestOptionsStayOnOneLine(t *testing.T) {
	assert.Equal(t, []template.HTML{`a &lt; b <span class="option">(--tune).</span>`, "x - y"}, unbroken([]string{"a < b (--tune).", "x - y"}))
}

func TestLearningRatesAreShownWhereTheyAreUsed(t *testing.T) {
	s := fake{strategies: names(2), seeds: 2}.study(t)
	assert.Contains(t, write(t, "rates", s), "<th>learning rate</th>")
	s.Config.Trainer = &config.Program{Command: "train {strategy}"}
	text := write(t, "no-rates", s)
	assert.NotContains(t, text, "earning rate</th>")
	assert.NotContains(t, text, "Learning rates and loss weights")
	s.Config.Trainer.Command = "train {lr}"
	assert.Contains(t, write(t, "program-rates", s), "<th>learning rate</th>")
}

func TestCropsAreSaidWithTheirOriginals(t *testing.T) {
	s := fake{strategies: names(2), seeds: 2}.study(t)
	s.Summary.Data.Cropped = &summary.Size{Width: 2000, Height: 1500}
	assert.Contains(t, trainedOn(&s.Summary), "crops of 96 × 96 px of images up to 2000 × 1500 px")
	assert.Equal(t, fact{"trained on crops", "96 × 96 px, of images up to 2000 × 1500 px"}, dataOf(&s.Summary.Data).Facts[1])
}

func TestImagesOfSeveralSizesAreUpToTheLargest(t *testing.T) {
	s := fake{strategies: names(2), seeds: 2}.study(t)
	assert.NotContains(t, trainedOn(&s.Summary), "up to")
	s.Summary.Data.UpTo = true
	assert.Contains(t, trainedOn(&s.Summary), ", up to 96 × 96 px · ")
}

func TestCountsThatAreNotKnownAreNotWritten(t *testing.T) {
	assert.Empty(t, counted(0, 0))
	assert.Equal(t, "2.00 + 0", counted(2, 0))
}

func TestTheIntervalOfAFigureEndsAtZero(t *testing.T) {
	e := stats.Estimate{Mean: 0.01, Low: -0.02, High: 0.04}
	assert.Equal(t, "[0.0, 4.0]", bounds(e))
	assert.Equal(t, "[−2.0, +4.0]", signedBounds(e))
}
