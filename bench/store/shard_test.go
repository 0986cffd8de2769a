package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatRunsAreOfIsKeptWithThemOnce(t *testing.T) {
	dir := t.TempDir()
	for range 3 {
		s, _ := opened(t, dir, idA, true)
		require.NoError(t, s.Describe([]byte(`{"seeds":1}`)))
		require.NoError(t, s.Close())
	}
	text, err := os.ReadFile(filepath.Join(dir, journalName))
	require.NoError(t, err)
	assert.Equal(t, 2, strings.Count(string(text), "\n"), "going on adds nothing")
	s, _ := opened(t, dir, idA, true)
	put(t, s, 1)
	require.NoError(t, s.Describe([]byte(`{"seeds":2}`)))
	require.NoError(t, s.Close())
	p, err := OpenPart(dir)
	require.NoError(t, err)
	assert.Equal(t, `{"seeds":2}`, string(p.About()))
	assert.True(t, p.Unfinished)

	into := t.TempDir()
	s, _ = opened(t, into, idA, true)
	require.NoError(t, s.Describe(p.About()))
	require.NoError(t, s.Merge([]*Part{p}, sameButTime))
	require.NoError(t, s.Finish())
	require.NoError(t, s.Close())
	merged, err := OpenPart(into)
	require.NoError(t, err)
	assert.Equal(t, `{"seeds":2}`, string(merged.About()), "in what was merged, too")
	assert.False(t, merged.Unfinished)
}

func TestAPartGivesRunsThatAreTrue(t *testing.T) {
	dir := t.TempDir()
	s, _ := opened(t, dir, idA, false)
	put(t, s, 1, 2, 3)
	require.NoError(t, s.Close())
	p, err := OpenPart(dir)
	require.NoError(t, err)
	got, ok, err := p.Load(key(1), mark(1), good)
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, string(body(1)), string(got))

	_, ok, err = p.Load(key(4), mark(4), good)
	require.NoError(t, err)
	assert.False(t, ok)
	assert.Empty(t, p.Damaged)
	_, ok, err = p.Load(key(2), mark(1), good)
	require.NoError(t, err)
	assert.False(t, ok, "another key")
	_, ok, err = p.Load(key(2), mark(2), func([]byte) error { return errors.New("its ap is 7") })
	require.NoError(t, err)
	assert.False(t, ok)
	text, err := os.ReadFile(filepath.Join(dir, journalName))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, journalName), []byte(strings.Replace(string(text), `"i":3`, `"i":4`, 1)), 0o666))
	_, ok, err = p.Load(key(3), mark(3), good)
	require.NoError(t, err)
	assert.False(t, ok)
	require.Len(t, p.Damaged, 3)
	assert.Contains(t, p.Damaged[0], `it is filed as "s1" with seed 1`)
	assert.Contains(t, p.Damaged[1], "its ap is 7")
	assert.Contains(t, p.Damaged[2], "the checksum does not hold")

	var none *Part
	_, ok, err = none.Load(key(1), mark(1), good)
	require.NoError(t, err)
	assert.False(t, ok)
}

func TestAStateIsTakenFromAnotherShardWhereItIsWhole(t *testing.T) {
	out := t.TempDir()
	one, _ := opened(t, ShardDir(out, 1, 2), idA, true)
	require.NoError(t, one.SaveState(key(1), mark(1), []byte("so far")))
	two, _ := opened(t, ShardDir(out, 2, 2), idA, true)
	state := func(s *Store, m string) string {
		got, ok, err := s.LoadState(key(1), m)
		require.NoError(t, err)
		assert.Equal(t, ok, got != nil)
		return string(got)
	}
	assert.Equal(t, "so far", state(two, mark(1)))
	assert.Empty(t, state(two, mark(2)), "of another mark")
	require.NoError(t, two.DistrustState(key(1), errors.New("unfit")), "it is not this shard's to set aside")
	require.NoError(t, two.SaveState(key(1), mark(1), []byte("further")))
	assert.Equal(t, "further", state(two, mark(1)), "its own comes first")
	require.NoError(t, two.SaveState(key(1), mark(7), []byte("another")))
	assert.Equal(t, "so far", state(two, mark(1)), "its own is of another mark")

	path := one.statePath(key(1))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text[:len(text)-1], 0o666))
	assert.Empty(t, state(two, mark(1)), "damaged")

	apart, _ := opened(t, filepath.Join(t.TempDir(), "out"), idA, true)
	assert.Empty(t, apart.siblings(), "no shard")
}
