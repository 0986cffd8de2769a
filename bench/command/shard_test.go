package command

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/plan"
	"detsample/bench/stats"
)

// environment is what a process finds set, of Slurm and Kubernetes.
func environment(t *testing.T, set string) {
	for _, name := range []string{slurmID, slurmMin, slurmMax, slurmCount, slurmStep, jobIndex, jobCount} {
		t.Setenv(name, "")
	}
	names := map[string]string{"id": slurmID, "min": slurmMin, "max": slurmMax, "count": slurmCount, "step": slurmStep, "index": jobIndex, "completions": jobCount}
	for _, field := range strings.Fields(set) {
		name, value, _ := strings.Cut(field, "=")
		require.Contains(t, names, name)
		t.Setenv(names[name], value)
	}
}

func TestTheEnvironmentSaysWhichShardThisIs(t *testing.T) {
	for _, c := range []struct {
		flag, set string
		want      plan.Shard
	}{
		{"", "", plan.Shard{}},
		{"2/4", "", plan.Shard{Index: 2, Count: 4}},
		{"2/4", "id=9 min=1 max=9 count=9 step=1", plan.Shard{Index: 2, Count: 4}},
		{"none", "id=9 min=1 max=9 count=9 step=1", plan.Shard{}},
		{"", "id=0 min=0 max=3 count=4 step=1", plan.Shard{Index: 1, Count: 4}},
		{"", "id=3 min=0 max=3 count=4 step=1", plan.Shard{Index: 4, Count: 4}},
		{"", "id=3 min=1 max=4 count=4 step=1", plan.Shard{Index: 3, Count: 4}},
		{"", "id=7 min=5 count=4", plan.Shard{Index: 3, Count: 4}},
		{"", "id=6 min=2 max=8 count=4 step=2", plan.Shard{Index: 3, Count: 4}},
		{"", "id=4 min=0 max=7 count=2 step=4", plan.Shard{Index: 2, Count: 2}},
		{"", "id=5 min=5 max=5 count=1 step=1", plan.Shard{Index: 1, Count: 1}},
		{"/4", "id=6 min=2 max=8 count=4 step=2", plan.Shard{Index: 3, Count: 4}},
		{"", "index=0 completions=4", plan.Shard{Index: 1, Count: 4}},
		{"", "index=3 completions=4", plan.Shard{Index: 4, Count: 4}},
		{"/4", "index=3", plan.Shard{Index: 4, Count: 4}},
		{"/4", "index=3 completions=4", plan.Shard{Index: 4, Count: 4}},
	} {
		environment(t, c.set)
		var notes strings.Builder
		got, err := theShard(c.flag, &notes)
		require.NoError(t, err, c)
		assert.Equal(t, c.want, got, c)
		if byEnvironment := c.flag == "" && c.set != "" || strings.HasPrefix(c.flag, "/"); byEnvironment {
			assert.Regexp(t, `^shard \d+/\d+, as (SLURM_ARRAY_TASK_ID|JOB_COMPLETION_INDEX)=\d+ says\n$`, notes.String())
		} else {
			assert.Empty(t, notes.String(), c)
		}
	}
}

func TestWhatDoesNotSayWhichShardThisIsIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	for _, c := range []struct{ flag, set, err string }{
		{"5/4", "", "--shard is shard 5 of 4: expected 1 to 4"},
		{"0/4", "", "--shard is shard 0 of 4: expected 1 to 4"},
		{"2", "", `--shard is "2": expected I/N, the I-th of N shards, from 1/N to N/N`},
		{"/x", "", `--shard is "/x": expected /N, one of N shards, which one being in the environment`},
		{"/4", "", `--shard is "/4", and neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX says which one this is: give I/N`},
		{"", "id=3 min=1 max=7 count=3 step=1", "the tasks of this array are not evenly spaced (3 of them, from 1 to 7 with a step of 1, this one 3), so that its place is not known: start an array such as 1-3, or give --shard I/N"},
		{"", "id=3 min=2 max=8 count=4 step=2", "not evenly spaced"},
		{"", "id=9 min=1 max=8 count=8 step=1", "not evenly spaced"},
		{"", "id=0 min=1 max=8 count=8 step=1", "not evenly spaced"},
		{"", "id=4 min=0 max=7 count=3 step=4", "not evenly spaced"},
		{"", "id=1 min=1 max=1 count=1 step=0", "not evenly spaced"},
		{"", "id=3 min=1", "SLURM_ARRAY_TASK_COUNT is not set: give --shard I/N"},
		{"", "id=3 count=4", "SLURM_ARRAY_TASK_MIN is not set: give --shard I/N"},
		{"", "id=x min=1 count=4", `SLURM_ARRAY_TASK_ID is "x": expected a number: give --shard I/N`},
		{"/4", "id=3 min=3 max=3 count=1 step=1", "--shard says 4 shards, the array has 1: start all of its tasks, those that have nothing to do end at once; or give --shard I/N"},
		{"", "index=2", "JOB_COMPLETIONS is not set: let the job's container have its completions in JOB_COMPLETIONS, or give --shard /N"},
		{"", "index=4 completions=4", "JOB_COMPLETION_INDEX is 4 of 4: expected 0 to 3"},
		{"/5", "index=2 completions=4", "--shard says 5 shards, JOB_COMPLETIONS 4"},
		{"", "index=-1 completions=4", `JOB_COMPLETION_INDEX is "-1": expected a number`},
		{"", "id=1 min=1 count=4 index=1 completions=4", "both SLURM_ARRAY_TASK_ID and JOB_COMPLETION_INDEX are set: give --shard I/N"},
	} {
		environment(t, c.set)
		args := []string{"compare", "--seeds", "1", "--config", file(t, "tiny.yaml", tiny), "--out", filepath.Join(t.TempDir(), "out")}
		if c.flag != "" {
			args = append(args, "--shard", c.flag)
		}
		got := detsample(args...)
		assert.Equal(t, statusUsage, got.status, c)
		assert.Contains(t, got.stderr, c.err, c)
		assert.Equal(t, 1, strings.Count(got.stderr, "\n"), got.stderr)
		assert.NoDirExists(t, args[4])
	}
}

func TestShardsAreTrainedPlannedAndMerged(t *testing.T) {
	config, whole, out := file(t, "tiny.yaml", tiny), t.TempDir(), t.TempDir()
	require.Zero(t, detsample("compare", "--config", config, "--seeds", "3", "--out", whole, "-q").status)

	environment(t, "index=1 completions=3")
	got := detsample("compare", "--config", config, "--seeds", "3", "--out", out)
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stderr, "shard 2/3, as JOB_COMPLETION_INDEX=1 says\n")
	assert.Equal(t, "Shard 2/3: 2 of 6 runs, in "+filepath.Join(out, "shards", "2-of-3")+". Once all shards have ended:\n  detsample merge "+out+"\n", got.stdout)
	assert.Contains(t, got.stderr, "two-stage #2: ")

	got = detsample("plan", out)
	assert.Equal(t, outcome{status: statusFailure, stderr: "detsample: " + out + " has no runs that are joined: detsample merge joins what shards have trained\n"}, got)

	got = detsample("merge", out)
	assert.Equal(t, outcome{status: statusPartial, stderr: "detsample: 4 runs are missing in " + out + `:
  two-stage: seeds 1, 3
  focal: seeds 1, 3
  once they are trained, merge again; the shards train them if they are started again
`}, got)

	got = detsample("plan", out, "--shards", "2", "--format", "json")
	require.Zero(t, got.status)
	var planned []plannedRun
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &planned))
	require.Len(t, planned, 4)
	assert.Equal(t, 24.0, planned[0].Cost)
	for k, i := range []string{"1", "2"} {
		got = detsample("compare", "--config", config, "--seeds", "3", "--out", out, "--shard", i+"/2", "--format", "json")
		require.Zero(t, got.status, got.stderr)
		var shard shardReport
		require.NoError(t, json.Unmarshal([]byte(got.stdout), &shard))
		assert.Equal(t, i+"/2", shard.Shard)
		assert.Equal(t, 4, shard.Round)
		var runs []plannedRun
		for _, p := range planned {
			if p.Shard == k+1 {
				runs = append(runs, p)
			}
		}
		require.Len(t, shard.Runs, len(runs))
		for n := range runs {
			assert.Equal(t, []any{runs[n].Strategy, runs[n].Seed}, []any{shard.Runs[n].Strategy, shard.Runs[n].Seed}, "what was planned")
		}
	}
	got = detsample("plan", out)
	assert.Contains(t, got.stdout, "4 runs come next\n", "merging is what counts")

	got = detsample("merge", out)
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "not ranked")
	assert.Equal(t, results(t, whole), results(t, out))
	assert.FileExists(t, filepath.Join(out, "report.html"))
	assert.Equal(t, "The comparison in "+out+" is complete: nothing comes next.\n", detsample("plan", out).stdout)
	assert.Equal(t, "[]\n", detsample("plan", out, "--format", "json").stdout)
	got = detsample("compare", "--config", config, "--seeds", "3", "--out", out, "--shard", "1/2")
	assert.Equal(t, "Shard 1/2 has nothing to train: the comparison in "+out+" is complete.\n", got.stdout)

	into := filepath.Join(t.TempDir(), "into")
	assert.Equal(t, outcome{}, detsample("merge", filepath.Join(out, "shards", "2-of-3"), whole, "--out", into, "--quiet"))
	assert.Equal(t, results(t, whole), results(t, into))
}

func TestAFurtherRoundIsAnnounced(t *testing.T) {
	config, out := file(t, "tiny.yaml", "scale: matched\n"+tiny+"  - {name: again, rpn: {}, roi: {}, lr: 0.002}\n"), t.TempDir()
	require.Zero(t, detsample("compare", "--seeds", "1", "--config", config, "--out", out, "--shard", "1/1", "-q").status)
	got := detsample("merge", out)
	require.Zero(t, got.status, got.stderr)
	assert.Regexp(t, `^All runs so far are in \S+; \d further runs? follows?( \(matching scale, round 2\))?: start the shards again. These come next:\n  \S+`, got.stdout)
	got = detsample("plan", out)
	assert.Regexp(t, `^\d runs? comes? next`, got.stdout)
}

func TestSeedsAreNamedByTheirRanges(t *testing.T) {
	for want, numbers := range map[string][]uint64{
		"": nil, "7": {7}, "1, 2": {1, 2}, "1 to 3": {1, 2, 3}, "1, 3, 5 to 8, 10": {1, 3, 5, 6, 7, 8, 10}, "0, 1, 3": {0, 1, 3},
	} {
		assert.Equal(t, want, ranges(numbers))
	}
}

// Rounds that look at the runs before they add seeds are shared out too.
func TestARaceOverShardsIsThatOfOneProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	enough := strings.Replace(tiny, "test: 4", fmt.Sprintf("test: %d", 2*stats.MinImages), 1) // test images for a race to go on
	config, whole, out := file(t, "tiny.yaml", enough), t.TempDir(), t.TempDir()
	args := func(out string, more ...string) []string {
		return append([]string{"compare", "--config", config, "--seeds", "5", "--race", "-q", "--out", out}, more...)
	}
	require.Zero(t, detsample(args(whole)...).status)
	rounds := 0
	for ; rounds < 10; rounds++ {
		for _, shard := range []string{"1/2", "2/2"} {
			got := detsample(args(out, "--shard", shard)...)
			require.Zero(t, got.status, got.stderr)
		}
		detsample("merge", out)
		if detsample("plan", out, "--format", "json").stdout == "[]\n" {
			break
		}
	}
	assert.Greater(t, rounds, 1, "a round for each look")
	assert.Equal(t, results(t, whole), results(t, out))
}
