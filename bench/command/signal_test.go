package command

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/intime"
)

// asCommand makes a process of this test's binary the command line.
const asCommand = "DETSAMPLE_TEST_AS_COMMAND"

// started is a command line in a process of its own.
func started(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	command := exec.Command(os.Args[0], args...)
	command.Env = append(os.Environ(), asCommand+"=1")
	var errs bytes.Buffer
	command.Stderr = &errs
	require.NoError(t, command.Start())
	return command, &errs
}

// status waits for a process and returns its exit status.
func status(t *testing.T, command *exec.Cmd) int {
	t.Helper()
	err := command.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	require.NoError(t, err)
	return 0
}

// A process that trains is interrupted, then another is refused while a third
// runs, which is terminated; what they leave can be gone on with.
func TestSignalsEndAComparisonInOrder(t *testing.T) {
	long := file(t, "long.yaml", strings.Replace(tiny, "images: 16", "images: 100000", 1))
	out := filepath.Join(t.TempDir(), "out")
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		intime.Within(t, 1500*time.Millisecond, func() time.Duration { return signalled(t, signal, long, out) })
	}
}

// signalled gives a signal to a comparison that goes on in a folder, and returns how
// long it then took to end.
func signalled(t *testing.T, signal os.Signal, long, out string) time.Duration {
	t.Helper()
	first, errs := started(t, "compare", "--seeds", "1", "--config", long, "--out", out, "--resume")
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(out, "results.jsonl"))
		locked, _ := os.ReadFile(filepath.Join(out, "lock"))
		return err == nil && len(locked) > 0
	}, time.Minute, 10*time.Millisecond)
	second, refused := started(t, "compare", "--seeds", "1", "--config", long, "--out", out)
	assert.Equal(t, statusFailure, status(t, second))
	assert.Regexp(t, `^detsample: .*/out is being written to by process \d+ on \S+, since \S+: wait until that ends, or give another folder\n$`, refused.String())

	time.Sleep(200 * time.Millisecond)
	start := time.Now()
	require.NoError(t, first.Process.Signal(signal))
	assert.Equal(t, statusInterrupted, status(t, first))
	took := time.Since(start)
	assert.Regexp(t, `detsample: interrupted: 0 of 2 runs are kept in \S+; go on with\n  detsample compare --seeds 1 --config \S+ --out \S+ --resume\n$`, errs.String())
	assert.FileExists(t, filepath.Join(out, "UNFINISHED"))
	assert.NoFileExists(t, filepath.Join(out, "lock"))
	states, err := filepath.Glob(filepath.Join(out, "running", "*.state"))
	require.NoError(t, err)
	assert.NotEmpty(t, states, "how far the runs have come")
	return took
}

// A shard takes over what is there as it is: its advice is the command that it
// was called by. Until it has a run its share of the comparison is not known.
func TestAShardThatWasInterruptedIsGoneOnWithAsItWasCalled(t *testing.T) {
	long := file(t, "long.yaml", strings.Replace(tiny, "images: 16", "images: 100000", 1))
	out := filepath.Join(t.TempDir(), "out")
	shard, errs := started(t, "compare", "--seeds", "1", "--config", long, "--out", out, "--shard", "1/2")
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(out, "shards", "1-of-2", "results.jsonl"))
		return err == nil
	}, 20*time.Second, 10*time.Millisecond)
	time.Sleep(200 * time.Millisecond)
	require.NoError(t, shard.Process.Signal(os.Interrupt))
	assert.Equal(t, statusInterrupted, status(t, shard))
	begun, err := filepath.Glob(filepath.Join(out, "shards", "1-of-2", "running", "*.state"))
	require.NoError(t, err)
	kept := `interrupted: 0 of 1 run is kept in \S+`
	if len(begun) == 0 { // on a busy machine
		kept = `interrupted before a run of it had begun`
	}
	assert.Regexp(t, `detsample: `+kept+`; go on with\n  detsample compare --seeds 1 --config \S+ --out \S+ --shard 1/2\n$`, errs.String())
}
