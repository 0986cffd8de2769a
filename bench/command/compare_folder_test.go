package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFolderWithFilesOfOnesOwnIsRefused(t *testing.T) {
	path, out := file(t, "tiny.yaml", tiny), t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(out, "previous"), 0o777))
	for _, name := range []string{"previous/thesis.txt", "report.html"} {
		require.NoError(t, os.WriteFile(filepath.Join(out, name), []byte("precious"), 0o666))
	}
	compare := []string{"compare", "--seeds", "1", "--config", path, "--only", "focal", "--out", out, "-q"}
	got := detsample(compare...)
	assert.Equal(t, outcome{status: 1, stderr: "detsample: " + out + " holds report.html, which no comparison wrote: name another folder, or move it away\n"}, got)
	left, err := os.ReadDir(out)
	require.NoError(t, err)
	assert.Len(t, left, 2, "nothing else was written")

	require.NoError(t, os.Remove(filepath.Join(out, "report.html")))
	assert.Equal(t, outcome{}, detsample(compare...))
	again := detsample(compare...)
	assert.Equal(t, outcome{stderr: "note: the results that were in " + out + " are in " + filepath.Join(out, "previous-2") + " now\n"}, again, "even with -q")
	text, err := os.ReadFile(filepath.Join(out, "previous", "thesis.txt"))
	require.NoError(t, err)
	assert.Equal(t, "precious", string(text))
}

func TestResumeOfAnotherComparisonTouchesNothing(t *testing.T) {
	out := t.TempDir()
	compare := func(text string) outcome {
		return detsample("compare", "--seeds", "1", "--config", file(t, "tiny.yaml", text), "--only", "focal", "--out", out, "-q", "--resume")
	}
	require.Equal(t, outcome{}, compare(tiny))
	before := results(t, out)
	for range 2 {
		got := compare(strings.Replace(tiny, "warmup: 1", "warmup: 2", 1))
		assert.Equal(t, 1, got.status)
		assert.Equal(t, "detsample: "+out+" holds another comparison (its configuration differs: training.warmup is 1, in the other 2), and nothing of it was changed: put back what differs, or name another folder for the results; "+
			"without --resume it begins anew, and what is there moves to a folder within it, previous, or previous-2 and so on\n", got.stderr)
		assert.Equal(t, before, results(t, out))
		assert.NoDirExists(t, filepath.Join(out, "previous"))
	}
	assert.Equal(t, outcome{}, compare(tiny), "put back, it goes on")
}

func TestAFailureBeforeAnythingIsWrittenLeavesNoFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	top := t.TempDir()
	empty, out := filepath.Join(top, "empty"), filepath.Join(top, "new", "out")
	require.NoError(t, os.Mkdir(empty, 0o777))
	unreadable := file(t, "instances.json", "{")
	for _, data := range []string{filepath.Join(top, "nope"), empty, unreadable} {
		for _, args := range [][]string{
			{"compare", "--data", data}, {"compare", "--data", data, "--resume"}, {"compare", "--data", data, "--shard", "1/2"},
			{"study", "ohem", "--data", data}, {"study", "ohem", "--data", data, "--shard", "1/2"}, {"study", "ohem", "--data", data, "--only", "plan"},
			{"inspect", data}, {"replay", data}, {"convert", data, "--to", "yolo"},
		} {
			got := detsample(append(args, "--out", out)...)
			assert.Equal(t, 1, got.status, "%v: %s", args, got.stderr)
			assert.Contains(t, got.stderr, data, args)
			assert.NoDirExists(t, filepath.Dir(out), args)
		}
	}
	got := detsample("compare", "--data", empty, "--out", empty)
	assert.Equal(t, 1, got.status)
	assert.DirExists(t, empty, "one that was there stays")
}
