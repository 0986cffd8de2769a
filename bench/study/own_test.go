package study

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAStudyReplacesNoFileOfAnothers(t *testing.T) {
	list := []Planned{short(t)}
	for _, name := range []string{PageFile, filepath.Join("dense", originFile)} {
		out := t.TempDir()
		path := filepath.Join(out, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(`{"mine": 1}`), 0o666))
		_, err := Run(t.Context(), list, Options{Out: out, Jobs: 1})
		require.EqualError(t, err, filepath.Dir(path)+" holds "+filepath.Base(path)+", which no study wrote: name another folder, or move it away")
		assert.NoFileExists(t, filepath.Join(out, "dense", "runs.journal"), "nothing was trained")
		if name == PageFile {
			assert.Error(t, WritePage(out))
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, `{"mine": 1}`, string(text))
	}
	assert.NoError(t, own(filepath.Join("..", "..", "docs", "study"), []Planned{{Experiment: Experiment{Name: "boosting"}}}), "those that are stored")
}
