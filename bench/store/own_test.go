package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"detsample/internal/durable"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// content returns what every file of a folder holds, with its path in it.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil || e.IsDir() {
			all[name] = ""
			return err
		}
		text, err := os.ReadFile(path)
		all[name] = string(text)
		return err
	}))
	return all
}

// ended leaves a comparison of two runs in a folder.
func ended(t *testing.T, dir string, id Identity) {
	t.Helper()
	s, _ := opened(t, dir, id, false)
	put(t, s, 1, 2)
	for _, name := range exports {
		require.NoError(t, s.Replace(name, []byte(id.Config)))
	}
	require.NoError(t, s.Finish())
	require.NoError(t, s.Close())
}

// begun opens a folder and begins comparison B there.
func begun(dir string, resume bool) error {
	s, err := Open(dir, Options{})
	if err != nil {
		return err
	}
	return errors.Join(s.Begin(idB, resume), s.Close())
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
}

func TestAFolderWithFilesThatNoComparisonWroteIsRefused(t *testing.T) {
	for _, name := range []string{
		journalName, markerName, Results, Summary, Config, Report, ".report.html.new", "running/weights.pt", "damaged/photo.png",
		"running/1/a-1.state", "panics/notes.txt", "panics/1/a-1.txt", "lock",
	} {
		for _, resume := range []bool{false, true} {
			dir := t.TempDir()
			write(t, filepath.Join(dir, name), "mine")
			before := content(t, dir)
			err := begun(dir, resume)
			require.ErrorContains(t, err, dir+" holds ", name)
			assert.ErrorContains(t, err, ", which no comparison wrote: name another folder, or move it away", name)
			assert.Equal(t, before, content(t, dir), name)
		}
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "lock"), `{"packages": {}}`)
	assert.ErrorContains(t, begun(dir, false), dir+" holds lock, which no comparison wrote")
}

// A comparison's own folder may hold what is not its own: that neither moves nor
// goes.
func TestWhatNoComparisonWroteStays(t *testing.T) {
	for _, name := range []string{"running/weights.pt", "damaged/photo.png", "panics/notes.txt", "shards/notes.txt", "shards/1-of-2/thesis.txt",
		"shards/1-of-2/running/x", "shards/drafts/a", "previous.new/thesis.txt", "trainer/src/main.py"} {
		dir := t.TempDir()
		ended(t, dir, idA)
		ended(t, ShardDir(dir, 1, 2), idA)
		require.NoError(t, os.MkdirAll(filepath.Join(dir, Trainer, "runs"), 0o777))
		write(t, filepath.Join(dir, name), "mine")
		before := content(t, dir)
		assert.ErrorContains(t, begun(dir, false), ", which no comparison wrote: name another folder, or move it away", name)
		assert.Equal(t, before, content(t, dir), name)
	}
	for _, name := range []string{"notes.txt", "runs/ce-1.json", "previous/thesis.txt", "previous-7/thesis.txt", "previous-old/a"} {
		dir := t.TempDir()
		ended(t, dir, idA)
		write(t, filepath.Join(dir, name), "mine")
		for range 3 {
			require.NoError(t, begun(dir, false))
		}
		assert.Equal(t, "mine", content(t, dir)[filepath.FromSlash(name)])
	}
	dir := t.TempDir() // put there while the comparison ran
	s, _ := opened(t, dir, idA, false)
	require.NoError(t, s.SaveState(key(1), mark(1), nil))
	write(t, filepath.Join(dir, statesName, "weights.pt"), "mine")
	require.NoError(t, s.Finish())
	assert.Equal(t, []string{"weights.pt"}, files(t, filepath.Join(dir, statesName)))
}

func TestBeginningAnewKeepsEveryComparisonThatWasThere(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "notes.txt"), "mine")
	ended(t, dir, idA)
	for _, name := range []string{"previous", "previous-2", "previous-3"} {
		s, notes := opened(t, dir, idB, false)
		assert.Equal(t, []string{"the results that were in " + dir + " are in " + filepath.Join(dir, name) + " now"}, *notes)
		assert.Empty(t, has(t, s))
		assert.NotContains(t, files(t, dir), Summary, "no file of one is beside one of another")
		put(t, s, 3)
		require.NoError(t, s.Finish())
		require.NoError(t, s.Close())
	}
	assert.Equal(t, []string{"notes.txt", "previous", "previous-2", "previous-3", "runs.journal"}, files(t, dir))
	assert.Equal(t, []string{"config.yaml", "report.html", "results.jsonl", "runs.journal", "summary.json"}, files(t, filepath.Join(dir, "previous")))
	s, _ := opened(t, filepath.Join(dir, "previous"), idA, true)
	assert.Equal(t, []int{1, 2}, has(t, s), "and there it can be gone on with")
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "previous-2")))
	require.NoError(t, begun(dir, false))
	assert.DirExists(t, filepath.Join(dir, "previous-4"), "the newest has the highest number")
}

func TestGoingOnWithAnotherComparisonTouchesNothing(t *testing.T) {
	dir := t.TempDir()
	ended(t, dir, idA)
	before := content(t, dir)
	for range 3 {
		err := begun(dir, true)
		another, ok := errors.AsType[*Another](err)
		require.True(t, ok, err)
		assert.Equal(t, Another{dir, "its configuration differs"}, *another)
		assert.Equal(t, before, content(t, dir))
	}
	s, notes := opened(t, dir, idA, true)
	assert.Equal(t, []int{1, 2}, has(t, s), "put back, it goes on")
	assert.Empty(t, *notes)
}

// What was gathered by a move that was cut short does not give way to the next.
func TestAMoveThatWasCutShortLosesNothing(t *testing.T) {
	dir := t.TempDir()
	ended(t, dir, idA)
	require.NoError(t, os.Mkdir(filepath.Join(dir, nextName), 0o777))
	write(t, filepath.Join(dir, nextName, Summary), "older")
	require.NoError(t, begun(dir, false))
	assert.Equal(t, "older", content(t, filepath.Join(dir, "previous"))[Summary])
	assert.Equal(t, "a", content(t, filepath.Join(dir, "previous-2"))[Summary])
}

// A journal is ours by any line of it that is whole, and is not read beyond that
// to know it: one of many runs is long.
func TestAJournalIsKnownByItsFirstWholeLine(t *testing.T) {
	dir := t.TempDir()
	ended(t, dir, idA)
	path := filepath.Join(dir, journalName)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	first := bytes.IndexByte(text, '\n') + 1
	text[first/2] ^= 1
	require.NoError(t, os.WriteFile(path, text, 0o666))
	mine, err := ours(durable.Local{}, dir)
	require.NoError(t, err)
	assert.True(t, mine, "by its second line")

	counted := &counting{Disk: durable.Local{}}
	mine, err = ours(counted, dir)
	require.NoError(t, err)
	assert.True(t, mine)
	once := counted.read
	text = append(text, bytes.Repeat(text[first:], 50)...)
	require.NoError(t, os.WriteFile(path, text, 0o666))
	counted.read = 0
	_, err = ours(counted, dir)
	require.NoError(t, err)
	assert.Less(t, counted.read, once+1<<13, "but for a chunk in search of a line feed")

	require.NoError(t, os.WriteFile(path, []byte("mine\nmine\n"), 0o666))
	mine, err = ours(durable.Local{}, dir)
	require.NoError(t, err)
	assert.False(t, mine)
}

// counting counts the bytes that are read.
type counting struct {
	durable.Disk
	read int
}

func (c *counting) Open(path string, flag int) (durable.File, error) {
	f, err := c.Disk.Open(path, flag)
	return countingFile{f, c}, err
}

type countingFile struct {
	durable.File
	of *counting
}

func (f countingFile) ReadAt(p []byte, at int64) (int, error) {
	n, err := f.File.ReadAt(p, at)
	f.of.read += n
	return n, err
}
