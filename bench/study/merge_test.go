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

// shared trains shards of an experiment and returns their folder.
func shared(t *testing.T, list []Planned, count int, of ...int) string {
	out := t.TempDir()
	for _, k := range of {
		_, err := Run(t.Context(), list, Options{Out: out, Jobs: 1, Shard: plan.Shard{Index: k, Count: count}, Command: "detsample study of shard " + string(rune('0'+k))})
		require.NoError(t, err)
	}
	return out
}

func originOf(t *testing.T, dir string) Origin {
	o, kept, err := readOrigin(dir)
	require.NoError(t, err)
	require.True(t, kept)
	return o
}

func TestWhatShardsTrainedIsWhatIsAskedFor(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	p := short(t)
	out := shared(t, []Planned{p}, 2, 1, 2)
	dir := filepath.Join(out, "dense")
	journal := filepath.Join(dir, "runs.journal")
	for why, change := range map[string]func(*Planned, *Options){
		"its configuration differs: --seeds is 2, in the other 3":              func(p *Planned, _ *Options) { p.Seeds = 3 },
		"its configuration differs: --first-seed is 1, in the other 5":         func(p *Planned, _ *Options) { p.FirstSeed = 5 },
		"its configuration differs: training.images is 16, in the other 8":     func(p *Planned, _ *Options) { p.Config.Training.Images = 8 },
		"it is of generated scenes, the other of the images of photos":         func(_ *Planned, o *Options) { o.Data = "photos" },
		"its configuration differs: folder.size is \"auto\", in the other 320": func(p *Planned, _ *Options) { p.Config.Folder.Size = 320 },
		"its configuration differs: --tune is false, in the other true":        func(p *Planned, _ *Options) { p.Tune = true },
		"its strategies are \"ce\", \"focal\", the other's \"focal\", \"ce\"":  func(p *Planned, _ *Options) { s := p.Config.Strategies; s[0], s[1] = s[1], s[0] },
	} {
		other, o := short(t), Options{Out: out, Command: "a merge"}
		change(&other, &o)
		_, err := Merge(t.Context(), []Planned{other}, o)
		assert.ErrorContains(t, err, dir+" holds another comparison than is asked for here: "+why+": merge with the options that it was trained with, or name another folder")
		assert.NoFileExists(t, journal, "nothing was joined")
	}
	_, err := Merge(t.Context(), []Planned{short(t)}, Options{Out: out})
	require.NoError(t, err)
	assert.FileExists(t, journal)
}

// Whoever joins is not who trained.
func TestTheOriginOfMergedRunsIsTheirShards(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := []Planned{short(t)}
	out := shared(t, list, 2, 1, 2)
	dir := filepath.Join(out, "dense")
	for range 2 {
		_, err := Merge(t.Context(), list, Options{Out: out, Command: "a merge"})
		require.NoError(t, err)
		o := originOf(t, dir)
		assert.Equal(t, "detsample study of shard 1; detsample study of shard 2", o.Command)
		assert.Len(t, o.Parts, 2)
		assert.Equal(t, originOf(t, store.ShardDir(dir, 1, 2)).Machine, o.Machine, "of one machine")
	}

	require.NoError(t, os.Remove(filepath.Join(dir, store.Origin)))
	require.NoError(t, os.Remove(filepath.Join(store.ShardDir(dir, 2, 2), store.Origin)))
	_, err := Merge(t.Context(), list, Options{Out: out, Command: "a merge"})
	require.NoError(t, err)
	o := originOf(t, dir)
	assert.Equal(t, "detsample study of shard 1", o.Command)
	assert.Contains(t, o.Program, " and a program that is not kept", "nor is it guessed")
}

// Whoever cleans a folder up, and leaves files of a study in it, is told which.
func TestAMergeWithoutItsJournalSaysSo(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := []Planned{short(t)}
	out := shared(t, list, 2, 1, 2)
	dir := filepath.Join(out, "dense")
	_, err := Merge(t.Context(), list, Options{Out: out})
	require.NoError(t, err)
	for _, name := range []string{store.Results, "runs.journal"} {
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
	}
	_, err = Merge(t.Context(), list, Options{Out: out})
	assert.ErrorContains(t, err, ", which no comparison wrote: ")
	assert.ErrorContains(t, err, "(the journal of "+dir+" is gone, by which what a study wrote is known: put it back, or move away all but the folders of the shards, and merge again)")
}

func TestAMergeSaysWhatIsMissingByName(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := []Planned{short(t)}
	out := shared(t, list, 2, 2)
	found, err := Merge(t.Context(), list, Options{Out: out})
	require.NoError(t, err)
	require.Len(t, found, 1)
	assert.Equal(t, "not yet there: 2 runs", found[0].Next)
	assert.Len(t, found[0].Missing.Runs, 2)
	assert.NoFileExists(t, filepath.Join(out, "dense", store.Origin), "it is not complete")
}

func TestAMergeSaysWhetherStatesAreThere(t *testing.T) {
	e := tiny(t)
	e.Config.Training.EvaluateAt, e.Config.Training.Checkpoints = nil, 1
	e.Config.Strategies = e.Config.Strategies[:TrainedStates]
	out := t.TempDir()
	var notes []string
	o := Options{Out: out, Jobs: 1, Command: "a test", Note: func(n store.Note) { notes = append(notes, n.Text) }}
	found, err := Merge(t.Context(), []Planned{e}, o)
	require.NoError(t, err)
	assert.Equal(t, []Found{{Experiment: "boosting", Next: "0 of its 3 trainings are there, and the first shard alone trains them"}}, found)

	o.Shard = plan.Shard{Index: 2, Count: 2}
	found, err = Run(t.Context(), []Planned{e}, o)
	require.NoError(t, err)
	assert.Equal(t, []Found{{Experiment: "boosting", Next: "the first shard alone trains it"}}, found)
	assert.NoDirExists(t, filepath.Join(out, "boosting"))
	if testing.Short() {
		return // TestStatesAreKeptAndTakenOver trains such states too
	}

	o.Shard.Index = 1
	_, err = Run(t.Context(), []Planned{e}, o)
	require.NoError(t, err)
	o.Shard, o.Command = plan.Shard{}, "a merge"
	found, err = Merge(t.Context(), []Planned{e}, o)
	require.NoError(t, err)
	assert.Equal(t, []Found{{Experiment: "boosting"}}, found)
	assert.Equal(t, []string{"boosting is there: the first shard alone trains it, and nothing is to be joined"}, notes)
	assert.Equal(t, "a test", originOf(t, filepath.Join(out, "boosting")).Command)

	e.Config.Strategies[0].LR *= 2
	_, err = Merge(t.Context(), []Planned{e}, o)
	assert.ErrorContains(t, err, "boosting holds another comparison than is asked for here: its configuration, which config.yaml there has, differs")
}

// An experiment that no shard has trained has the origin of who did.
func TestTheOriginIsOfWhatTrained(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	p := short(t)
	out := t.TempDir()
	dir := filepath.Join(out, "dense")
	run := func(command string, seeds int) Origin {
		p.Seeds = seeds
		_, err := Run(t.Context(), []Planned{p}, Options{Out: out, Jobs: 1, Command: command})
		require.NoError(t, err)
		return originOf(t, dir)
	}
	assert.Equal(t, "first", run("first", 1).Command)
	assert.Equal(t, "first", run("second", 1).Command, "which trained nothing")
	o := run("third", 2)
	assert.Equal(t, "first; third", o.Command)
	assert.Equal(t, []string{"first", "third"}, []string{o.Parts[0].Command, o.Parts[1].Command})
	_, err := Merge(t.Context(), []Planned{p}, Options{Out: out, Command: "a merge"})
	require.NoError(t, err)
	assert.Equal(t, o, originOf(t, dir))

	require.NoError(t, os.Remove(filepath.Join(dir, store.Origin)))
	o = run("fourth", 2)
	assert.Empty(t, o.Command, "all was taken over")
}

func TestANoteIsKeptBesideTheSameOrigin(t *testing.T) {
	assert.True(t, Origin{Program: "p", Quick: true}.and(Origin{Program: "q"}).Quick, "one of the two was")
	a := Origin{Program: "p", Command: "c", Machine: "m", Note: "Twice."}
	b := Origin{Program: "p", Command: "c", Machine: "m"}
	assert.Equal(t, a, a.and(b))
	c := Origin{Program: "q", Command: "d", Machine: "m"}
	both := a.and(c)
	assert.Equal(t, Origin{Program: "p and q", Command: "c; d", Machine: "m", Note: "Twice.", Parts: []Origin{a, c}}, both)
	assert.Equal(t, both, both.and(both))
}

// What a study keeps in a shard's folder moves aside with it.
func TestAWholeExperimentTakesThePlaceOfAShard(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	list := []Planned{short(t)}
	out := shared(t, list, 2, 1)
	_, err := Run(t.Context(), list, Options{Out: out, Jobs: 1, Command: "whole"})
	require.NoError(t, err)
	assert.FileExists(t, filepath.Join(store.ShardDir(filepath.Join(out, "dense", "previous"), 1, 2), store.Origin))
	assert.Equal(t, "whole", originOf(t, filepath.Join(out, "dense")).Command)
}
