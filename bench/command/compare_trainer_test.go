package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
)

// pretending is a training program in a line of shell: it finds nothing, and
// fails for one strategy.
const pretending = `sh -c 'test "$DETSAMPLE_NAME" != two-stage || { echo no memory >&2; exit 7; }; echo "[]" >"$DETSAMPLE_OUT/results.json"'`

func TestAProgramOfOnesOwnIsNamedOnTheCommandLine(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell's")
	}
	out := filepath.Join(t.TempDir(), "out")
	text := strings.ReplaceAll(tiny, "name: two-stage", "name: two-stage\n    lr: 0.5")
	got := detsample("compare", "--config", file(t, "tiny.yaml", text), "--trainer", pretending, "--seeds", "1", "--out", out, "--timeout", "20s", "--retries", "1")
	assert.Equal(t, statusPartial, got.status, got.stderr)
	assert.Regexp(t, `1 of 2 runs stopped early, the first: two-stage #1: exit status 7: no memory \(.*stderr-2\.txt\), in the last of 2 attempts\n`, got.stderr)
	assert.NotContains(t, got.stdout, "per image\n", "anchors are the program's own")
	assert.NotContains(t, got.stdout, "anchors per image;")
	said := regexp.MustCompile(`\nFigures of a run's detections:\n\n    \S+ eval --gt (\S+) --dt (\S+)\n`).FindStringSubmatch(got.stdout)
	require.NotNil(t, said, got.stdout)
	results, err := filepath.Glob(strings.ReplaceAll(said[2], "NAME-SEED", "*-1"))
	require.NoError(t, err)
	require.NotEmpty(t, results)
	evaluated := detsample("eval", "--gt", said[1], "--dt", results[0])
	assert.Zero(t, evaluated.status, evaluated.stderr)
	c, err := config.Load(filepath.Join(out, "config.yaml"))
	require.NoError(t, err)
	assert.Equal(t, config.Command(pretending), c.Trainer.Command)
	assert.Equal(t, 1, c.Trainer.Retries)

	got = detsample("compare", "--config", file(t, "tiny.yaml", text), "--trainer", "sh -c 'exit 4'", "--seeds", "1", "--out", out)
	assert.Equal(t, statusFailure, got.status)
	assert.Contains(t, got.stderr, "2 of 2 runs stopped early, the first: focal #1: exit status 4, and said nothing (")
	assert.Contains(t, got.stdout, "No conclusion: no run has an AP.")
}

// The array's script leaves it to compare how many runs there are at a time: a
// trainer's have a GPU each, whatever cores a task has for loading data.
func TestASlurmTaskTrainsOnItsGPU(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the script is a shell's")
	}
	out := filepath.Join(t.TempDir(), "out")
	for _, gpus := range []string{"0", ""} {
		task := exec.Command("bash", filepath.Join("..", "..", "deploy", "slurm.sbatch"),
			"--config", file(t, "tiny.yaml", tiny), "--trainer", pretending, "--seeds", "1", "--out", out)
		task.Env = append(os.Environ(), asCommand+"=1", "DETSAMPLE="+os.Args[0], "CUDA_VISIBLE_DEVICES="+gpus, "SLURM_CPUS_PER_TASK=8",
			slurmID+"=1", slurmMin+"=1", slurmMax+"=2", slurmCount+"=2", slurmStep+"=1")
		said, err := task.CombinedOutput()
		require.NoError(t, err, string(said))
		assert.Contains(t, string(said), "Shard 1/2: 1 of 2 runs")
	}
}

func TestWrongUsageOfAProgramOfOnesOwnIsSaid(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	t.Setenv("CUDA_VISIBLE_DEVICES", "")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--gpus", "0"}, "--gpus is of a program of one's own: give --trainer, or trainer in the configuration"},
		{[]string{"--timeout", "1h"}, "--timeout is of a program of one's own"},
		{[]string{"--retries", "1"}, "--retries is of a program of one's own"},
		{[]string{"--input", "x", "--timeout", "1h", "--retries", "1"}, "--timeout is of a program of one's own"},
		{[]string{"--input", "x"}, "--input is of a program of one's own"},
		{[]string{"--trainer", ""}, "--trainer: command: it is empty: expected a program and its arguments"},
		{[]string{"--trainer", "a {ot}"}, "--trainer: command: it has {ot}: expected one of {strategy}, {name}, {lr}, {seed}, {data}, {budget}, {out}, {gpu}; did you mean {out}?"},
		{[]string{"--trainer", "a | b"}, "--trainer: command: it has \"| b\""},
		{[]string{"--trainer", "a", "--retries", "101"}, "--retries is 101: expected 0 to 100"},
		{[]string{"--trainer", "a", "--timeout", "-1s"}, "timeout is -1s: expected none that is negative"},
		{[]string{"--trainer", "a", "--gpus", "0,1", "--jobs", "3"}, "--jobs is 3, and a run has a GPU of its own, of 2: name one twice for two runs on it"},
	} {
		got := detsample(append([]string{"compare", "--out", filepath.Join(t.TempDir(), "out")}, c.args...)...)
		assert.Equal(t, statusUsage, got.status, c.args)
		assert.Contains(t, got.stderr, c.want)
	}
	out := filepath.Join(t.TempDir(), "out")
	got := detsample("compare", "--trainer", "no-such-program", "--out", out, "--budget", "0.01")
	assert.Equal(t, statusFailure, got.status)
	assert.Contains(t, got.stderr, `the trainer's program cannot be run: exec: "no-such-program": executable file not found`)
	_, err := os.Stat(filepath.Join(out, "runs.journal"))
	assert.ErrorIs(t, err, os.ErrNotExist, "nothing was begun")
}

func TestRunsAtATimeAreAsManyAsGPUs(t *testing.T) {
	t.Setenv("CUDA_VISIBLE_DEVICES", "")
	c := &compareCommand{}
	own := &config.Config{Trainer: &config.Program{Command: "a"}}
	assert.Equal(t, 1, c.jobs(own))
	own.Trainer.GPUs = []config.Device{"0", "0", "1"}
	assert.Equal(t, 3, c.jobs(own))
	assert.Equal(t, runtime.GOMAXPROCS(0), c.jobs(&config.Config{}))
}
