package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/catalogue"
)

func TestListWritesPages(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	folder := filepath.Join(t.TempDir(), "pages")
	got := detsample("list", "--pages", folder)
	require.Zero(t, got.status, got.stderr)
	assert.Regexp(t, `^.*pages: \d+ files\n$`, got.stdout)
	page, err := os.ReadFile(filepath.Join(folder, "classification-losses.md"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "## focal\n")
	assert.Contains(t, string(page), "(cls-focal.svg)")
	assert.FileExists(t, filepath.Join(folder, "cls-focal.svg"))

	again := detsample("list", "--pages", folder)
	assert.Zero(t, again.status, again.stderr)
	assert.Equal(t, got.stdout, again.stdout)

	assert.Equal(t, statusUsage, detsample("list", "sampler", "--pages", folder).status)
}

// A project's folder has a README.md, as the pages do.
func TestPagesAreWrittenOverNothingElse(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	folder := t.TempDir()
	readme := filepath.Join(folder, "README.md")
	require.NoError(t, os.WriteFile(readme, []byte("precious"), 0o666))
	got := detsample("list", "--pages", folder)
	assert.Equal(t, statusFailure, got.status)
	assert.Equal(t, "detsample: --pages "+folder+": it holds a README.md that was not written by this command, or was edited since: move it away, or name another folder\n", got.stderr)
	left, err := os.ReadFile(readme)
	require.NoError(t, err)
	assert.Equal(t, "precious", string(left))
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}

// What is asked for by name has its formula, as the pages have it; a list of many
// has none.
func TestWhatIsListedByNameHasItsFormula(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for _, k := range catalogue.Registered() {
		e := k.Entries[len(k.Entries)-1]
		got := detsample("list", e.Name)
		require.Zero(t, got.status, got.stderr)
		for line := range strings.Lines(e.Formula) {
			assert.Contains(t, got.stdout, "  "+strings.TrimRight(line, "\n")+"\n", e.Name)
		}
	}
	got := detsample("list", "focal")
	assert.Regexp(t, `so that easy candidates fade\n\n +-a \(1-p_t\)\^gamma log p_t, .*\n\n +Dense heads over every anchor`, got.stdout)
	assert.NotContains(t, detsample("list", "cls").stdout, "(1-p_t)^gamma log")
}

// Losses are of two kinds, and a preset has their name.
func TestLossesAreThoseOfClassesAndOfBoxes(t *testing.T) {
	got := detsample("list", "losses")
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "CLASSIFICATION LOSSES (")
	assert.Contains(t, got.stdout, "BOX LOSSES (")
	assert.Contains(t, got.stdout, "PRESETS (")
	assert.NotContains(t, got.stdout, "SAMPLERS")
	assert.NotContains(t, detsample("list", "loss").stdout, "PRESETS", "which is called losses")
}

// Every setting of a comparison's file can be looked up, with what it means.
func TestSectionsHaveEverySettingOfAComparison(t *testing.T) {
	settings := map[string][]string{}
	for _, e := range sections() {
		assert.NotEmpty(t, e.Meaning, e.Name)
		for _, p := range e.Params {
			assert.NotEmpty(t, p.Doc, "%s of %s", p.Key, e.Name)
			settings[e.Name] = append(settings[e.Name], p.Setting())
		}
	}
	for section, want := range map[string]string{
		"comparison": "scale: as_written", "scenes": "tail: 1", "folder": "size: auto", "detector": "test_proposals: 200", "training": "average: 0.995",
		"areas": "small: 12", "trainer": "retries: 0", "strategies": "lr: 0.002", "dense": "norm: positives", "rpn": "norm: sampled", "roi": "join_truth: true",
	} {
		assert.Contains(t, settings[section], want, section)
		delete(settings, section)
	}
	assert.Empty(t, settings, "no other section")
	got := detsample("list", "scenes")
	require.Zero(t, got.status, got.stderr)
	assert.Contains(t, got.stdout, "distractors: 6  [0,32]      most look-alikes in an image, not annotated")
}
