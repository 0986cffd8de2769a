package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/plan"
	"detsample/bench/small/scene"
	"detsample/bench/store"
	"detsample/bench/trainer"
)

// contents returns the files that a merge writes.
func contents(t *testing.T, dir string) map[string]string {
	got := map[string]string{}
	for _, name := range []string{"runs.journal", "results.jsonl", "summary.json", "config.yaml", "report.html"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		got[name] = string(data)
	}
	return got
}

func TestMergingInAnyOrderAndAgainGivesTheSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("varies the order of what TestFourShardsAreASingleRun does once")
	}
	text, out := tinyData+tinyTraining, t.TempDir()
	var dirs []string
	for _, s := range sharded(t, text, out, 4, Options{Seeds: 3}) {
		dirs = append(dirs, s.Dir)
	}
	again := t.TempDir() // machines that did some of it, too, under other titles and in other time
	for title, o := range map[string]Options{"again": {Out: again, Seeds: 3}, "few": {Out: again, Seeds: 1}} {
		s, err := TrainShard(t.Context(), parsed(t, strings.Replace(text, "title: tiny", "title: "+title, 1)), o, plan.Shard{Index: 1, Count: 2 * o.Seeds})
		require.NoError(t, err)
		dirs = append(dirs, s.Dir)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var want map[string]string
	for range 3 {
		rng.Shuffle(len(dirs), func(i, j int) { dirs[i], dirs[j] = dirs[j], dirs[i] })
		into := t.TempDir()
		for _, some := range [][]string{dirs[:1+rng.IntN(3)], dirs, dirs} {
			_, _, err := Merge(t.Context(), some, Options{Out: into, Report: true})
			require.NoError(t, err)
		}
		got := contents(t, into)
		if want == nil {
			want = got
		}
		for name := range want {
			require.Equal(t, want[name], got[name], name)
		}
	}
	assert.Equal(t, 6, strings.Count(want["results.jsonl"], "\n"), "of all seeds")
	_, _, err := Merge(t.Context(), []string{out, again}, Options{Out: out, Report: true})
	require.NoError(t, err)
	assert.Equal(t, want, contents(t, out), "in the folder that has the shards")
}

// folderOf makes a folder with a shard of a comparison.
func folderOf(t *testing.T, text string, o Options) string {
	t.Helper()
	out := t.TempDir()
	if o.Trainer == nil {
		o.Trainer = newScripted(nil)
	}
	sharded(t, text, out, 1, o)
	return out
}

// lucky is scripted with a tenth more of AP.
type lucky struct{ scripted }

func (l lucky) Numerics() string { return fmt.Sprintf("%T", l.scripted) }

func (l lucky) Train(ctx context.Context, job trainer.Job, progress func(int)) (trainer.Record, error) {
	job.Seed += 10
	r, err := l.scripted.Train(ctx, job, progress)
	r.Run.Seed -= 10
	return r, err
}

// stranger is another program's trainer.
type stranger struct{ scripted }

func (stranger) Numerics() string { return "strange detectors 2" }

func TestPartsOfOtherComparisonsAreRefusedByWhatDiffers(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	base := tinyData + tinyTraining
	own := folderOf(t, base, Options{})
	for _, c := range []struct {
		text string
		o    Options
		err  string
	}{
		{strings.Replace(base, "warmup: 2", "warmup: 3", 1), Options{}, "its configuration differs: training.warmup is 3, in the other 2"},
		{base, Options{Budget: 0.5}, "its configuration differs: training.images is 12, in the other 24"},
		{strings.Replace(base, "noise: 0.01", "noise: 0.02", 1), Options{}, "its configuration differs: scenes.noise is 0.02, in the other 0.01"},
		{strings.Replace(base, "num: 16", "num: 17", 1), Options{}, `its configuration differs: strategies."ohem".roi.sampler.num is 17, in the other 16`},
		{strings.Replace(base, "name: ohem", "name: mines", 1), Options{}, `its configuration differs: strategies."mines" is not in the other; strategies."ohem" is in the other alone`},
		{base, Options{Tune: true}, "its configuration differs: --tune is true, in the other false"},
		{base, Options{Trainer: stranger{newScripted(nil)}}, "it was computed by strange detectors 2"},
	} {
		dir := folderOf(t, c.text, c.o)
		into := filepath.Join(t.TempDir(), "into")
		_, _, err := Merge(t.Context(), []string{own, dir}, Options{Out: into, Trainer: newScripted(nil)})
		require.ErrorContains(t, err, c.err)
		assert.ErrorContains(t, err, filepath.Join(dir, "shards", "1-of-1")+" is of another comparison than "+filepath.Join(own, "shards", "1-of-1"))
		assert.NoDirExists(t, into, "nothing is written")

		_, _, err = Merge(t.Context(), []string{own}, Options{Out: dir, Trainer: newScripted(nil)})
		assert.ErrorContains(t, err, "is of another comparison than", "the folder for the joined results is of one, too")
	}
}

func TestOptionsDifferByWhatTheCommandWasGiven(t *testing.T) {
	until := func(points float64) source { return source{asked: askedBy(Options{Until: points / 100, Seeds: 3}, "")} }
	assert.Equal(t, "its configuration differs: --until is 0.7, in the other 0.55", until(0.7).differs(until(0.55)))
	assert.Empty(t, until(0.7).differs(until(0.7)))
}

func TestPartsOfOtherDataAreRefusedByWhatDiffers(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	text := tinyData + tinyTraining
	scenes := parsed(t, text).Scenes
	scenes.Train, scenes.Test = 8, 4
	set, err := scene.Generate(scenes, 1)
	require.NoError(t, err)
	data := writeCOCO(t, set)
	set.Test = set.Test[:3]
	other := writeCOCO(t, set)
	one, two := folderOf(t, text, Options{Data: data}), folderOf(t, text, Options{Data: other})
	s := newScripted(nil)
	_, _, err = Merge(t.Context(), []string{one, two}, Options{Out: t.TempDir(), Trainer: s})
	assert.ErrorContains(t, err, "its data differ: 8 + 3 images, the other has 8 + 4")

	// Data may have moved, but not changed.
	moved := filepath.Join(t.TempDir(), "moved")
	require.NoError(t, os.Rename(data, moved))
	_, _, err = Merge(t.Context(), []string{one}, Options{Out: t.TempDir(), Trainer: s})
	assert.ErrorContains(t, err, data)
	_, _, err = Merge(t.Context(), []string{one}, Options{Out: t.TempDir(), Trainer: s, Data: other})
	assert.ErrorContains(t, err, "does not fit the data: its data differ: 8 + 4 images, the other has 8 + 3")
	study, _, err := Merge(t.Context(), []string{one}, Options{Out: t.TempDir(), Trainer: s, Data: moved})
	require.NoError(t, err)
	assert.Len(t, study.Records, 2)
}

// An option that is new is kept with the runs, or said here to change none.
func TestAllThatIsAskedForIsKeptWithTheRuns(t *testing.T) {
	changesNothing := []string{"Jobs", "Out", "Resume", "Report", "Progress", "Note", "Read"}
	elsewhere := []string{"Budget", "Trainer"} // in the configuration, and in the identity
	var o Options
	options := reflect.ValueOf(&o).Elem()
	for i := range options.NumField() {
		name := options.Type().Field(i).Name
		if slices.Contains(changesNothing, name) || slices.Contains(elsewhere, name) {
			continue
		}
		switch field := options.Field(i); field.Kind() {
		case reflect.Bool:
			field.SetBool(true)
		case reflect.String:
			field.SetString("x")
		case reflect.Int:
			field.SetInt(7)
		case reflect.Uint64:
			field.SetUint(7)
		case reflect.Float64:
			field.SetFloat(0.7)
		case reflect.Slice:
			field.Set(reflect.ValueOf([]string{"x"}))
		default:
			assert.Fail(t, "an option of a kind that is new", name)
		}
	}
	assert.Equal(t, o, askedBy(o, "").options(Options{}))

	// And parts that differ in one are of different comparisons, but for the
	// number of seeds and the place of the data.
	for i := range options.NumField() {
		name := options.Type().Field(i).Name
		changed := o
		field := reflect.ValueOf(&changed).Elem().Field(i)
		if field.IsZero() || slices.Contains([]string{"Data", "Links", "Seeds"}, name) {
			continue
		}
		field.SetZero()
		assert.NotEmpty(t, source{asked: askedBy(o, "{}")}.differs(source{asked: askedBy(changed, "{}")}), name)
	}
}

func TestAMergeByAnotherProgramIsByThePartsName(t *testing.T) {
	s := stranger{newScripted(nil)}
	dir := folderOf(t, tinyData+tinyTraining, Options{Trainer: s})
	study, _, err := Merge(t.Context(), []string{dir}, Options{Out: dir, Trainer: newScripted(nil)})
	require.NoError(t, err)
	assert.Len(t, study.Records, 2, "it trains nothing, so that it need not be who has")
}

func TestWhatIsNoPartIsSaid(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	o := Options{Out: filepath.Join(t.TempDir(), "into"), Trainer: newScripted(nil)}
	empty := t.TempDir()
	_, _, err := Merge(t.Context(), []string{empty}, o)
	assert.EqualError(t, err, empty+" has no runs: expected a folder that compare has written to")
	_, err = Next(t.Context(), empty, o)
	assert.ErrorIs(t, err, os.ErrNotExist)

	// A shard that was stopped before it had begun is no part.
	dir := folderOf(t, tinyData+tinyTraining, Options{})
	stopped := store.ShardDir(dir, 2, 2)
	require.NoError(t, os.MkdirAll(stopped, 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "shards", "notes.txt"), []byte("x"), 0o666))
	_, _, err = Merge(t.Context(), []string{dir}, o)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(stopped, "runs.journal"), nil, 0o666))
	_, _, err = Merge(t.Context(), []string{dir}, o)
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(stopped, "runs.journal")))
	s, err := store.Open(stopped, store.Options{Program: "test"})
	require.NoError(t, err)
	require.NoError(t, s.Begin(store.Identity{Config: "c", Data: "d", Numerics: "n"}, true))
	require.NoError(t, s.Close())
	_, _, err = Merge(t.Context(), []string{dir}, o)
	require.NoError(t, err, "it had not said yet what it was asked for")
}

func TestADamagedPartIsMissingByName(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	text, out := tinyData+tinyTraining, t.TempDir()
	s := newScripted(nil)
	shards := sharded(t, text, out, 2, Options{Seeds: 2, Trainer: s})
	path := filepath.Join(shards[1].Dir, "runs.journal")
	journal, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(journal), "\n")
	lines[2] = strings.Replace(lines[2], `"ap":`, `"aq":`, 1)
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "")), 0o666))

	var notes []string
	o := Options{Out: out, Trainer: s, Note: func(n store.Note) { notes = append(notes, n.Text) }}
	study, next, err := Merge(t.Context(), []string{out}, o)
	require.NoError(t, err)
	assert.Nil(t, study)
	require.Len(t, next.Runs, 1)
	assert.True(t, next.Begun)
	require.Len(t, notes, 1)
	assert.Contains(t, notes[0], named(next)[0]+" cannot be used: the checksum does not hold")

	sharded(t, text, out, 2, Options{Seeds: 2, Trainer: s})
	study, _, err = Merge(t.Context(), []string{out}, o)
	require.NoError(t, err)
	assert.Len(t, study.Records, 4)

	// What was merged is damaged: it is still in the parts.
	path = filepath.Join(out, "runs.journal")
	journal, err = os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append([]byte("x"), journal[1:]...), 0o666))
	study, _, err = Merge(t.Context(), []string{out}, o)
	require.NoError(t, err)
	assert.Len(t, study.Records, 4)
	mended, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(journal), string(mended))
}

func TestPartsThatDisagreeOnARunAreRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	text := tinyData + tinyTraining
	one := folderOf(t, text, Options{})
	two := folderOf(t, text, Options{Trainer: lucky{newScripted(nil)}})
	_, _, err := Merge(t.Context(), []string{one, two}, Options{Out: t.TempDir(), Trainer: newScripted(nil)})
	assert.ErrorContains(t, err, `differ on the run of "focal" with seed 1`)
	_, err = TrainShard(t.Context(), parsed(t, text), Options{Out: one, Trainer: newScripted(nil)}, plan.Shard{Index: 1, Count: 1})
	assert.NoError(t, err)
}
