package summary

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/stats"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

// commanded is the setting of a program that trains by a command.
func commanded(command string) setting {
	return setting{Config: &config.Config{Trainer: &config.Program{Command: config.Command(command)}}}
}

// alike are three seeds of a and of b, whose figures are the same, and c, whose
// are not.
func alike() (runs []*trainer.Run) {
	for i, ap := range []float64{.31, .29, .3} {
		seed := uint64(i + 1)
		runs = append(runs, run("a", seed, ap, ap-.01, ap+.01), run("b", seed, ap, ap-.01, ap+.01), run("c", seed, ap+.001*float64(i), ap-.01, ap+.01))
	}
	return runs
}

func verdictOf(t *testing.T, of setting, runs []*trainer.Run, names ...string) *Summary {
	t.Helper()
	runs = slices.DeleteFunc(runs, func(r *trainer.Run) bool { return !slices.Contains(names, r.Strategy) })
	for _, name := range names {
		of.Strategies = append(of.Strategies, strategy.Strategy{Name: name})
	}
	strategies, e, _, err := summarizeStrategies(of.Config, runs, nil)
	require.NoError(t, err)
	s := &Summary{Strategies: strategies, Seeds: seedsOf(runs), Warnings: warnings(of, strategies, runs)}
	s.conclude(of, e, runs)
	return s
}

func TestIdenticalResultsAreSaidAndForecastNothing(t *testing.T) {
	s := verdictOf(t, commanded("train {strategy} {out}"), alike(), "a", "b")
	assert.Equal(t, stats.NotToldApart, s.Verdict.Outcome)
	assert.Contains(t, s.Verdict.Headline, "a or b: not told apart at ")
	assert.Contains(t, s.Verdict.Headline, "their results are identical on every seed (3).")
	assert.Nil(t, s.Verdict.More)
	assert.Empty(t, s.Verdict.Outlook)
	assert.Equal(t, []string{"see whether the program reads {strategy}: it may train the same whatever stands there"}, s.Verdict.Change)
	require.Len(t, s.Warnings, 1)
	assert.Equal(t, "b", s.Warnings[0].Strategy)
	assert.Equal(t, `its results are identical to those of "a" on every seed (3)`, s.Warnings[0].Detail)

	s = verdictOf(t, setting{Config: &config.Config{}}, alike(), "a", "b")
	assert.NotContains(t, s.Verdict.Change[0], "{strategy}", "no program")
	s = verdictOf(t, commanded("train {out}"), alike(), "a", "b")
	assert.Contains(t, s.Verdict.Change[0], "put {strategy} into its command, which does not name it, or read the file that DETSAMPLE_STRATEGY names")
	s = verdictOf(t, commanded("train {name} {out}"), alike(), "a", "b")
	assert.Equal(t, []string{"see what the program makes of {name}: it may train the same under both names"}, s.Verdict.Change)
}

func TestResultsThatDifferAnywhereAreNotIdentical(t *testing.T) {
	runs := alike()
	assert.True(t, Identical(runs, "a", "b"))
	assert.False(t, Identical(runs, "a", "c"))
	assert.False(t, Identical(runs, "a"), "alone")
	runs[1].Resamples[0] += 1e-9
	assert.False(t, Identical(runs, "a", "b"), "resamples")
	runs = alike()
	runs[1].Broken = true
	assert.False(t, Identical(runs, "a", "b"), "one has a seed less")
	for _, r := range runs {
		r.Figures, r.Resamples, r.Broken = trainer.Figures{}, nil, false
	}
	assert.False(t, Identical(runs, "a", "b"), "nothing was detected")
}

func TestAdviceFitsHowRunsFailedAndWhatTheCommandTakes(t *testing.T) {
	failed := func(fail func(*trainer.Run)) []*trainer.Run {
		runs := alike()
		for _, r := range runs {
			r.AP, r.Failed = -1, "it left no file"
			fail(r)
		}
		return runs
	}
	broken := failed(func(r *trainer.Run) { r.Broken = true })
	s := verdictOf(t, commanded("train {strategy}"), slices.Clone(broken), "a", "b")
	assert.Equal(t, stats.NoFigures, s.Verdict.Reason)
	assert.Equal(t, "no run has an AP", s.Verdict.Unranked)
	assert.Equal(t, []string{"see why runs failed, and do them again with --resume"}, s.Verdict.Change)

	diverged := failed(func(r *trainer.Run) { r.Diverged = true })
	for command, advice := range map[string]string{
		"train {strategy}":      "lower learning rates in the program (its command has no {lr}, which --tune needs)",
		"train {strategy} {lr}": "lower learning rates, or use --tune",
	} {
		assert.Equal(t, []string{advice}, verdictOf(t, commanded(command), slices.Clone(diverged), "a", "b").Verdict.Change)
	}
}

func TestTheRemedyForSmallObjectsFitsTheImages(t *testing.T) {
	small := &Summary{Data: Data{MedianSide: 11}}
	v := Verdict{Decision: stats.Decision{Reason: stats.NothingLearned}, Images: 100}
	scenes := setting{Config: &config.Config{}, generated: true}
	assert.Contains(t, v.change(scenes, small, nil)[0], "scenes.min_size")
	assert.Contains(t, v.because(scenes, small, stats.Estimate{}, ""), "smaller than 11 pixels")
	assert.NotContains(t, v.because(scenes, small, stats.Estimate{}, ""), "trained on")
	folder := setting{Config: &config.Config{}}
	assert.Equal(t, "train on larger images, so that objects keep their size (--size), or on crops of the original pixels (--crop)", v.change(folder, small, nil)[0])
	folder.Folder.Crop = 128
	assert.Contains(t, v.change(folder, small, nil)[0], "crops do not shrink")
	assert.Contains(t, v.change(commanded("train"), small, nil)[2], "in the program")
}
