package dump

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/losses"
)

func TestTenLinesOfPythonWriteADump(t *testing.T) {
	script, err := filepath.Abs("example/write_dump.py")
	require.NoError(t, err)
	source, err := os.ReadFile(script)
	require.NoError(t, err)
	assert.LessOrEqual(t, strings.Count(string(source), "\n"), 10)
	manual, err := os.ReadFile("../../docs/dumps.md")
	require.NoError(t, err)
	for line := range strings.Lines(string(source)) {
		assert.Contains(t, string(manual), strings.TrimSpace(line), "docs/dumps.md shows the script")
	}

	if exec.Command("python3", "-c", "import numpy").Run() != nil {
		t.Skip("python3 with numpy is not here: the script was not run")
	}
	run := exec.Command("python3", script)
	run.Dir = t.TempDir()
	out, err := run.CombinedOutput()
	require.NoError(t, err, string(out))
	d, err := Load(filepath.Join(run.Dir, "dump.npz"), Options{})
	require.NoError(t, err)
	defer d.Close()
	assert.Equal(t, []int{2, 300, 3}, []int{d.Images, d.Anchors, d.Classes})
	assert.Equal(t, losses.Sigmoid, d.Link)
	assert.Empty(t, d.Notes)
	r := replayed(t, d, AllOf(d))
	assert.InDelta(t, 0.1, float64(r.Ignored)/600, 0.05)
	assert.InDelta(t, 0.3, float64(r.Positives)/600, 0.1)
}
