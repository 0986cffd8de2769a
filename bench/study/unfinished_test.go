package study

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
)

// Who leads of those that have run so far is not said without what is missing.
func TestAnUnfinishedExperimentSaysWhatItLacks(t *testing.T) {
	whole := func(s *Stored) string {
		var b strings.Builder
		require.NoError(t, s.write(&b, map[string][]byte{}))
		return b.String()
	}
	list := axesOf(t, made(10, 4))
	assert.Empty(t, unfinished(list), "others have no runs at all, which the page says at its end")
	s := find(list, "rpn")
	s.Runs = slices.DeleteFunc(s.Runs, func(r trainer.Run) bool { return r.Strategy == "all + ce" || r.Strategy == "all + focal" && r.Seed > 3 })
	assert.Equal(t, "all + ce has no runs, all + focal has 3 of 4", s.lacks())
	assert.Contains(t, unfinished(list), "**Unfinished**: `rpn`. ")
	assert.Contains(t, whole(s), "**Unfinished**: of the seeds that others have all + ce has no runs, all + focal has 3 of 4.")

	s.Runs = slices.DeleteFunc(s.Runs, func(r trainer.Run) bool { return r.Strategy != "512 + ce" })
	text := whole(s)
	assert.Contains(t, text, "| 512 + ce | 4 |", "the best of one is none")
}

// A folder has what its owner says of it, and nothing that is of another.
func TestAPageHasWhatItsOwnerSays(t *testing.T) {
	dir := t.TempDir()
	files, err := Page(dir)
	require.NoError(t, err)
	for _, word := range []string{"(../", "gpu/", "A test", "Unfinished", "{"} {
		assert.NotContains(t, string(files[PageFile]), word)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, aboutFile), []byte("\nMine, of last week.\n\n"), 0o644))
	files, err = Page(dir)
	require.NoError(t, err)
	assert.Contains(t, string(files[PageFile]), "repeats the runs.\n\nMine, of last week.\n\n**These")
}
