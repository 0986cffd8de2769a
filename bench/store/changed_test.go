package store

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"detsample/internal/durable"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A line that is written to a file that is no longer there, or behind what
// another program wrote, would be lost though its run was reported.
func TestAJournalThatOthersChangeTakesNothingMore(t *testing.T) {
	for name, c := range map[string]struct {
		change func(path string, text []byte) error
		says   string
		left   []int // runs that can be gone on with
	}{
		"removed": {func(path string, _ []byte) error { return os.Remove(path) }, "was replaced or removed while", nil},
		"saved by an editor": {func(path string, text []byte) error {
			if err := os.Rename(path, path+"~"); err != nil {
				return err
			}
			return os.WriteFile(path, text, 0o666)
		}, "was replaced or removed while", []int{1, 2}},
		"appended to": {func(path string, text []byte) error {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = f.WriteString("a remark\n")
			return err
		}, "was changed while", []int{1, 2}},
		"emptied": {func(path string, _ []byte) error { return os.Truncate(path, 0) }, "(it has 0 bytes, of which ", nil},
	} {
		dir := t.TempDir()
		s, _ := opened(t, dir, idA, false)
		put(t, s, 1, 2)
		path := filepath.Join(dir, journalName)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, c.change(path, text), name)
		err = s.Put(key(3), mark(3), body(3))
		require.ErrorContains(t, err, path+" was ", name)
		assert.ErrorContains(t, err, c.says, name)
		assert.Equal(t, err, s.Put(key(4), mark(4), body(4)), name)
		require.NoError(t, s.Close())
		s, _ = opened(t, dir, idA, true)
		assert.Equal(t, c.left, has(t, s), name)
		require.NoError(t, s.Close())
	}
}

// A folder that was copied elsewhere while a process wrote to it has a lock that
// names the process, too; a link leads there from the old place.
func TestAFolderThatOthersMoveTakesNothingMore(t *testing.T) {
	top := t.TempDir()
	dir, elsewhere := filepath.Join(top, "out"), filepath.Join(top, "elsewhere")
	s, _ := opened(t, dir, idA, false)
	put(t, s, 1)
	require.NoError(t, os.CopyFS(elsewhere, os.DirFS(dir)))
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.Symlink(elsewhere, dir))
	for _, err := range []error{s.Put(key(2), mark(2), body(2)), s.SaveState(key(2), mark(2), nil), s.Replace(Summary, nil), s.Finish()} {
		assert.EqualError(t, err, filepath.Join(dir, "lock")+" is no longer the file that this process has open: nothing more is written to this folder, which may be another's now")
	}
	assert.Error(t, s.Close())
	assert.FileExists(t, filepath.Join(elsewhere, "lock"), "it is not ours to remove")
	assert.NoFileExists(t, filepath.Join(elsewhere, Summary))
	s, _ = opened(t, dir, idA, true)
	assert.Equal(t, []int{1}, has(t, s), "by the new place")
}

// Moved as a whole, to where a link now leads, a folder is the same as before.
func TestAFolderThatIsMovedAsAWholeIsWrittenTo(t *testing.T) {
	top := t.TempDir()
	dir, elsewhere := filepath.Join(top, "out"), filepath.Join(top, "elsewhere")
	s, _ := opened(t, dir, idA, false)
	put(t, s, 1)
	require.NoError(t, os.Rename(dir, elsewhere))
	assert.ErrorContains(t, s.SaveState(key(2), mark(2), nil), "lock is gone")
	require.NoError(t, os.Symlink(elsewhere, dir))
	put(t, s, 2)
	require.NoError(t, s.Finish())
	require.NoError(t, s.Close())
	s, _ = opened(t, elsewhere, idA, true)
	assert.Equal(t, []int{1, 2}, has(t, s))
}

func TestALockThatCannotBeReadIsSaidAsSuch(t *testing.T) {
	for says, change := range map[string]func(path string) error{
		"cannot read %s: a folder is in its place: move it away: nothing more is": func(path string) error { return os.Mkdir(path, 0o777) },
		"%s no longer names who writes here":                                      func(path string) error { return os.WriteFile(path, []byte("{"), 0o666) },
		"cannot read %s: a named pipe is in its place":                            mkfifo,
	} {
		s, _ := opened(t, t.TempDir(), idA, false)
		require.NoError(t, os.Remove(s.lock.path))
		require.NoError(t, change(s.lock.path))
		assert.ErrorContains(t, s.Put(key(1), mark(1), body(1)), fmt.Sprintf(says, s.lock.path))
	}
}

// cutShort is a disk whose files were cut between asking for their size and
// reading them, as when a process takes back a line that it could not write.
type cutShort struct {
	durable.Local
	by int64
}

type cutFile struct {
	durable.File
	by int64
}

type larger struct {
	fs.FileInfo
	by int64
}

func (c cutShort) Open(path string, flag int) (durable.File, error) {
	f, err := c.Local.Open(path, flag)
	return cutFile{f, c.by}, err
}

func (c cutFile) Stat() (fs.FileInfo, error) {
	info, err := c.File.Stat()
	return larger{info, c.by}, err
}

func (l larger) Size() int64 { return l.FileInfo.Size() + l.by }

func TestAJournalThatIsCutWhileItIsReadIsReadToItsEnd(t *testing.T) {
	dir, lines := damagedStore(t)
	for _, by := range []int64{1, headLength, 200, 1 << 20} {
		for _, text := range [][]byte{joined(lines...), joined(lines...)[:500]} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, journalName), text, 0o666))
			p, err := openPart(cutShort{by: by}, dir)
			require.NoError(t, err)
			assert.Contains(t, []int{1, 5}, len(p.Keys()))
			assert.Empty(t, p.Damaged)
		}
	}
}

// What a state claims to hold is not allocated.
func TestAStateThatClaimsMuchCostsItsHead(t *testing.T) {
	dir, _ := damagedStore(t)
	path := filepath.Join(dir, statesName, "s0-6.state")
	require.NoError(t, os.Truncate(path, 1<<38))
	s, notes := opened(t, dir, idA, true)
	allocated := testing.Benchmark(func(b *testing.B) {
		_, _, wrong, err := s.readState(path)
		require.NoError(b, err)
		require.Error(b, wrong)
	}).AllocedBytesPerOp()
	assert.Less(t, allocated, int64(1<<16))
	_, ok, err := s.LoadState(key(6), mark(6))
	require.NoError(t, err)
	assert.False(t, ok)
	assert.Contains(t, (*notes)[0], "s0-6.state is not to be trusted: 274877906")
	kept, err := os.Stat(filepath.Join(dir, damagedName, "s0-6.state.txt"))
	require.NoError(t, err)
	assert.Equal(t, int64(mostKept), kept.Size())
}
