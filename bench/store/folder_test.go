package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"detsample/bench/trainer"
)

func newStore(t *testing.T) *Folder {
	t.Helper()
	s, err := Open(t.TempDir())
	require.NoError(t, err)
	return s
}

func TestARunIsTakenOverByItsFingerprint(t *testing.T) {
	s := newStore(t)
	r := trainer.Record{Fingerprint: "f", Run: trainer.Run{Strategy: "ce", Seed: 3, Figures: trainer.Figures{AP: 0.123456789012345}, Resamples: []float64{1.0 / 3}}}
	require.NoError(t, s.Save(r, []trainer.Record{r}))
	got, ok := s.Load("ce", 3, "f")
	assert.True(t, ok)
	assert.Equal(t, r, got)
	for _, other := range []struct {
		name string
		seed uint64
		mark string
	}{{"ce", 3, "g"}, {"ce", 4, "f"}, {"focal", 3, "f"}} {
		_, ok := s.Load(other.name, other.seed, other.mark)
		assert.False(t, ok, other)
	}
}

func TestADamagedRunIsTrainedAgain(t *testing.T) {
	s := newStore(t)
	r := trainer.Record{Fingerprint: "f", Run: trainer.Run{Strategy: "ce", Seed: 1}}
	require.NoError(t, s.Save(r, nil))
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, runFile("ce", 1)), []byte(`{"fingerprint": "f", "run`), 0o666))
	_, ok := s.Load("ce", 1, "f")
	assert.False(t, ok)
}

func TestAFileIsReplacedWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	require.NoError(t, WriteFile(path, []byte("one")))
	require.NoError(t, WriteFile(path, []byte("two")))
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "two", string(data))

	blocked := filepath.Join(dir, "b.json")
	require.NoError(t, os.MkdirAll(filepath.Join(blocked, "full"), 0o777))
	assert.Error(t, WriteFile(blocked, []byte("x")), "a folder is in the way")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 2, "nothing is left behind")
}

func TestAFolderThatCannotBeMadeIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	_, err := Open(file)
	assert.ErrorContains(t, err, "cannot make the folder for results")
}

func TestNoFolderStoresNothing(t *testing.T) {
	s, err := Open("")
	require.NoError(t, err)
	assert.NoError(t, s.Save(trainer.Record{}, nil))
	assert.NoError(t, s.WriteJSON("summary.json", 1))
	_, ok := s.Load("a", 1, "")
	assert.False(t, ok)
}

func TestAStrategysNameMakesASafeFileName(t *testing.T) {
	for _, name := range []string{
		"../../etc/passwd", "/abs", `C:\con`, "a\x00b", "..", ".", "", "-rf", "two words", "a\nb", "über", strings.Repeat("long name ", 60), "a/b", "a-2fb", "CE", "ce",
	} {
		s := newStore(t)
		path := runFile(name, 1)
		assert.Equal(t, "runs", filepath.Dir(path), name)
		r := trainer.Record{Fingerprint: "f", Run: trainer.Run{Strategy: name, Seed: 1}}
		require.NoError(t, s.Save(r, nil), name)
		_, ok := s.Load(name, 1, "f")
		assert.True(t, ok, name)
	}
}

func TestNoTwoNamesShareAFile(t *testing.T) {
	name := rapid.StringMatching(`[aA./ \-0\x{2}é]{0,3}`)
	seen := map[string]string{} // even where case does not count
	rapid.Check(t, func(t *rapid.T) {
		n, seed := name.Draw(t, "name"), rapid.Uint64Range(1, 12).Draw(t, "seed")
		file, who := strings.ToLower(runFile(n, seed)), fmt.Sprintf("%q %d", n, seed)
		if other, ok := seen[file]; ok {
			assert.Equal(t, other, who)
		}
		seen[file] = who
	})
}
