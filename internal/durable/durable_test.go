package durable

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFileIsReplacedWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	require.NoError(t, Replace(Local{}, path, []byte("one")))
	require.NoError(t, Replace(Local{}, path, []byte("tw"), []byte("o")))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "two", string(data))

	blocked := filepath.Join(dir, "b.json")
	require.NoError(t, os.MkdirAll(filepath.Join(blocked, "full"), 0o777))
	assert.ErrorContains(t, Replace(Local{}, blocked, []byte("x")), "cannot write "+blocked+": ", "a folder is in the way")
	names, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, names, 2, "nothing is left behind")
	assert.ErrorContains(t, Replace(Local{}, filepath.Join(dir, "none", "c")), "cannot write "+filepath.Join(dir, "none", "c")+": no such file or directory")
}

func TestAFolderIsMadeWithItsParents(t *testing.T) {
	dir := t.TempDir()
	deep := filepath.Join(dir, "a", "b", "c")
	assert.Equal(t, []string{deep, filepath.Dir(deep), filepath.Join(dir, "a")}, Missing(Local{}, deep))
	require.NoError(t, MakeFolder(Local{}, deep))
	assert.DirExists(t, deep)
	assert.Empty(t, Missing(Local{}, deep))
	require.NoError(t, MakeFolder(Local{}, deep), "again")

	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	assert.EqualError(t, MakeFolder(Local{}, file), "cannot make the folder "+file+": a file is in its place: move it away")
}

// What a folder's making must outlast is synced in its parent, and in the parent of
// every folder that is made for it.
func TestTheParentsOfAFolderAreSynced(t *testing.T) {
	dir := t.TempDir()
	d := &syncs{}
	require.NoError(t, MakeFolder(d, filepath.Join(dir, "a", "b")))
	assert.ElementsMatch(t, []string{dir, filepath.Join(dir, "a")}, d.folders)
}

type syncs struct {
	Local
	folders []string
}

func (s *syncs) Sync(folder string) error {
	s.folders = append(s.folders, folder)
	return s.Local.Sync(folder)
}

func TestAFileIsReadThatIsRegularAndNotTooLong(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "a"), filepath.Join(dir, "link")
	require.NoError(t, os.WriteFile(path, []byte("four"), 0o666))
	require.NoError(t, os.Symlink(path, link))
	for _, p := range []string{path, link} {
		text, err := ReadFile(p, 4)
		require.NoError(t, err)
		assert.Equal(t, "four", string(text))
	}
	_, err := ReadFile(path, 3)
	assert.EqualError(t, err, "cannot read "+path+": it has 4 bytes, and at most 3 are read: move it away")
	_, err = ReadFile(dir, 4)
	assert.EqualError(t, err, "cannot read "+dir+": a folder is in its place: move it away")
	_, err = ReadFile(filepath.Join(dir, "none"), 4)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}
