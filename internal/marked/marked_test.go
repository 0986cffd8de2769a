package marked

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWritingASectionLeavesTheRestOfTheFile(t *testing.T) {
	const begin, end = "<!-- speed: begin -->\n", "<!-- speed: end -->\n"
	file := filepath.Join(t.TempDir(), "performance.md")
	require.NoError(t, os.WriteFile(file, []byte("# Before\n"+begin+"old\n"+end+"after\n"), 0o644))
	text, err := Read(file, "speed")
	require.NoError(t, err)
	assert.Equal(t, "old\n", text)
	require.NoError(t, Write(file, "speed", "new\n"))
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "# Before\n"+begin+"new\n"+end+"after\n", string(got))

	assert.ErrorContains(t, Write(file, "other", "new\n"), "no section")
	_, err = Read(file, "other")
	assert.ErrorContains(t, err, `give it the lines "<!-- other: begin -->" and "<!-- other: end -->"`)
}
