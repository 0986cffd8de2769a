package annotations

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// locked is a file system of which a folder cannot be read, which root would.
type locked struct {
	fstest.MapFS
	dir string
}

func (l locked) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == l.dir {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.ReadDir(name)
}

func TestImagesWhoseLabelsCannotBeReadAreLeftOut(t *testing.T) {
	fsys := yolo()
	fsys["images/val/c.png"], fsys["labels/val/c.txt"] = blank(10, 10), file("0 .5 .5 .5 .5")
	fsys["images/val/d.png"] = blank(10, 10)
	s, err := read(locked{fsys, "labels/val"}, Options{})
	require.NoError(t, err)
	assert.Len(t, s.Images, 2)
	assert.Equal(t, []string{
		"labels/val: permission denied: folder not read",
		"2 images are left out, such as images/val/c.png: the labels may lie in what is not read",
	}, messages(s))
	_, err = read(locked{fsys, "labels/val"}, Options{Policy: Policy{Refuse: true}})
	assert.ErrorContains(t, err, "folder not read")

	s, err = read(locked{fsys, "labels/other"}, Options{})
	require.NoError(t, err)
	assert.Len(t, s.Images, 4)
}

func TestImagesWhoseLabelsAreLinksThatLeadNowhereAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	for name, f := range yolo() {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), f.Data, 0o666))
	}
	require.NoError(t, os.Remove(filepath.Join(dir, "labels/train/b.txt")))
	require.NoError(t, os.Symlink("nowhere.txt", filepath.Join(dir, "labels/train/b.txt")))
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	assert.Len(t, s.Images, 1)
	assert.Contains(t, strings.Join(messages(s), "\n"), "1 image is left out, such as images/train/b.png")

	require.NoError(t, os.RemoveAll(filepath.Join(dir, "labels")))
	require.NoError(t, os.Symlink(t.TempDir(), filepath.Join(dir, "labels")))
	s, err = Open(dir, Options{})
	require.NoError(t, err)
	assert.Empty(t, s.Images)
	assert.Contains(t, strings.Join(messages(s), "\n"), "2 images are left out")
}
