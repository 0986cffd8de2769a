package store

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The stack of a run is a file by the run's name, which goes when the run is done
// again, and with the comparison when that leaves.
func TestAStackIsAFileByTheNameOfItsRun(t *testing.T) {
	dir := t.TempDir()
	s, _ := opened(t, dir, idA, false)
	for _, text := range []string{"first", "second"} {
		path, err := s.SaveStack(key(1), text)
		require.NoError(t, err)
		assert.Equal(t, filepath.Join(dir, "panics", "s1-1.txt"), path)
		kept, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, text, string(kept))
	}
	_, err := s.SaveStack(key(2), "another's")
	require.NoError(t, err)
	put(t, s, 1)
	require.NoError(t, s.Close())

	s, _ = opened(t, dir, idA, true)
	require.NoError(t, s.DropStack(key(3)), "which has none")
	require.NoError(t, s.DropStack(key(1)))
	assert.Equal(t, []string{"s2-2.txt"}, files(t, filepath.Join(dir, "panics")))
	require.NoError(t, s.Close())
	write(t, filepath.Join(dir, "panics", "notes.txt"), "mine")
	_, err = Open(dir, Options{})
	assert.ErrorContains(t, err, dir+" holds panics/notes.txt, which no comparison wrote")
	require.NoError(t, os.Remove(filepath.Join(dir, "panics", "notes.txt")))

	s, _ = opened(t, dir, idB, false)
	assert.Equal(t, []string{"s2-2.txt"}, files(t, filepath.Join(dir, "previous", "panics")))
	assert.NoDirExists(t, filepath.Join(dir, "panics"))
	_, err = s.SaveStack(key(2), "its own")
	require.NoError(t, err)
	require.NoError(t, s.DropStack(key(2)))
	assert.NoDirExists(t, filepath.Join(dir, "panics"))
	require.NoError(t, s.DropStack(key(2)))
	require.NoError(t, s.Close())
	_, err = s.SaveStack(key(2), "")
	assert.ErrorIs(t, err, os.ErrClosed)
	assert.ErrorIs(t, s.DropStack(key(2)), os.ErrClosed)

	path, err := (*Store)(nil).SaveStack(key(1), "")
	assert.Equal(t, []any{"", nil}, []any{path, err})
	assert.NoError(t, (*Store)(nil).DropStack(key(1)))
}
