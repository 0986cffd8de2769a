package store

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	idA  = Identity{Numerics: "n", Config: "a", Data: "d"}
	idB  = Identity{Numerics: "n", Config: "b", Data: "d"}
	good = func([]byte) error { return nil }
)

// opened opens a folder and begins a comparison, collecting what is noted.
func opened(t *testing.T, dir string, id Identity, resume bool) (s *Store, notes *[]string) {
	t.Helper()
	notes = &[]string{}
	s, err := Open(dir, Options{Program: "test", Note: func(n Note) { *notes = append(*notes, n.Text) }})
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	require.NoError(t, s.Begin(id, resume))
	return s, notes
}

func key(i int) Key { return Key{Strategy: fmt.Sprintf("s%d", i%3), Seed: uint64(i)} }

func mark(i int) string { return fmt.Sprintf("mark%d", i) }

func body(i int) []byte {
	return fmt.Appendf(nil, `{"i":%d,"text":"<&> %s"}`, i, strings.Repeat("x", 10*i))
}

func put(t *testing.T, s *Store, runs ...int) {
	t.Helper()
	for _, i := range runs {
		require.NoError(t, s.Put(key(i), mark(i), body(i)))
	}
}

// has returns which of ten runs the store holds, each as it was put.
func has(t *testing.T, s *Store) (runs []int) {
	t.Helper()
	for i := range 10 {
		got, ok, err := s.Load(key(i), mark(i), good)
		require.NoError(t, err)
		if ok {
			require.Equal(t, string(body(i)), string(got))
			runs = append(runs, i)
		}
	}
	return runs
}

func files(t *testing.T, dir string) (names []string) {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestWhatIsPutIsThereAfterwards(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "if", "need", "be")
	s, _ := opened(t, dir, idA, false)
	put(t, s, 1, 2, 3)
	assert.Equal(t, []int{1, 2, 3}, has(t, s))
	require.NoError(t, s.Close())

	s, notes := opened(t, dir, idA, true)
	assert.Equal(t, []int{1, 2, 3}, has(t, s))
	assert.Empty(t, *notes)
	_, ok, err := s.Load(key(1), "another", good)
	assert.NoError(t, err)
	assert.False(t, ok, "another mark")
	put(t, s, 4)
	assert.Equal(t, 4, s.Runs())
}

func TestTheFolderSaysThatItIsUnfinishedUntilItIsNot(t *testing.T) {
	dir := t.TempDir()
	s, _ := opened(t, dir, idA, false)
	text, err := os.ReadFile(filepath.Join(dir, "UNFINISHED"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "Go on with the same command: compare with --resume besides,", "which no other command has")
	put(t, s, 1)
	require.NoError(t, s.SaveState(key(2), mark(2), []byte("state")))
	require.NoError(t, s.Replace(Summary, []byte("{}")))
	require.NoError(t, s.Finish())
	require.NoError(t, s.Close())
	assert.Equal(t, []string{"runs.journal", "summary.json"}, files(t, dir))

	s, _ = opened(t, dir, idA, true)
	assert.Equal(t, []string{"UNFINISHED", "lock", "runs.journal", "summary.json"}, files(t, dir), "until it is written anew, the one before stays")
	text, err = os.ReadFile(filepath.Join(dir, "UNFINISHED"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "summary.json and report.html are missing, or\nolder than this file: then they are of the runs that had ended before")
	assert.Equal(t, []int{1}, has(t, s))
}

func TestARunThatIsNotWhatItShouldBeIsSetAside(t *testing.T) {
	dir := t.TempDir()
	s, notes := opened(t, dir, idA, false)
	put(t, s, 1, 2)
	_, ok, err := s.Load(key(1), mark(1), func([]byte) error { return fmt.Errorf("ap is 7") })
	require.NoError(t, err)
	assert.False(t, ok)
	_, ok, err = s.Load(key(3), mark(2), good)
	require.NoError(t, err)
	assert.False(t, ok, "filed under another key")
	assert.Empty(t, has(t, s))
	assert.Equal(t, []string{"s0-3.txt", "s1-1.txt"}, files(t, filepath.Join(dir, "damaged")))
	assert.Contains(t, (*notes)[0], `the run of "s1" with seed 1 is not to be trusted: ap is 7; set aside as `+filepath.Join(dir, "damaged", "s1-1.txt"))
	require.NoError(t, s.Close())

	s, _ = opened(t, dir, idA, true)
	assert.Empty(t, has(t, s), "nor is it there the next time")
	put(t, s, 1)
	assert.Equal(t, []int{1}, has(t, s), "until it is trained again")
}

func TestStatesAreOfOneRun(t *testing.T) {
	dir := t.TempDir()
	s, notes := opened(t, dir, idA, false)
	state := []byte("\x00\n binary \n")
	_, ok, err := s.LoadState(key(1), mark(1))
	require.NoError(t, err)
	assert.False(t, ok)
	require.NoError(t, s.SaveState(key(1), mark(1), []byte("older")))
	require.NoError(t, s.SaveState(key(1), mark(1), state))
	require.NoError(t, s.SaveState(key(2), mark(2), []byte{}))
	got, ok, err := s.LoadState(key(1), mark(1))
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, state, got)
	got, ok, err = s.LoadState(key(2), mark(2))
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Empty(t, got)
	_, ok, err = s.LoadState(key(1), mark(7))
	require.NoError(t, err)
	assert.False(t, ok, "of another mark")
	assert.Empty(t, *notes)

	put(t, s, 2)
	_, ok, err = s.LoadState(key(2), mark(2))
	require.NoError(t, err)
	assert.False(t, ok, "the run has ended")
	require.NoError(t, s.DistrustState(key(1), fmt.Errorf("of other weights")))
	_, ok, err = s.LoadState(key(1), mark(1))
	require.NoError(t, err)
	assert.False(t, ok)
	assert.Contains(t, (*notes)[0], "is not to be trusted: of other weights; set aside as "+filepath.Join(dir, "damaged", "s1-1.state.txt"))
}

func TestALineIsCheckedJSON(t *testing.T) {
	dir := t.TempDir()
	s, _ := opened(t, dir, idA, false)
	require.NoError(t, s.Put(key(1), mark(1), []byte("{\n \"a\": 1\n}")))
	assert.ErrorContains(t, s.Put(key(2), mark(2), []byte("{")), "cannot write "+filepath.Join(dir, "runs.journal"))
	put(t, s, 3)
	text, err := os.ReadFile(filepath.Join(dir, "runs.journal"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	require.Len(t, lines, 3)
	for _, l := range lines {
		var content line
		require.NoError(t, json.Unmarshal([]byte(l[headLength:]), &content))
		assert.Equal(t, 1, content.Format)
		assert.Equal(t, "test", content.Program)
		assert.Equal(t, digest([]byte(l[headLength:])), l[:sumLength])
	}
}

func TestAnExportGrowsByLines(t *testing.T) {
	dir := t.TempDir()
	s, _ := opened(t, dir, idA, false)
	for _, text := range []string{"a\n", "b\n"} {
		require.NoError(t, s.Append(Results, []byte(text)))
	}
	require.NoError(t, s.Replace(Results, []byte("c\n")))
	require.NoError(t, s.Append(Results, []byte("d\n")))
	text, err := os.ReadFile(filepath.Join(dir, Results))
	require.NoError(t, err)
	assert.Equal(t, "c\nd\n", string(text))
}

func TestNoFolderKeepsNothing(t *testing.T) {
	s, err := Open("", Options{})
	require.NoError(t, err)
	assert.NoError(t, s.Begin(idA, true))
	assert.NoError(t, s.Put(key(1), mark(1), nil))
	assert.NoError(t, s.SaveState(key(1), mark(1), nil))
	_, ok, err := s.Load(key(1), mark(1), good)
	assert.False(t, ok)
	assert.NoError(t, err)
	_, ok, err = s.LoadState(key(1), mark(1))
	assert.False(t, ok)
	assert.NoError(t, err)
	assert.NoError(t, s.Append(Results, nil))
	assert.NoError(t, s.Replace(Summary, nil))
	assert.NoError(t, s.Finish())
	assert.NoError(t, s.Close())
}

func TestAFolderThatCannotBeWrittenToIsAnErrorAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	_, err := Open(file, Options{})
	assert.ErrorContains(t, err, "cannot make the folder "+file+": a file is in its place: move it away")
	dangling := filepath.Join(t.TempDir(), "dangling")
	require.NoError(t, os.Symlink("nowhere", dangling))
	_, err = Open(dangling, Options{})
	assert.ErrorContains(t, err, "cannot make the folder "+dangling+": a link is in its place: move it away")
	_, err = Open("/proc/detsample", Options{})
	assert.ErrorContains(t, err, "cannot make the folder /proc/detsample: no such file or directory")

	for _, name := range []string{"lock", "runs.journal", "UNFINISHED", "results.jsonl", "report.html"} {
		dir := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Join(dir, name, "full"), 0o777))
		s, err := Open(dir, Options{})
		if err == nil {
			err = s.Begin(idA, false)
			require.NoError(t, s.Close())
		}
		assert.ErrorContains(t, err, "cannot write "+filepath.Join(dir, name)+": a folder is in its place: move it away")
	}
}
