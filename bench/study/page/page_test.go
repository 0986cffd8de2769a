package page

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
)

func TestAPageReplacesNoFileOfAnothers(t *testing.T) {
	for text, ours := range map[string]bool{
		`{"mine": 1}`:           false,
		"# The study of mine\n": false, "# Mine: OHEM or focal loss?\n": false,
		"# The study: OHEM or focal loss?\n": true, "# The study on the images of x: OHEM or focal loss?\r\n": true,
	} {
		out := storing(t, "dense")
		name := filepath.Join(out, File)
		require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
		if ours {
			assert.NoError(t, Own(out), text)
			require.NoError(t, Write(out))
			continue
		}
		const refused = " holds README.md, which no study wrote: name another folder, or move it away"
		assert.EqualError(t, Own(out), out+refused)
		assert.EqualError(t, Write(out), out+refused)
		kept, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, text, string(kept))
	}
	assert.NoError(t, Own(keptIn), "that which is stored")

	out := storing(t, "dense", runOf("ce", 1, 16))
	require.NoError(t, Write(out))
	require.NoError(t, Write(out), "over both of its own")
	require.NoError(t, os.WriteFile(filepath.Join(out, experimentsFile), []byte("# Mine\n"), 0o666))
	assert.EqualError(t, Own(out), out+" holds experiments.md, which no study wrote: name another folder, or move it away")
}

// What is in the page's place is a regular file of a bounded length, and all runs may
// be broken.
func TestAPageIsWrittenInThePlaceOfAPage(t *testing.T) {
	out := storing(t, "dense", trainer.Run{Strategy: "ce", Seed: 1, Failed: "no memory", Broken: true, Figures: trainer.Figures{AP: -1}})
	name := filepath.Join(out, File)
	require.NoError(t, Write(out))
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.Symlink(os.DevNull, name))
	assert.EqualError(t, Write(out), "cannot read "+name+": a device is in its place: move it away")
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.WriteFile(name, nil, 0o666))
	require.NoError(t, os.Truncate(name, 1<<40))
	assert.EqualError(t, Write(out), "cannot read "+name+": it has 1099511627776 bytes, and at most 268435456 are read: move it away")
}

// The pages in the repository are what the runs beside them give, to the byte.
func TestThePagesAreThoseOfTheStoredRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	for _, there := range []string{keptIn, filepath.Join(keptIn, "cells")} {
		files := pageOf(t, there)
		require.Contains(t, files, File)
		require.Contains(t, files, experimentsFile)
		for name, want := range files {
			got, err := os.ReadFile(filepath.Join(there, name))
			require.NoError(t, err)
			assert.True(t, string(want) == string(got), "%s is not that of the runs: write it with detsample study --only page --out %s", name, there)
		}
	}
}

func TestAPageOfNothingSaysWhatIsMissing(t *testing.T) {
	files, err := pageIn(t.TempDir())
	require.NoError(t, err)
	page := string(files[File])
	for _, e := range all(t) {
		assert.Contains(t, page[strings.Index(page, "## Not run yet"):], "`"+e.Called()+"`")
	}
	assert.NotContains(t, page, "**Supported")
	assert.Len(t, files, 1, "no pictures of nothing")
}

func TestAPageOfAFolderIsNotOneOfScenes(t *testing.T) {
	dir := t.TempDir()
	rpn := filepath.Join(dir, "rpn")
	require.NoError(t, os.CopyFS(rpn, os.DirFS(filepath.Join(keptIn, "rpn"))))
	require.NoError(t, os.WriteFile(filepath.Join(rpn, "origin.json"), []byte(`{"numerics": "ours", "machine": "mine", "data": "photos/cars"}`), 0o644))
	files, err := pageIn(dir)
	require.NoError(t, err)
	page := string(files[File])
	assert.True(t, strings.HasPrefix(page, "# The study on the images of photos/cars: OHEM or focal loss?\n"))
	assert.Contains(t, page, "small networks on the images of photos/cars, each")
	require.NoError(t, os.WriteFile(filepath.Join(dir, File), files[File], 0o644))
	require.NoError(t, Write(dir), "over one that it wrote itself")
	_, missing, _ := strings.Cut(page, "## Not run yet")
	assert.Contains(t, missing, "`roi/roi`")
	assert.NotContains(t, missing, "`missing-5`", "that is about scenes")
	assert.NotContains(t, missing, "`boosting`")
	assert.NotContains(t, page, "no stored runs of*: `rpn-long`")
	assert.NotContains(t, page, "Not run yet: there are no stored states")
	claim := section(page, "## Claim 4")
	assert.Contains(t, claim, "- *made for generated scenes, and left out*: `rpn-long`, `rpn-tiny`, `rpn-tiny-long`, `rpn-tiny-small`, `rpn-faint`, `rpn-settled`, `rpn-weight`.\n")
	assert.Contains(t, claim, "- *no stored runs of*: `default`.\n")
	assert.Equal(t, "\n\nFocal loss resembles boosting.\n\n**Not run.**\n- *made for generated scenes, and left out*: `boosting`.\n", section(page, "## Claim 7"), "a table of nothing is none")
}

// section returns what stands below a heading of a page, up to the next one of its level.
func section(page, heading string) string {
	_, text, _ := strings.Cut(page, heading)
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}
