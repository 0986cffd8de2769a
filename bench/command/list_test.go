package command

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestListWritesPages(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "pages")
	got := detsample("list", "--pages", folder)
	require.Zero(t, got.status, got.stderr)
	assert.Regexp(t, `^.*pages: \d+ files\n$`, got.stdout)
	page, err := os.ReadFile(filepath.Join(folder, "classification-losses.md"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "## focal\n")
	assert.Contains(t, string(page), "(cls-focal.svg)")
	assert.FileExists(t, filepath.Join(folder, "cls-focal.svg"))

	assert.Equal(t, statusUsage, detsample("list", "sampler", "--pages", folder).status)
}
