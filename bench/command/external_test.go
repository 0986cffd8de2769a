package command

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/dump"
	insight "detsample/bench/inspect"
	"detsample/bench/replay"
	"detsample/bench/trainer"
)

// external builds testdata/external as a module of its own and returns a
// function that runs it. It requires what this module does, so that nothing is
// fetched.
func external(t *testing.T) func(args ...string) outcome {
	t.Helper()
	program, err := os.ReadFile("testdata/external/main.go")
	require.NoError(t, err)
	return module(t, pasted(t, string(program)))
}

// module builds a program of some files, without fetching anything, and returns
// a function that runs it.
func module(t *testing.T, files map[string]string) func(args ...string) outcome {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a module")
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	build := exec.Command(tool, "build", "-mod=mod", "-o", "external", ".")
	build.Dir, build.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOPROXY=off")
	said, err := build.CombinedOutput()
	require.NoError(t, err, string(said))
	return func(args ...string) outcome {
		var stdout, stderr bytes.Buffer
		c := exec.Command(filepath.Join(dir, "external"), args...)
		c.Dir, c.Stdout, c.Stderr = dir, &stdout, &stderr
		_ = c.Run() // its status is looked at
		return outcome{c.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	}
}

func TestAProgramOfOnesOwnHasItsStrategiesInEveryCommand(t *testing.T) {
	run := external(t)
	yaml := tiny + "  - {name: mine, dense: {sampler: {type: near, overlap: 0.05}, cls: exponential}}\n"
	config := file(t, "mine.yaml", yaml)

	got := run("list", "sampler")
	assert.Zero(t, got.status, got.stderr)
	assert.Regexp(t, `(?m)^  near +positives and as many near misses\n +\[its own\]\n +overlap: 0\.1 +\[0,1\] +least IoU of a negative with an object$`, got.stdout)
	assert.Regexp(t, `(?m)^  near .*\n\n +n positives: all, and n of the negatives with IoU >= overlap, drawn evenly\n\n +Heads that confuse an object with its surroundings.\n`, run("list", "near").stdout)
	assert.Contains(t, run("list", "cls").stdout, "exponential")
	assert.Regexp(t, `(?m)^  exponential +AdaBoost's loss\n +\[Freund and Schapire 1997\]$`, run("list", "exponential").stdout)
	// exp(-m/2) falls by half of itself, and cross entropy by 1/2 at m = 0.
	assert.Regexp(t, `(?m)^exponential( +[0-9.]+){3} +1( +[0-9.]+){3}$`, run("curves", "exponential").stdout)

	assert.Equal(t, outcome{stdout: config + ": ok, 3 strategies: focal, two-stage, mine\n"}, run("check", config))
	wrong := file(t, "wrong.yaml", strings.Replace(yaml, "overlap: 0.05", "overlap: 2", 1))
	assert.Equal(t, outcome{status: 1, stderr: "external: " + wrong + ":10:57: overlap is 2: expected between 0 and 1\n"}, run("check", wrong))

	out := t.TempDir()
	got = run("compare", "--seeds", "1", "--config", config, "--out", out)
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "mine")
	mine := lastRun(t, out)
	assert.Equal(t, "mine", mine.Strategy)
	assert.Positive(t, mine.Stages[0].UsedNegatives)
	assert.LessOrEqual(t, mine.Stages[0].UsedNegatives, mine.Stages[0].UsedPositives)

	got = run("inspect", writeCells(t), "--config", config, "--dump", overlapping(t), "--format", "json")
	require.Zero(t, got.status, got.stderr)
	var r insight.Report
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &r))
	counted := slices.IndexFunc(r.Samplers, func(k insight.Kept) bool { return k.Name == "mine" })
	require.GreaterOrEqual(t, counted, 0, got.stdout)
	assert.Empty(t, r.Samplers[counted].Reason, "IoU is at hand")
	var names []string
	for _, k := range r.Replay.Samplers {
		names = append(names, k.Name)
	}
	assert.Equal(t, []string{"focal", "two-stage (rpn)", "mine"}, names, "the configuration's own strategies")
	picked := r.Replay.Samplers[2]
	assert.Equal(t, 13.0, picked.Positives, "at most 6 pixels off: an IoU of (20-s)/(20+s) is at least 0.5")
	assert.Equal(t, 12.0, picked.Negatives, "9 to 18 pixels off, of which the left has two: below 0.4 and at least 0.05")
	assert.NotEqual(t, r.Replay.Samplers[0].Gradient, picked.Gradient)

	got = run("replay", overlapping(t), "--format", "json")
	require.Zero(t, got.status, got.stderr)
	var all replay.Report
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &all))
	near := slices.IndexFunc(all.Samplers, func(k replay.Sampler) bool { return k.Name == "near" })
	require.GreaterOrEqual(t, near, 0, got.stdout)
	assert.Equal(t, 10.0, all.Samplers[near].Negatives, "9 to 16 pixels off: at least 0.1, its default")
	assert.True(t, slices.ContainsFunc(all.Losses, func(l replay.Loss) bool { return l.Name == "exponential" }))

	assert.Zero(t, run("compare", "--seeds", "1", "--config", config, "--out", out, "--resume", "-q").status)

	assert.Equal(t, "external: unknown flag --sed, did you mean \"--seeds\"?; see external compare --help\n", run("compare", "--sed").stderr, "its own name")
	help := run("compare", "--help").stdout
	assert.Contains(t, help, "  external compare --preset small")
	assert.NotRegexp(t, `\bdetsample [a-z]`, help)
}

// lastRun returns the last line of results.jsonl.
func lastRun(t *testing.T, out string) (r trainer.Run) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(out, "results.jsonl"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	require.NoError(t, json.Unmarshal([]byte(lines[len(lines)-1]), &r))
	return r
}

// overlapping is a training state of 40 boxes, each a pixel right of the last,
// and one object.
func overlapping(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state.npz")
	logits, boxes := make([]float32, 40), make([]float32, 0, 4*40)
	for i := range logits {
		logits[i] = float32(i)/40 - 3
		boxes = append(boxes, float32(i), 0, float32(i)+20, 20)
	}
	require.NoError(t, dump.Write(path,
		dump.Array{Name: "logits", Shape: []int{1, 40, 1}, Float: logits},
		dump.Array{Name: "boxes", Shape: []int{40, 4}, Float: boxes},
		dump.Array{Name: "gt_boxes", Shape: []int{1, 4}, Float: []float32{10, 0, 30, 20}},
		dump.Array{Name: "gt_classes", Shape: []int{1}, Int: []int64{0}},
		dump.Array{Name: "gt_image", Shape: []int{1}, Int: []int64{0}}))
	return path
}
