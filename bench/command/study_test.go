package command

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench"
	"detsample/bench/plan"
	"detsample/bench/study"
	"detsample/bench/study/page"
	"detsample/bench/trainer"
)

func TestAStudysPageIsWrittenFromWhatIsThere(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	stored := filepath.Join("..", "..", "docs", "study", "cells")
	out := filepath.Join(t.TempDir(), "study")
	require.NoError(t, os.CopyFS(out, os.DirFS(stored)))
	file := filepath.Join(out, page.File)
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.Remove(file))
	got := detsample("study", "--only", "page", "--out", out)
	require.Zero(t, got.status, got.stderr)
	assert.Equal(t, file+"\n", got.stdout)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.True(t, string(want) == string(text))

	results := filepath.Join(out, "dense", "results.jsonl")
	require.NoError(t, os.WriteFile(results, []byte("{\n"), 0o644))
	got = detsample("study", "--only", "page", "--out", out)
	assert.Equal(t, outcome{statusFailure, "", "detsample: " + results + ":1: not a result: unexpected end of JSON input: put the file back as it was, or take the line out\n"}, got)
	text, err = os.ReadFile(file)
	require.NoError(t, err)
	assert.True(t, string(want) == string(text), "the page before it stays")
}

// What somebody else wrote is found before a study trains for hours.
func TestAStudyReplacesNoPageOfAnothers(t *testing.T) {
	out := t.TempDir()
	file := filepath.Join(out, page.File)
	require.NoError(t, os.WriteFile(file, []byte("# Mine\n"), 0o666))
	require.NoError(t, os.MkdirAll(filepath.Join(out, "boosting"), 0o777), "without which there is nothing to merge")
	for _, only := range []string{"all", "merge"} {
		got := detsample("study", "boosting", "--only", only, "--out", out, "-q")
		assert.Equal(t, outcome{statusFailure, "", "detsample: " + out + " holds README.md, which no study wrote: name another folder, or move it away\n"}, got)
		begun, err := os.ReadDir(filepath.Join(out, "boosting"))
		require.NoError(t, err)
		assert.Empty(t, begun, only)
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "# Mine\n", string(text))
}

// A study's folder has one of each experiment, and a comparison's the runs themselves.
func TestAStudyIsKeptApartFromAComparison(t *testing.T) {
	for _, name := range []string{"runs.journal", "UNFINISHED", "results.jsonl", "shards"} {
		out := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(out, name), 0o777))
		why := out + " holds " + name + ", as the folder of a single comparison does, and a study has a folder for each experiment: name another folder, or move it away"
		for _, begun := range []bool{false, true} {
			if begun {
				require.NoError(t, os.Mkdir(filepath.Join(out, "alpha"), 0o777))
			}
			commands := [][]string{{"study", "alpha", "-q"}, {"study", "--only", "page"}}
			if begun { // or merging finds no shard
				commands = append(commands, []string{"study", "alpha", "--only", "merge", "-q"})
			}
			for _, c := range commands {
				got := detsample(append(c, "--out", out)...)
				assert.Equal(t, outcome{statusFailure, "", "detsample: " + why + "\n"}, got, c)
			}
			got := detsample("study", "alpha", "--only", "plan", "--out", out)
			require.Zero(t, got.status, got.stderr)
			assert.Contains(t, strings.Join(strings.Fields(got.stdout), " "), "trains nothing in it: "+why+".")
			there, err := os.ReadDir(out)
			require.NoError(t, err)
			assert.Equal(t, begun, len(there) == 2, "nothing is written")
		}
	}
	stored := filepath.Join("..", "..", "docs", "study")
	for _, dir := range []string{stored, filepath.Join(stored, "cells"), filepath.Join(stored, "repeats")} {
		assert.NoError(t, study.Apart(dir))
	}
	assert.Error(t, study.Apart(filepath.Join(stored, "alpha")), "an experiment's")
}

func TestWrongUsageOfStudy(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for args, message := range map[string]string{
		"densee":                            `unknown study or experiment "densee": did you mean dense? detsample study --only plan has them all`,
		"imbalance":                         `unknown study or experiment "imbalance": did you mean imbalance-10? detsample study --only plan has them all`,
		"zzzzzz":                            `unknown study or experiment "zzzzzz": expected one of boosting, dense, rpn, roi, small, axes, or a name that detsample study --only plan has`,
		"roi/alpha":                         `unknown study or experiment "roi/alpha"`,
		"--seeds -1":                        "--seeds is -1: expected at least 1",
		"--jobs -1":                         "--jobs is -1: expected at least 1",
		"--jobs 0":                          "--jobs is 0: expected at least 1",
		"--seeds 0":                         "--seeds is 0: expected at least 1",
		"--first-seed 0":                    "--first-seed is 0: expected 1 to 4503599627370496",
		"--out=":                            "--out is empty: expected a folder; leave it out for detsample-study",
		"--size 100":                        "--size is of the images of --data",
		"--data=":                           "--data is empty",
		"roi --data photos --size much":     `--size is "much": `,
		"--only page --seeds 3":             "--only page writes the page of all that --out has, and --seeds is of training: leave out one of them",
		"--only page --first-seed 3":        "and --first-seed is of training",
		"--only page --quick":               "and --quick is of training",
		"--only page --data photos":         "and --data is of training",
		"--only page --size 32":             "and --size is of training",
		"--only page --jobs 1":              "and --jobs is of training",
		"--only page --follow-links":        "and --follow-links is of training",
		"--follow-links":                    "--follow-links is of the folder of --data: name that, or leave it out",
		"densee --only page --out .":        `unknown study or experiment "densee"`,
		"roi --shard 1/99999999":            `--shard is "1/99999999": expected at most 1000000 shards`,
		"roi --shard 5/4":                   "--shard is shard 5 of 4: expected 1 to 4",
		"roi --shard 3/2 --only plan":       "--shard is shard 3 of 2: expected 1 to 2",
		"roi --shard 3/2 --only merge":      "--shard is shard 3 of 2: expected 1 to 2",
		"roi --shard 1/2 --only plan":       "--shard is 1/2, and --only plan is of all shards: leave out one of them",
		"roi --shard 1/2 --only merge":      "--shard is 1/2, and --only merge is of all shards: leave out one of them",
		"--shard 1/2 --only page":           "--shard is 1/2, and --only page is of all shards: leave out one of them",
		"boosting --data photos --out nope": "what is asked for is made for generated scenes (boosting): leave out --data",
		"ratio --seeds 1 --quick":           "--quick has boosting, dense, alpha, rpn, roi, roi-small, and nothing of what is named: leave out --quick",
		"ratio --quick --data photos":       "--quick has boosting,",
		"roi-small ratio --quick --data p":  "what is asked for is made for generated scenes (roi-small): leave out --data",
	} {
		got := detsample(append([]string{"study"}, strings.Fields(args)...)...)
		assert.Equal(t, statusUsage, got.status, "%s: %s", args, got.stderr)
		assert.Contains(t, got.stderr, message)
		assert.Equal(t, 1, strings.Count(strings.TrimSpace(strings.TrimSuffix(got.stderr, "\nsee detsample study --help\n")), "\n")+1, got.stderr)
		assert.NotContains(t, got.stderr, "panic")
	}
	assert.NoDirExists(t, "nope")
}

func TestAnInterruptedStudySaysWhatIsKept(t *testing.T) {
	args := []string{"study", "roi", "--out", "x"}
	for ended, message := range map[[2]int]string{
		{0, 0}:  "interrupted before a run had ended; go on with\n  ",
		{1, 0}:  "interrupted: x has kept 1 training; go on with\n  ",
		{0, 3}:  "interrupted: x has kept 3 measurements for scales and rates; go on with\n  ",
		{2, 10}: "interrupted: x has kept 2 trainings and 10 measurements for scales and rates; go on with\n  ",
	} {
		c := studyCommand{Out: "x/", Only: "all"}
		assert.EqualError(t, c.interrupted(ended[0], ended[1], args), message+commandOf(args...))
	}
	c := studyCommand{Out: "x", Only: "merge"}
	assert.ErrorContains(t, c.interrupted(0, 0, args), "what shards have trained stays in x; go on with")
}

func TestWhatHasEndedIsCountedOverAllExperiments(t *testing.T) {
	p := newStudyProgress(io.Discard, true)
	done := &trainer.Run{}
	for _, e := range []study.Event{
		{Experiment: "a", Event: bench.Event{Runs: 1}},
		{Experiment: "a", Event: bench.Event{Runs: 1, Finished: 1, Done: done, Resumed: true}},
		{Experiment: "b", Event: bench.Event{Runs: 2, Finished: 1, Done: done, Phase: "matching scale", Trial: "scale"}},
		{Experiment: "b", Event: bench.Event{Runs: 2, Finished: 1, Done: done, Phase: "weights along training"}},
		{Experiment: "b", Event: bench.Event{Runs: 2, Finished: 1}},
	} {
		p.event(e)
	}
	assert.Equal(t, 2, p.trained)
	assert.Equal(t, 1, p.measured)
}

// A study's merge asks for the same experiments as its shards.
func TestTheCommandThatMergesNamesWhatWasTrained(t *testing.T) {
	data := "my photos"
	seeds, first := 2, uint64(9)
	c := studyCommand{Names: []string{"rpn-long", "roi"}, Out: "x", Quick: true, Seeds: &seeds, FirstSeed: &first, Data: &data, Size: "320", FollowLinks: true}
	assert.Equal(t, commandOf("study", "rpn-long", "roi", "--data", data, "--size", "320", "--seeds", "2", "--first-seed", "9", "--follow-links", "--quick", "--only", "merge", "--out", "x"), c.merging())
	c = studyCommand{Out: "x"}
	assert.Equal(t, commandOf("study", "--only", "merge", "--out", "x"), c.merging())
}

func TestAStudyOfTooManySeedsIsRefusedAtOnce(t *testing.T) {
	got := detsample("study", "rpn", "--seeds", "99999999999", "--only", "plan")
	assert.Equal(t, 2, got.status)
	assert.Contains(t, got.stderr, "--seeds is 99999999999: expected 1 to 1000000")
}

func TestASingleExperimentsTimeLeftIsSaidOnce(t *testing.T) {
	e := study.Event{Of: 1, Left: time.Hour}
	assert.Empty(t, leftOf(e), "its runs say it")
	e.Phase = "matching scale"
	assert.Equal(t, ", 1:00 h left of the study", leftOf(e), "a phase says its own")
	e = study.Event{Of: 2, Left: time.Hour}
	assert.Equal(t, ", 1:00 h left of the study", leftOf(e))
	e.Left = 0
	assert.Empty(t, leftOf(e), "nothing is known yet")
}

// Whatever a message names can be given.
func TestEveryNameOfAnExperimentIsOneExperiment(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	all, err := study.Experiments()
	require.NoError(t, err)
	names := studyNames(all)
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), len(names), "none is listed twice")
	for i := range all {
		list, err := named([]string{all[i].Called()})
		require.NoError(t, err)
		assert.Equal(t, []string{all[i].Name}, experimentNames(list))
		if all[i].Called() == all[i].Name {
			continue
		}
		got := detsample("preset", "study/"+all[i].Name)
		assert.Zero(t, got.status, "the experiment, where a study is called so too: %s", got.stderr)
		assert.Equal(t, got, detsample("preset", "study/"+all[i].Called()))
	}
	for _, name := range []string{"study", "study/"} {
		got := detsample("preset", name)
		assert.Equal(t, statusUsage, got.status)
		assert.Contains(t, got.stderr, "give study/ and one of boosting, dense, dense-long, ")
	}
	assert.Contains(t, detsample("preset", "study/axes").stderr, "\"axes\" is a study of ")
}

func TestAMergeOfNoShardsSaysWhatIsMissing(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	out := t.TempDir()
	got := detsample("study", "rpn-long", "--only", "merge", "--out", out)
	assert.Equal(t, outcome{status: statusPartial, stderr: "detsample: no shard has begun rpn-long in " + out + ": train with --shard I/N and this --out first, or name the folder that shards have written to\n"}, got)
	got = detsample("study", "--only", "merge", "--out", out)
	assert.Contains(t, got.stderr, "no shard has begun the experiments that are asked for in "+out)
	assert.Empty(t, got.stdout)
	assert.Equal(t, 1, strings.Count(got.stderr, "\n"))

	require.NoError(t, os.Mkdir(filepath.Join(out, "rpn"), 0o755))
	got = detsample("study", "rpn", "roi/roi", "--only", "merge", "--out", out, "-q")
	assert.Equal(t, statusPartial, got.status)
	assert.Contains(t, got.stderr, "rpn, rpn-long, rpn-tiny, rpn-tiny-long, rpn-tiny-small, rpn-faint, rpn-settled, rpn-weight, rpn-sizes, rpn-papers, roi: no shard has begun it\n", "once")
}

func TestWhatAMergeLacksIsNamed(t *testing.T) {
	var out, errs strings.Builder
	s := &session{stdout: &out, stderr: &errs}
	c := &studyCommand{Only: "merge"}
	missing := bench.Round{Begun: true, Runs: []bench.Planned{{Strategy: "ce", Seed: 1}, {Strategy: "focal", Seed: 1}, {Strategy: "focal", Seed: 2}}}
	found := []study.Found{{Experiment: "roi", Next: "not yet there: 3 runs", Missing: missing}, {Experiment: "boosting"}}
	assert.ErrorContains(t, c.conclude(s, found, study.Options{}), "1 experiment is not complete: start the shards again, and merge again")
	assert.Equal(t, "roi: not yet there: 3 runs\n  ce: seed 1\n  focal: seeds 1, 2\n", errs.String())

	errs.Reset()
	found = []study.Found{{Experiment: "roi", Next: "2 of 4 runs are in its folder"}}
	c = &studyCommand{Only: "all", Out: "x", Quiet: true}
	shard := study.Options{Shard: plan.Shard{Index: 1, Count: 2}}
	require.NoError(t, c.conclude(s, found, shard))
	assert.Empty(t, errs.String()+out.String(), "quiet")
	c.Quiet = false
	require.NoError(t, c.conclude(s, found, shard))
	assert.Equal(t, "roi: 2 of 4 runs are in its folder\n", errs.String())
}

// A page is of the whole folder: a name that is not there would be taken for one
// that is.
func TestAPageOfWhatIsNotThereIsRefused(t *testing.T) {
	out := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(out, "rpn-long"), 0o755))
	got := detsample("study", "alpha", "--only", "page", "--out", out)
	assert.Equal(t, outcome{status: statusFailure, stderr: "detsample: " + out + " has no folder of alpha, and --only page takes what is there: leave out the name, or train it first\n"}, got)
	for _, name := range []string{"rpn", "rpn-long"} {
		got = detsample("study", name, "--only", "page", "--out", out)
		assert.Zero(t, got.status, got.stderr)
	}
}

func TestAStudyIsAskedForByItsNames(t *testing.T) {
	c := studyCommand{Names: []string{"rpn", "dense/dense"}, Only: "page"}
	o, err := c.options(&session{stderr: io.Discard})
	require.NoError(t, err)
	assert.Equal(t, c.Names, o.Names, "which are kept beside the runs")
}
