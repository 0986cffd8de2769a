package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFoldersWithoutAnythingWrittenGo(t *testing.T) {
	there := t.TempDir()
	shut := func(dir string) {
		t.Helper()
		s, err := Open(dir, Options{})
		require.NoError(t, err)
		require.DirExists(t, dir)
		require.NoError(t, s.Close())
	}
	shut(filepath.Join(there, "a", "b"))
	left, err := os.ReadDir(there)
	require.NoError(t, err)
	assert.Empty(t, left, "the folder and its parents, which were made for it")
	shut(there)
	assert.DirExists(t, there, "it was there before, if empty")

	dir := filepath.Join(there, "c", "d")
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(there, "c", "mine"), nil, 0o666))
	require.NoError(t, s.Close())
	assert.NoDirExists(t, dir)
	assert.FileExists(t, filepath.Join(there, "c", "mine"))

	kept, _ := opened(t, dir, idA, true)
	require.NoError(t, kept.Close())
	assert.DirExists(t, dir, "it says what it is of")
}

// A process that leaves nothing takes away the folder in which another begins.
func TestAFolderThatGoesWhileItIsTakenIsMadeAnew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shards", "1-of-2")
	done := make(chan error)
	for range 3 {
		go func() {
			for range 50 {
				s, err := Open(dir, Options{})
				if err == nil {
					err = s.Close()
				}
				if _, locked := errors.AsType[*Locked](err); err != nil && !locked {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 3 {
		assert.NoError(t, <-done)
	}
}
