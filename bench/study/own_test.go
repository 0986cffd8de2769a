package study

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/plan"
	"detsample/bench/store"
)

func TestAStudyReplacesNoFileOfAnothers(t *testing.T) {
	list := []Planned{short(t)}
	out := t.TempDir()
	path := filepath.Join(out, "dense", store.Origin)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
	require.NoError(t, os.WriteFile(path, []byte(`{"mine": 1}`), 0o666))
	_, err := Run(t.Context(), list, Options{Out: out, Jobs: 1})
	require.EqualError(t, err, filepath.Dir(path)+" holds "+filepath.Base(path)+", which no study wrote: name another folder, or move it away")
	assert.NoFileExists(t, filepath.Join(out, "dense", "runs.journal"), "nothing was trained")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, `{"mine": 1}`, string(text))
	assert.NoError(t, own(keptIn, []Planned{{Experiment: Experiment{Name: "boosting"}}}), "those that are stored")
}

// What the last experiment's folder holds is not found out hours after the first's.
func TestAStudyIsRefusedBeforeItTrains(t *testing.T) {
	list := []Planned{short(t), short(t)}
	list[1].Name = "alpha"
	out := t.TempDir()
	dir := filepath.Join(out, "alpha")
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(keptIn, "alpha"))))
	_, err := Run(t.Context(), list, Options{Out: out, Jobs: 1})
	assert.ErrorContains(t, err, dir+" holds results.jsonl without its journal, by which runs are taken over: ")
	assert.NoDirExists(t, filepath.Join(out, "dense"))
	for index := range 2 { // nor by the merge alone
		_, err = Run(t.Context(), list, Options{Out: out, Jobs: 1, Shard: plan.Shard{Index: index + 1, Count: 2}})
		assert.ErrorContains(t, err, dir+" holds results.jsonl without its journal, by which runs are taken over: ")
	}
	assert.NoDirExists(t, filepath.Join(out, "dense"))
	_, err = Merge(t.Context(), list, Options{Out: dir})
	assert.ErrorContains(t, err, dir+" holds results.jsonl, as the folder of a single comparison does")
}

// What is read of a folder is regular files of a bounded length, and whoever
// writes there may be stopped before the first line.
func TestWhatIsReadIsWhatIsThere(t *testing.T) {
	write := func(text string) string {
		out := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Join(out, "dense"), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(out, "dense", "results.jsonl"), []byte(text), 0o666))
		return out
	}
	kept := func(out string) (runs int) {
		list, err := Open(out)
		require.NoError(t, err)
		for i := range list {
			runs += len(list[i].Runs)
		}
		return runs
	}
	run := lineOf(t, "ce", 2, 4)
	for text, runs := range map[string]int{"": 0, run: 1, broken(t, "ce", 1): 0, broken(t, "ce", 1) + run: 2} {
		assert.Equal(t, runs, kept(write(text)), text)
	}
	for _, name := range []string{store.Results, store.Origin} {
		out := write(broken(t, "ce", 1))
		path := filepath.Join(out, "dense", name)
		_ = os.Remove(path)
		require.NoError(t, os.Symlink(os.DevNull, path))
		_, err := Open(out)
		assert.EqualError(t, err, "cannot read "+path+": a device is in its place: move it away")
		require.NoError(t, os.Remove(path))
		require.NoError(t, os.WriteFile(path, nil, 0o666))
		require.NoError(t, os.Truncate(path, 1<<40))
		_, err = Open(out)
		assert.EqualError(t, err, "cannot read "+path+": it has 1099511627776 bytes, and at most 268435456 are read: move it away")
	}
}

func TestAnExperimentIsBegunWhereItHasAFolder(t *testing.T) {
	dir, e := t.TempDir(), experiment(t, "dense")
	path := filepath.Join(dir, "dense")
	is := func(want bool) {
		t.Helper()
		any, err := Begun(dir)
		require.NoError(t, err)
		assert.Equal(t, want, any)
		assert.Equal(t, want, e.Begun(dir))
	}
	is(false)
	require.NoError(t, os.WriteFile(path, nil, 0o666))
	is(false)
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.Mkdir(path, 0o777))
	is(true)
}

// A shard that is stopped before it comes to an experiment leaves none of it, and
// what others have found is merged all the same.
func TestAnExperimentThatNoShardHasBegunIsMissing(t *testing.T) {
	found, err := Merge(t.Context(), []Planned{short(t)}, Options{Out: t.TempDir()})
	require.NoError(t, err)
	assert.Equal(t, []Found{{Experiment: "dense", Next: "no shard has begun it"}}, found)
}
