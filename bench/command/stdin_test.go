package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/internal/strictyaml"
)

func given(stdin string, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	status := Main(args, strings.NewReader(stdin), &stdout, &stderr)
	return outcome{status, stdout.String(), stderr.String()}
}

func TestAConfigurationIsReadFromStandardInput(t *testing.T) {
	assert.Equal(t, outcome{stdout: "standard input: ok, 2 strategies: focal, two-stage\n"}, given(tiny, "check", "-"))
	assert.Equal(t, outcome{status: 1, stderr: "detsample: standard input:1:1: unknown key \"nme\": expected one of name, lr, lr_reason, scale_reason, dense, rpn, roi; did you mean name?\n"},
		given("nme: x\ndense: {}\n", "check", "-"))
	out := t.TempDir()
	got := given(tiny, "compare", "--seeds", "1", "--config", "-", "--only", "focal", "-q", "--out", out)
	assert.Equal(t, outcome{}, got)
	assert.FileExists(t, filepath.Join(out, "report.html"))
	got = given("name: x\ndense: {}\n", "inspect", writeCells(t), "--config", "-")
	assert.Zero(t, got.status, got.stderr)
	assert.Contains(t, detsample("check", "-").stderr, "standard input: the file is empty", "and none is an empty one")
}

func TestDetectionsAreReadFromStandardInput(t *testing.T) {
	gt, list := file(t, "gt.json", catsAndDogs), result(1, 3, 10, 10, 20, 20, 0.9)
	results := resultFile(t, list)
	want := detsample("eval", "--gt", gt, "--dt", results)
	require.Zero(t, want.status)
	want.stderr = strings.ReplaceAll(want.stderr, results, "standard input")
	assert.Equal(t, want, given("["+list+"]", "eval", "--gt", gt, "--dt", "-"))
	assert.Contains(t, given("{", "eval", "--gt", gt, "--dt", "-").stderr, "detsample: standard input:1: ")
}

func TestAnEndlessConfigurationIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	const says = ": longer than 16 MiB: expected a configuration in YAML\n"
	var stdout, stderr bytes.Buffer
	assert.Equal(t, statusFailure, Main([]string{"check", "-"}, endless{}, &stdout, &stderr))
	assert.Equal(t, "detsample: standard input"+says, stderr.String())
	long := file(t, "long.yaml", strings.Repeat("#", strictyaml.MostBytes+1))
	assert.Equal(t, outcome{status: 1, stderr: "detsample: " + long + says}, detsample("check", long))
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip(err)
	}
	assert.Equal(t, outcome{status: 1, stderr: "detsample: /dev/zero: it is a device, not a regular file: expected a YAML file, or - for standard input\n"}, detsample("check", "/dev/zero"))
}

// endless is a file without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// A shell gives the output of a program as a pipe in /dev/fd.
func TestAPipeThatTheShellHasOpenedIsRead(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	path := fmt.Sprintf("/dev/fd/%d", r.Fd())
	if _, err := os.Stat(path); err != nil {
		w.Close()
		t.Skip(err)
	}
	_, err = w.WriteString(tiny)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	assert.Equal(t, outcome{stdout: path + ": ok, 2 strategies: focal, two-stage\n"}, detsample("check", path))
}
