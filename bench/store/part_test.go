package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"detsample/internal/durable"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// timed is a run as two machines do it: the same but for the time.
func timed(i, seconds int) []byte { return fmt.Appendf(nil, `{"ap":%d,"time":%d}`, i, seconds) }

func sameButTime(a, b []byte) (order int, ok bool) {
	var x, y map[string]int
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return 0, false
	}
	return 0, x["ap"] == y["ap"]
}

// partOf makes a folder with some runs.
func partOf(t *testing.T, id Identity, seconds int, runs ...int) string {
	dir := t.TempDir()
	s, _ := opened(t, dir, id, false)
	require.NoError(t, s.Describe([]byte("{}")))
	for _, i := range runs {
		require.NoError(t, s.Put(key(i), mark(i), timed(i, seconds)))
	}
	require.NoError(t, s.Close())
	return dir
}

// merged merges folders into another, and returns its journal.
func merged(t *testing.T, into string, dirs ...string) ([]byte, error) {
	s, _ := opened(t, into, idA, true)
	defer s.Close()
	var parts []*Part
	for _, dir := range dirs {
		p, err := OpenPart(dir)
		require.NoError(t, err)
		assert.Empty(t, p.Damaged)
		parts = append(parts, p)
	}
	if err := s.Merge(parts, sameButTime); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(into, journalName))
	require.NoError(t, err)
	return text, nil
}

func TestPartsMergeInAnyOrderAndAnyNumberOfTimes(t *testing.T) {
	dirs := []string{partOf(t, idA, 3, 1, 4), partOf(t, idA, 2, 2, 4, 6), partOf(t, idA, 4, 6, 3, 1), partOf(t, idA, 1)}
	want, err := merged(t, t.TempDir(), dirs...)
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(1, 1))
	for range 8 {
		into := t.TempDir()
		var got []byte
		for range 3 {
			rng.Shuffle(len(dirs), func(i, j int) { dirs[i], dirs[j] = dirs[j], dirs[i] })
			cut := rng.IntN(len(dirs))
			_, err := merged(t, into, dirs[:cut]...)
			require.NoError(t, err)
			got, err = merged(t, into, dirs...)
			require.NoError(t, err)
		}
		require.Equal(t, string(want), string(got))
	}

	into := t.TempDir()
	_, err = merged(t, into, dirs...)
	require.NoError(t, err)
	s, notes := opened(t, into, idA, true)
	assert.Empty(t, *notes)
	for i, seconds := range map[int]int{1: 3, 2: 2, 3: 4, 4: 2, 6: 2} {
		got, ok, err := s.Load(key(i), mark(i), good)
		require.NoError(t, err)
		assert.True(t, ok)
		assert.JSONEq(t, string(timed(i, seconds)), string(got))
	}
	require.NoError(t, s.Put(key(7), mark(7), timed(7, 1)), "and the journal can be added to")
	assert.Equal(t, 6, s.Runs())
}

func TestPartsThatDoNotBelongTogetherAreRefused(t *testing.T) {
	own := partOf(t, idA, 1, 1)
	for _, c := range []struct{ dir, err string }{
		{partOf(t, idB, 1, 2), "is of another comparison than"},
		{partOf(t, idB, 1, 2), "its configuration differs"},
		{partOf(t, Identity{"n", "a", "other"}, 1, 2), "its data differ"},
		{partOf(t, Identity{"m", "a", "d"}, 1, 2), "it was computed by m, this is n"},
	} {
		into := t.TempDir()
		_, err := merged(t, into, own, c.dir)
		assert.ErrorContains(t, err, c.err)
		assert.ErrorContains(t, err, c.dir)
		text, err := os.ReadFile(filepath.Join(into, journalName))
		require.NoError(t, err)
		assert.Equal(t, 1, bytes.Count(text, []byte("\n")), "nothing is merged")
	}

	wrong := t.TempDir()
	s, _ := opened(t, wrong, idA, false)
	require.NoError(t, s.Put(key(1), mark(1), timed(7, 1)))
	require.NoError(t, s.Close())
	_, err := merged(t, t.TempDir(), own, wrong)
	assert.ErrorContains(t, err, `differ on the run of "s1" with seed 1, though both say that it follows from the same program, configuration and data`)

	_, err = OpenPart(t.TempDir())
	assert.ErrorContains(t, err, "runs.journal: no such file or directory")
	empty := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(empty, journalName), nil, 0o666))
	_, err = OpenPart(empty)
	assert.ErrorIs(t, err, os.ErrNotExist, "who made it was stopped before it wrote a line")
	stopped := t.TempDir()
	s, _ = opened(t, stopped, idA, false)
	require.NoError(t, s.Close())
	_, err = OpenPart(stopped)
	assert.EqualError(t, err, filepath.Join(stopped, journalName)+": nothing has begun: file does not exist", "stopped before it had described its runs")
	parts, err := OpenParts(stopped)
	require.NoError(t, err)
	assert.Empty(t, parts)

	dir, lines := damagedStore(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, journalName), joined(flipped(lines[0], 130)), 0o666))
	p, err := OpenPart(dir)
	require.NoError(t, err)
	s, _ = opened(t, t.TempDir(), idA, true)
	defer s.Close()
	assert.ErrorContains(t, s.Merge([]*Part{p}, sameButTime), "does not say what comparison it is of")
}

func TestWhatIsDamagedInAPartIsNamed(t *testing.T) {
	dir, lines := damagedStore(t)
	lines[3] = flipped(lines[3], 130)
	require.NoError(t, os.WriteFile(filepath.Join(dir, journalName), joined(lines...), 0o666))
	p, err := OpenPart(dir)
	require.NoError(t, err)
	require.Len(t, p.Damaged, 1)
	assert.Contains(t, p.Damaged[0], `runs.journal: the run of "s0" with seed 3 cannot be used: the checksum does not hold`)
	assert.Len(t, p.Keys(), 4)
	id, ok := p.Identity()
	assert.True(t, ok)
	assert.Equal(t, idA, id)
}

// Of the shards of a comparison there may be more than files that a process may
// have open.
func TestPartsAreOpenOnlyWhileTheyAreRead(t *testing.T) {
	out := t.TempDir()
	for i := range 3 {
		s, _ := opened(t, ShardDir(out, i+1, 3), idA, true)
		put(t, s, i+1)
		require.NoError(t, s.Close())
	}
	d := &handles{Disk: durable.Local{}}
	parts, err := openParts(d, out)
	require.NoError(t, err)
	require.Len(t, parts, 3)
	assert.Zero(t, d.now)
	assert.Equal(t, 1, d.most)
	_, ok, err := parts[1].Load(key(2), mark(2), good)
	require.NoError(t, err)
	assert.True(t, ok)
	s, _ := opened(t, t.TempDir(), idA, true)
	require.NoError(t, s.Merge(parts, sameButTime))
	assert.Equal(t, []int{1, 2, 3}, has(t, s))
	assert.Zero(t, d.now)
	assert.Equal(t, 1, d.most)
}

// handles counts the files that are open.
type handles struct {
	durable.Disk
	now, most int
}

type handled struct {
	durable.File
	of *handles
}

func (h *handles) Open(path string, flag int) (durable.File, error) {
	f, err := h.Disk.Open(path, flag)
	if err != nil {
		return nil, err
	}
	h.now++
	h.most = max(h.most, h.now)
	return handled{f, h}, nil
}

func (h handled) Close() error {
	h.of.now--
	return h.File.Close()
}
