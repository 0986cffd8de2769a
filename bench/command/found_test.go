package command

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Results are written over what the same command wrote, and over nothing else.
func TestResultsAreWrittenOverOnesOwnAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	state, cells := writeState(t), writeCells(t)
	for name, c := range map[string]struct {
		args  []string
		files []string
	}{
		"inspect": {[]string{"inspect", cells, "--anchors", "retinanet"}, []string{"advice.yaml", "inspect.html", "inspect.json"}},
		"replay":  {[]string{"replay", state}, []string{"replay.html", "replay.json"}},
	} {
		for _, file := range c.files {
			out := t.TempDir()
			run := func() (string, int) {
				_, errs, status := ran(t, append(c.args, "--out", out, "-q")...)
				return errs, status
			}
			path := filepath.Join(out, file)
			require.NoError(t, os.WriteFile(path, []byte("precious"), 0o666))
			errs, status := run()
			assert.Equal(t, statusFailure, status, name)
			assert.Equal(t, "detsample: --out "+out+": it holds a "+file+" that was not written by this command, or was edited since: move it away, or name another folder\n", errs)
			entries, err := os.ReadDir(out)
			require.NoError(t, err)
			assert.Len(t, entries, 1, "nothing was written beside %s", file)

			require.NoError(t, os.Remove(path))
			for range 2 {
				errs, status = run()
				require.Zero(t, status, errs)
			}
			written, err := os.ReadFile(path)
			require.NoError(t, err)
			edited := append(written, "# mine\n"...)
			if filepath.Ext(file) == ".json" {
				edited = []byte("{}\n")
			}
			require.NoError(t, os.WriteFile(path, edited, 0o666))
			_, status = run()
			assert.Equal(t, statusFailure, status, "%s was edited", file)
			left, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(edited), string(left))
		}
	}
}

// What the last run advised does not stay beside the figures of one that has
// no advice for compare, unless it was edited.
func TestAdviceThatNoLongerHoldsGoes(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	cells, out := writeCells(t), t.TempDir()
	odd := file(t, "odd.yaml", "levels: [{stride: 10, sizes: [30]}]\nratios: [1, 2]\n")
	run := func(anchors string) {
		_, errs, status := ran(t, "inspect", cells, "--anchors", anchors, "--out", out, "-q")
		require.Zero(t, status, errs)
	}
	advice := filepath.Join(out, "advice.yaml")
	run("retinanet")
	require.FileExists(t, advice)
	run(odd)
	assert.NoFileExists(t, advice)

	run("retinanet")
	require.NoError(t, os.WriteFile(advice, []byte("precious"), 0o666))
	run(odd)
	assert.FileExists(t, advice)
}
