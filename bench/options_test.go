package bench

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/trainer"
)

// scripted is a trainer that trains nothing: AP is a hundredth of the seed,
// and one more for the second strategy.
type scripted struct {
	mu   *sync.Mutex
	jobs *[]trainer.Job
	fail error
}

func (s scripted) Train(_ context.Context, job trainer.Job, progress func(int)) (trainer.Record, error) {
	s.mu.Lock()
	*s.jobs = append(*s.jobs, job)
	s.mu.Unlock()
	progress(job.Images)
	ap := 0.1 + float64(job.Seed)/100
	if job.Strategy.Name == "ohem" {
		ap += 0.01
	}
	return trainer.Record{Run: trainer.Run{
		Strategy: job.Strategy.Name, Seed: job.Seed, Detector: "one-stage", LR: job.Strategy.LR, Images: job.Images, Steps: 1,
		Figures: trainer.Figures{AP: ap, AP50: ap, AP75: ap, APS: ap, APM: -1, APL: -1, AR1: ap, AR10: ap, AR100: ap},
		Classes: []trainer.ClassFigures{{Class: job.Data.Classes[0], Objects: 3, AP: ap, AP50: ap}},
		Curve:   []trainer.Point{{}, {Images: job.Images, AP: ap, AP50: ap, APS: ap}},
	}}, s.fail
}

func newScripted(fail error) scripted { return scripted{new(sync.Mutex), new([]trainer.Job), fail} }

func TestAnotherTrainerTakesPart(t *testing.T) {
	s, images := newScripted(nil), []int{}
	c := parsed(t, tinyData+tinyTraining)
	study, err := Compare(t.Context(), c, Options{Seeds: 2, Budget: 0.5, Trainer: s, Progress: func(e Event) { images = append(images, e.Images) }})
	require.NoError(t, err)
	require.Len(t, *s.jobs, 4)
	for _, job := range *s.jobs {
		assert.Equal(t, 12, job.Images, "half of the budget")
		assert.Len(t, job.Data.Train, 64)
	}
	assert.Contains(t, images, 12)
	require.Len(t, study.Summary.Strategies, 2)
	assert.InDelta(t, 0.115, study.Summary.Strategies[0].AP.Mean, 1e-12)
	assert.InDelta(t, 0.01, study.Summary.Strategies[1].Difference.Mean, 1e-12)
}

func TestCompareAloneWritesTheReport(t *testing.T) {
	with, without := t.TempDir(), t.TempDir()
	for out, report := range map[string]bool{with: true, without: false} {
		_, err := Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Out: out, Report: report, Trainer: newScripted(nil)})
		require.NoError(t, err)
		c, err := config.Load(filepath.Join(out, "config.yaml"))
		require.NoError(t, err)
		assert.Equal(t, []string{"focal", "ohem"}, []string{c.Strategies[0].Name, c.Strategies[1].Name})
	}
	page, err := os.ReadFile(filepath.Join(with, "report.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "ohem")
	assert.NoFileExists(t, filepath.Join(without, "report.html"))
	_, err = Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Report: true, Trainer: newScripted(nil)})
	assert.NoError(t, err, "without a folder there is nothing to write")
}

func TestAReportThatCannotBeWrittenLosesNoResult(t *testing.T) {
	out := t.TempDir()
	inTheWay := func(Event) { assert.NoError(t, os.MkdirAll(filepath.Join(out, "report.html", "full"), 0o777)) }
	study, err := Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Out: out, Report: true, Trainer: newScripted(nil), Progress: inTheWay})
	assert.ErrorContains(t, err, "report.html")
	require.NotNil(t, study)
	assert.True(t, slices.ContainsFunc(study.Records, func(r trainer.Record) bool { return r.Run.Strategy == "ohem" }))
	assert.FileExists(t, filepath.Join(out, "summary.json"))
}

func TestOptionsThatNoComparisonMayHaveAreNamed(t *testing.T) {
	for want, o := range map[string]Options{
		"Options.Seeds is -1: expected at least 1, or 0 for 1":                                                                  {Seeds: -1},
		"Options.Jobs is -2: expected at least 1, or 0 for 1":                                                                   {Jobs: -2},
		"Options.Budget is -1: expected a number above 0, or 0 for 1":                                                           {Budget: -1},
		"Options.Budget is NaN: expected a number above 0, or 0 for 1":                                                          {Budget: math.NaN()},
		"Options.Budget is +Inf: expected a number above 0, or 0 for 1":                                                         {Budget: math.Inf(1)},
		"Options.Until is -1: expected AP as a share of 1, above 0 and at most 1 (0.0075 for 0.75 points), or 0 to train all":   {Until: -1, Seeds: 3},
		"Options.Until is NaN: expected AP as a share of 1, above 0 and at most 1 (0.0075 for 0.75 points), or 0 to train all":  {Until: math.NaN(), Seeds: 3},
		"Options.Until is 1.01: expected AP as a share of 1, above 0 and at most 1 (0.0075 for 0.75 points), or 0 to train all": {Until: 1.01, Seeds: 3},
		"Options.Seeds is 2: Until and Race look at 3 seeds first":                                                              {Until: 1, Seeds: 2},
		"Options.Seeds is 0: Until and Race look at 3 seeds first":                                                              {Race: true},
		"Options.FirstSeed is 18446744073709551614: no 2 seeds follow it":                                                       {FirstSeed: math.MaxUint64 - 1, Seeds: 2},
	} {
		s := newScripted(nil)
		o.Trainer = s
		_, err := Compare(t.Context(), parsed(t, tinyData+tinyTraining), o)
		assert.EqualError(t, err, want)
		assert.Empty(t, *s.jobs, "nothing is trained")
	}
	_, err := Compare(t.Context(), nil, Options{})
	assert.EqualError(t, err, "no configuration: config.Preset and config.Load return one")
}
