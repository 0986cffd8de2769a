package store

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheSecondIsRefusedByTheNameOfTheFirst(t *testing.T) {
	dir := t.TempDir()
	s, _ := opened(t, dir, idA, false)
	_, err := Open(dir, Options{})
	var locked *Locked
	require.ErrorAs(t, err, &locked)
	assert.Equal(t, dir, locked.Dir)
	assert.Contains(t, err.Error(), self().Host)
	assert.Contains(t, err.Error(), "is being written to by process ")
	put(t, s, 1)
	require.NoError(t, s.Close())
	assert.NoFileExists(t, filepath.Join(dir, "lock"))
	s, notes := opened(t, dir, idA, true)
	assert.Equal(t, []int{1}, has(t, s))
	assert.Empty(t, *notes)
}

// left writes a lock as a process leaves it that was killed.
func left(t *testing.T, dir string, o owner) {
	text, err := json.Marshal(o)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lock"), text, 0o666))
}

func TestALockThatWasLeftIsTakenOverAndSaid(t *testing.T) {
	dead := self()
	dead.Process, dead.Since = 1<<22+1, "yesterday"
	reused := self() // its number went to another process
	reused.Started = "1"
	elsewhere := self()
	elsewhere.Host, elsewhere.Boot = "elsewhere", "another boot"
	rebooted := self()
	rebooted.Boot = "another boot"
	for _, o := range []owner{dead, reused, elsewhere, rebooted} {
		for _, kernel := range []bool{true, false} {
			dir := t.TempDir()
			left(t, dir, o)
			l := &lock{path: filepath.Join(dir, "lock"), me: self()}
			stale, err := l.judge(kernel, 40*time.Millisecond)
			require.NoError(t, err)
			assert.Equal(t, o.String(), stale)
		}
	}

	dir := t.TempDir()
	left(t, dir, dead)
	s, notes := opened(t, dir, idA, true)
	assert.Equal(t, filepath.Join(dir, "lock")+" was left by "+dead.String()+", which is gone: taken over", (*notes)[0])
	require.NoError(t, s.Close())
	for _, garbage := range []string{"", "{", "\x00\x00\x00", strings.Repeat("x", 1<<20)} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "lock"), []byte(garbage), 0o666))
		s, notes := opened(t, dir, idA, true)
		assert.Equal(t, garbage == "", len(*notes) == 0)
		require.NoError(t, s.Close())
	}
}

// An empty lock is what another program may have, or a process of ours that was
// stopped before it had written its name.
func TestAnEmptyLockIsAnothersAmongOtherFiles(t *testing.T) {
	empty := func(dir string, age time.Duration) {
		path := filepath.Join(dir, lockName)
		require.NoError(t, os.WriteFile(path, nil, 0o666))
		require.NoError(t, os.Chtimes(path, time.Time{}, time.Now().Add(-age)))
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o666))
	empty(dir, time.Minute)
	_, err := Open(dir, Options{})
	path := filepath.Join(dir, lockName)
	assert.EqualError(t, err, path+" is empty, and no comparison is in "+dir+": it is another program's, or of one that was stopped as it began: remove it, or name another folder")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Empty(t, text)

	empty(dir, 0) // of a process that begins just now
	s, err := Open(dir, Options{})
	require.NoError(t, err)
	require.NoError(t, s.Begin(idA, false))
	require.NoError(t, s.Close())
	empty(dir, time.Minute)
	s, err = Open(dir, Options{})
	require.NoError(t, err, "in a comparison's folder")
	require.NoError(t, s.Close())
	alone := t.TempDir()
	empty(alone, time.Minute)
	s, err = Open(alone, Options{})
	require.NoError(t, err, "in a folder with nothing else")
	require.NoError(t, s.Close())
}

func TestALivingOwnerIsNotRobbed(t *testing.T) {
	dir := t.TempDir()
	left(t, dir, self())
	l := &lock{path: filepath.Join(dir, "lock"), me: self()}
	_, err := l.judge(false, time.Millisecond)
	assert.ErrorAs(t, err, new(*Locked), "where the kernel has no locks, the process is looked for")

	elsewhere := self()
	elsewhere.Host, elsewhere.Boot = "elsewhere", "another boot"
	left(t, dir, elsewhere)
	time.AfterFunc(50*time.Millisecond, func() {
		elsewhere.Beat = "000000000001"
		left(t, dir, elsewhere)
	})
	_, err = l.judge(true, time.Second)
	assert.ErrorAs(t, err, new(*Locked), "on another machine, it is watched")
}

func TestWhoIsRobbedStopsWriting(t *testing.T) {
	dir := t.TempDir()
	s, _ := opened(t, dir, idA, false)
	put(t, s, 1)
	other := self()
	other.Host = "elsewhere"
	left(t, dir, other)
	for _, err := range []error{
		s.Put(key(2), mark(2), body(2)), s.SaveState(key(2), mark(2), nil), s.Replace(Summary, nil), s.Append(Results, nil), s.Finish(),
	} {
		assert.ErrorContains(t, err, "is being written to by process")
		assert.ErrorContains(t, err, "on elsewhere")
	}
	assert.Error(t, s.Close())
	assert.FileExists(t, filepath.Join(dir, "lock"), "it is not ours to remove")

	dir = t.TempDir()
	s, _ = opened(t, dir, idA, false)
	require.NoError(t, os.Remove(filepath.Join(dir, "lock")))
	assert.ErrorContains(t, s.Put(key(2), mark(2), body(2)), "lock is gone: nothing more is written to this folder")
}

func TestTheOwnerCountsUp(t *testing.T) {
	dir := t.TempDir()
	l, _, err := acquire(dir, time.Second)
	require.NoError(t, err)
	before, err := readOwner(l.path)
	require.NoError(t, err)
	require.NoError(t, l.write(12345))
	after, err := readOwner(l.path)
	require.NoError(t, err)
	assert.NotEqual(t, before, after)
	assert.Len(t, after, len(before), "of one length, so that nobody reads half of it")
	assert.NoError(t, l.held())
	assert.NoError(t, l.release())
}
