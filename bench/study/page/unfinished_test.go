package page

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/study"
	"detsample/bench/study/boosting"
	"detsample/bench/study/claims"
	"detsample/bench/study/evidence"
	"detsample/bench/trainer"
)

// Who leads of those that have run so far is not said without what is missing.
func TestAnUnfinishedExperimentSaysWhatItLacks(t *testing.T) {
	whole := func(s *evidence.Experiment) string {
		var b strings.Builder
		require.NoError(t, writeExperiment(&b, s, map[string][]byte{}))
		return b.String()
	}
	list := axesOf(t, made(10, 4))
	assert.Empty(t, unfinished(list), "others have no runs at all, which the page says at its end")
	s := evidence.Find(list, "rpn")
	s.Runs = slices.DeleteFunc(s.Runs, func(r trainer.Run) bool { return r.Strategy == "all + ce" || r.Strategy == "all + focal" && r.Seed > 3 })
	assert.Equal(t, "all + ce has no runs, all + focal has 3 of 4", lacks(s))
	assert.Contains(t, unfinished(list), "**Unfinished**: `rpn`. ")
	assert.Contains(t, whole(s), "**Unfinished**: of the seeds of the one that has most all + ce has no runs, all + focal has 3 of 4.")

	s.Runs = slices.DeleteFunc(s.Runs, func(r trainer.Run) bool { return r.Strategy != "512 + ce" })
	text := whole(s)
	assert.Contains(t, text, "| 512 + ce | 4 |", "the best of one is none")
}

// A folder has what its owner says of it, and nothing that is of another.
func TestAPageHasWhatItsOwnerSays(t *testing.T) {
	dir := t.TempDir()
	files, err := pageIn(dir)
	require.NoError(t, err)
	for _, word := range []string{"(../", "gpu/", "A test", "Unfinished", "{"} {
		assert.NotContains(t, string(files[File]), word)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, aboutFile), []byte("\nMine, of last week.\n\n"), 0o644))
	files, err = pageIn(dir)
	require.NoError(t, err)
	assert.Contains(t, string(files[File]), "repeats the runs.\n\nMine, of last week.\n\n**These")
}

// Seeds that are not those of others are missing, however many they are.
func TestOtherSeedsAreMissingOnes(t *testing.T) {
	s := made(10, 4)
	for i := range s.Runs {
		if s.Runs[i].Strategy == "512 + focal" {
			s.Runs[i].Seed += 3
		}
	}
	assert.Equal(t, "512 + focal has 1 of 4 and 3 that these have not", lacks(&s))
}

func TestStatesThatLackSeedsAreUnfinished(t *testing.T) {
	s := evidence.Experiment{Stored: study.Stored{Experiment: experiment(t, "boosting")}}
	assert.Empty(t, lacks(&s))
	for _, name := range []string{"ce", "ssd 3:1"} {
		for seed := range uint64(3) {
			if name == "ce" || seed > 0 {
				s.StateRuns = append(s.StateRuns, boosting.Run{Strategy: name, Seed: seed + 1})
			}
		}
	}
	assert.Equal(t, "focal has no runs, ssd 3:1 has 2 of 3", lacks(&s))
	assert.Equal(t, []int{3, 2}, trainedSeeds(&s, []string{"ce", "ssd 3:1"}))
	assert.Equal(t, "2 to 3 seeds", countedSeeds([]int{3, 2}))
}

// Who stopped in every run is said wherever it would have been named.
func TestWhoStoppedInEveryRunIsSaid(t *testing.T) {
	s := made(10, 4)
	for i := range s.Runs {
		if r := &s.Runs[i]; r.Strategy == "512 + ce" || r.Strategy == "all + ce" && r.Seed == 2 {
			r.Diverged, r.Failed = true, "the loss is not finite"
		}
	}
	assert.Equal(t, []string{"512 + ce stopped in 4 of 4 runs (#1, #2, #3 and #4): the loss is not finite.", "all + ce stopped in 1 of 4 runs (#2): the loss is not finite."}, stops(&s))
	list := axesOf(t, s)
	var b strings.Builder
	require.NoError(t, writeAnswers(&b, list))
	assert.Contains(t, b.String(), "; 512 + ce stopped before the end in every run |")
	end, _, err := atEnd(evidence.Find(list, "rpn"), "", s.Strategies(""), stats.Confidence)
	require.NoError(t, err)
	assert.Contains(t, end, "(`rpn`, 3 to 4 seeds, 5.0 AP gained since half; 512 + ce stopped before the end in every run)")
	claim := claimOf(claims.Contrast{Experiment: "rpn", A: "512 + focal", B: "512 + ce", Expect: claims.Above, Says: "it gains"})
	v, err := claim.Judge(list)
	require.NoError(t, err)
	assert.Contains(t, reasons(&v)[0].Of[0], "512 + ce stopped before the end in every run")
	assert.NotContains(t, reasons(&v)[0].Of[0], "are the least")
}

// A strategy whose training fails without an end is ranked, and it is said that it is.
func TestWhoLearnedNothingIsSaid(t *testing.T) {
	s := made(10, 4)
	for i := range s.Runs {
		r := &s.Runs[i]
		r.UntrainedAP = 0.001 * float64(r.Seed)
		switch {
		case r.Strategy == "all + ce" && r.Seed > 2:
			r.AP = 0.024 // 2 points above the best of the untrained
		case r.Strategy == "all + focal" && r.Seed == 1:
			r.AP = 0.025
		case r.Strategy == "all + focal" && r.Seed == 2:
			r.AP, r.Diverged = 0, true
		}
	}
	const says = "all + ce learned nothing in 2 of 4 runs (#3 and #4): no more than 2 AP above the untrained network. Its mean and its rank are of what these reached too."
	assert.Equal(t, []string{says}, learnedNothing(&s))
	var b strings.Builder
	require.NoError(t, writeRuns(&b, &s))
	assert.Contains(t, b.String(), "\n"+says+"\n")
	assert.Empty(t, learnedNothing(&evidence.Experiment{}))
}

// Results of a folder are no place on an axis of scenes.
func TestAxesAreOfScenes(t *testing.T) {
	ssd := [4]float64{0.2, 0.2, 0.3, 0.2}
	scenes, folder := rivalry("imbalance-10", 800, 12, ssd, ssd), rivalry("dense", 800, 50, ssd, ssd)
	folder.Origin.Data = "photos"
	var b strings.Builder
	require.NoError(t, writeAxes(&b, axesOf(t, scenes, folder), map[string][]byte{}))
	assert.Contains(t, b.String(), "| 12 to 20 objects, few anchors |")
	assert.NotContains(t, b.String(), "a long training |")
	b.Reset()
	require.NoError(t, writeAxes(&b, axesOf(t, folder), map[string][]byte{}))
	assert.Empty(t, b.String())
}
