package bench

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/store"
)

// sharded trains all shards of a comparison's next round into a folder, all at
// a time, as machines do that share it.
func sharded(t *testing.T, text, out string, count int, o Options) []*Shard {
	t.Helper()
	o.Out = out
	shards := make([]*Shard, count)
	var group errgroup.Group
	for i := range shards {
		c := parsed(t, text)
		group.Go(func() (err error) {
			shards[i], err = TrainShard(t.Context(), c, o, plan.Shard{Index: i + 1, Count: count})
			return err
		})
	}
	require.NoError(t, group.Wait())
	return shards
}

// trained names the runs of shards.
func trained(shards ...*Shard) (runs []string) {
	for _, s := range shards {
		for _, r := range s.Runs {
			runs = append(runs, store.Key{Strategy: r.Strategy, Seed: r.Seed}.String())
		}
	}
	return runs
}

// named names the runs of a round.
func named(r Round) (runs []string) {
	for _, run := range r.Runs {
		runs = append(runs, store.Key{Strategy: run.Strategy, Seed: run.Seed}.String())
	}
	return runs
}

func TestFourShardsAreASingleRun(t *testing.T) {
	if testing.Short() {
		t.Skip("does one thing after the other")
	}
	text := tinyData + tinyTraining
	whole, out := t.TempDir(), t.TempDir()
	compared(t, text, Options{Seeds: 3, Out: whole})
	shards := sharded(t, text, out, 4, Options{Seeds: 3})
	assert.ElementsMatch(t, named(shards[0].Round), trained(shards...))
	for _, s := range shards {
		assert.Len(t, s.Round.Runs, 6)
		assert.Len(t, results(t, s.Dir), len(s.Runs))
		assert.NotEmpty(t, s.Runs)
		assert.NoFileExists(t, filepath.Join(s.Dir, "UNFINISHED"), "its share is complete")
	}

	study, next, err := Merge(t.Context(), []string{out}, Options{Out: out})
	require.NoError(t, err)
	require.NotNil(t, study)
	assert.Empty(t, next.Runs)
	assert.Equal(t, results(t, whole), results(t, out))
	for _, name := range []string{"config.yaml", "summary.json"} {
		assert.FileExists(t, filepath.Join(out, name))
	}
	assert.NoFileExists(t, filepath.Join(out, "UNFINISHED"))
	for _, s := range shards {
		assert.FileExists(t, filepath.Join(s.Dir, "runs.journal"), "the parts stay where they are")
	}

	again := sharded(t, text, out, 4, Options{Seeds: 3})
	assert.Empty(t, trained(again...), "nothing is left to train")
	assert.Empty(t, again[0].Round.Runs)
	more := sharded(t, text, out, 2, Options{Seeds: 4})
	assert.ElementsMatch(t, []string{`"focal" with seed 4`, `"ohem" with seed 4`}, trained(more...), "what is merged is not trained again")
	for _, s := range more {
		assert.Len(t, results(t, s.Dir), 1, "a shard's results are its own")
	}
	_, _, err = Merge(t.Context(), []string{out}, Options{Out: out})
	require.NoError(t, err)
	assert.Len(t, results(t, out), 8)

	// The folder can be gone on with by a single process.
	resumed := 0
	compared(t, text, Options{Seeds: 4, Out: out, Resume: true, Progress: func(e Event) {
		if e.Resumed {
			resumed++
		}
	}})
	assert.Equal(t, 8, resumed)
}

// Settings are chosen by rounds of trainings of which each follows from the one
// before: these are shared out, too.
func TestRoundsAreSharedOutOneAfterTheOther(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long: TestFourShardsAreASingleRun is the short form")
	}
	for text, o := range map[string]Options{
		strings.Replace(loud, "images: 160", "images: 64", 1): {Seeds: 2},
		tuned: {Seeds: 2, Tune: true, Trainer: peaked{}},
	} {
		whole, out := t.TempDir(), t.TempDir()
		single := o
		single.Out = whole
		_, err := Compare(t.Context(), parsed(t, text), single)
		require.NoError(t, err)

		var phases []string
		var planned []string // what is planned next
		for rounds := 0; ; rounds++ {
			require.Less(t, rounds, 9)
			shards := sharded(t, text, out, 3, o)
			phases = append(phases, shards[0].Round.Phase)
			if rounds > 0 {
				assert.ElementsMatch(t, planned, trained(shards...), "shards train exactly what was planned")
			}
			study, next, err := Merge(t.Context(), []string{out}, Options{Out: out, Trainer: o.Trainer})
			require.NoError(t, err)
			if study != nil {
				assert.Equal(t, o.Tune, study.Summary.Tuning != nil)
				break
			}
			assert.False(t, next.Begun)
			assert.FileExists(t, filepath.Join(out, "UNFINISHED"))
			listed, err := Next(t.Context(), out, Options{Trainer: o.Trainer})
			require.NoError(t, err)
			assert.Equal(t, next, listed)
			planned = named(next)
		}
		assert.Greater(t, len(phases), 2)
		assert.Empty(t, phases[len(phases)-1])
		assert.Equal(t, results(t, whole), results(t, out), phases)
		a, err := os.ReadFile(filepath.Join(whole, "config.yaml"))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(out, "config.yaml"))
		require.NoError(t, err)
		assert.Equal(t, string(a), string(b), "the settings that were found")
	}
}

func TestAShardGoesOnWhereItWasInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long: TestFourShardsAreASingleRun is the short form")
	}
	text := tinyData + tinyTraining
	whole, out := t.TempDir(), t.TempDir()
	compared(t, text, Options{Seeds: 2, Out: whole})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := TrainShard(ctx, parsed(t, text), Options{Seeds: 2, Out: out, Progress: func(e Event) {
		if e.Finished == 1 && e.Images == 8 { // in the middle of its second run
			cancel()
		}
	}}, plan.Shard{Index: 1, Count: 2})
	require.ErrorIs(t, err, context.Canceled)
	dir := store.ShardDir(out, 1, 2)
	assert.FileExists(t, filepath.Join(dir, "UNFINISHED"))
	states, err := os.ReadDir(filepath.Join(dir, "running"))
	require.NoError(t, err)
	require.Len(t, states, 1)

	study, next, err := Merge(t.Context(), []string{out}, Options{Out: out})
	require.NoError(t, err)
	assert.Nil(t, study)
	assert.True(t, next.Begun, "a run of the round is there")
	assert.Equal(t, []string{`"focal" with seed 1`, `"ohem" with seed 2`, `"focal" with seed 2`}, named(next))
	assert.Len(t, results(t, out), 1)

	// The run has fallen to another shard, which goes on from its state.
	var first []int
	for i := range 3 {
		seen := map[string]bool{}
		s, err := TrainShard(t.Context(), parsed(t, text), Options{Seeds: 2, Out: out, Progress: func(e Event) {
			if e.Images > 0 && !seen[e.Strategy] {
				seen[e.Strategy] = true
				first = append(first, e.Images)
			}
		}}, plan.Shard{Index: i + 1, Count: 3})
		require.NoError(t, err)
		assert.Len(t, s.Runs, 1)
	}
	assert.ElementsMatch(t, []int{12, 4, 4}, first)
	_, _, err = Merge(t.Context(), []string{out}, Options{Out: out})
	require.NoError(t, err)
	assert.Equal(t, results(t, whole), results(t, out))
}

// Looking at what is there while shards are still to come is common, as where a
// cluster starts a few at a time: each has its own share nevertheless.
func TestMergingMeanwhileTakesNoRunFromAShard(t *testing.T) {
	text := tinyData + tinyTraining + "  - {name: two-stage, rpn: {}, roi: {}}\n"
	for _, order := range [][]int{{1, 2, 3}, {3, 1, 2}, {2, 3, 1}} {
		out, s := t.TempDir(), newScripted(nil)
		var runs []string
		for k, i := range order {
			planned := []string{}
			if k > 0 {
				study, next, err := Merge(t.Context(), []string{out}, Options{Out: out, Trainer: s})
				require.NoError(t, err)
				require.Nil(t, study)
				for n, shard := range next.Shards(3) {
					assert.Contains(t, order[k:], shard, "of those that are still to come")
					if shard == i {
						planned = append(planned, named(next)[n])
					}
				}
				listed, err := Next(t.Context(), out, Options{Trainer: s})
				require.NoError(t, err)
				assert.Equal(t, next, listed)
				assert.ElementsMatch(t, []int{1, 2, 3, 4, 5}[:min(5, len(next.Runs))], distinct(next.Shards(5)), "another number has the missing runs alone")
			}
			shard, err := TrainShard(t.Context(), parsed(t, text), Options{Seeds: 3, Out: out, Trainer: s}, plan.Shard{Index: i, Count: 3})
			require.NoError(t, err)
			if k > 0 {
				assert.Equal(t, planned, trained(shard))
			}
			runs = append(runs, trained(shard)...)
		}
		study, _, err := Merge(t.Context(), []string{out}, Options{Out: out, Trainer: s})
		require.NoError(t, err)
		require.NotNil(t, study, "all shards have ended")
		assert.Len(t, study.Records, 9)
		assert.Len(t, runs, 9, "none was trained twice")
	}
}

func distinct(numbers []int) []int {
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// A shard that was stopped goes on in the same run, whatever was merged since.
func TestMergingMeanwhileLetsAShardGoOnWhereItWas(t *testing.T) {
	text, out := tinyData+tinyTraining, t.TempDir()
	of := plan.Shard{Index: 2, Count: 2}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := TrainShard(ctx, parsed(t, text), Options{Seeds: 2, Out: out, Progress: func(e Event) {
		if e.Finished == 1 && e.Images == 8 {
			cancel()
		}
	}}, of)
	require.ErrorIs(t, err, context.Canceled)
	_, _, err = Merge(t.Context(), []string{out}, Options{Out: out})
	require.NoError(t, err)
	first := 0
	shard, err := TrainShard(t.Context(), parsed(t, text), Options{Seeds: 2, Out: out, Progress: func(e Event) {
		if first == 0 && e.Images > 0 {
			first = e.Images
		}
	}}, of)
	require.NoError(t, err)
	assert.Len(t, shard.Runs, 1, "the other is merged")
	assert.Equal(t, 12, first, "it goes on from its state")
}

// A round may name runs of earlier ones, as a race does: they are done once.
func TestARoundPassesOverRunsOfEarlierOnes(t *testing.T) {
	s := newScripted(nil)
	m, err := newComparison(parsed(t, tinyData+tinyTraining), Options{Seeds: 3, Trainer: s})
	require.NoError(t, err)
	require.NoError(t, m.prepare(t.Context()))
	var begun []bool
	m.way = way{load: m.folder.Load, taken: m.taken, sharedBy: m.folder.SharedBy, missing: func(ctx context.Context, missing []one, r Round) error {
		begun = append(begun, r.Begun)
		return m.trainAll(ctx, missing)
	}}
	runs, err := m.planned(m.seeds(), namesOf(m.cfg))
	require.NoError(t, err)
	for _, n := range []int{2, 2, 6} {
		require.NoError(t, m.round(t.Context(), runs[:n]))
	}
	assert.Len(t, *s.jobs, 6)
	assert.Len(t, m.records, 6)
	assert.Equal(t, []bool{false, false}, begun, "what an earlier round did does not count for a later one")
}

func TestAShardIsOneOfItsCountAndHasAFolder(t *testing.T) {
	c := parsed(t, tinyData+tinyTraining)
	for of, want := range map[plan.Shard]string{
		{}:                    "0 shards",
		{Index: 0, Count: 4}:  "shard 0 of 4: expected 1 to 4",
		{Index: 5, Count: 4}:  "shard 5 of 4: expected 1 to 4",
		{Index: -1, Count: 4}: "shard -1 of 4",
	} {
		_, err := TrainShard(t.Context(), c, Options{Out: t.TempDir()}, of)
		assert.ErrorContains(t, err, want)
	}
	_, err := TrainShard(t.Context(), c, Options{}, plan.Shard{Index: 1, Count: 4})
	assert.EqualError(t, err, "shard 1/4 has no folder for its results")
}

func TestMoreShardsThanRunsHaveNothingToDo(t *testing.T) {
	out := t.TempDir()
	shards := sharded(t, tinyData+tinyTraining, out, 5, Options{Trainer: newScripted(nil)})
	var runs []int
	for _, s := range shards {
		runs = append(runs, len(s.Runs))
	}
	assert.Equal(t, []int{1, 1, 0, 0, 0}, runs)
	study, _, err := Merge(t.Context(), []string{out}, Options{Out: out, Trainer: newScripted(nil)})
	require.NoError(t, err)
	assert.Len(t, study.Records, 2)
}

func TestTwoProcessesAreNotOneShard(t *testing.T) {
	out, text := t.TempDir(), tinyData+tinyTraining
	of := plan.Shard{Index: 1, Count: 2}
	ended := false
	_, err := TrainShard(t.Context(), parsed(t, text), Options{Out: out, Progress: func(Event) {
		if !ended {
			ended = true
			_, err := TrainShard(t.Context(), parsed(t, text), Options{Out: out}, of)
			locked := &store.Locked{}
			assert.ErrorAs(t, err, &locked)
			assert.Contains(t, err.Error(), filepath.Join("shards", "1-of-2")+" is being written to by process ")
		}
	}}, of)
	require.NoError(t, err)
	assert.True(t, ended)
}

func TestAFolderOfAnotherComparisonIsNoPlaceForShards(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	out, text := t.TempDir(), tinyData+tinyTraining
	scripted := newScripted(nil)
	of := plan.Shard{Index: 1, Count: 2}
	_, err := Compare(t.Context(), parsed(t, text), Options{Out: out, Trainer: scripted})
	require.NoError(t, err)
	other := strings.Replace(text, "warmup: 2", "warmup: 3", 1)
	_, err = TrainShard(t.Context(), parsed(t, other), Options{Out: out, Trainer: scripted}, of)
	assert.ErrorContains(t, err, "holds another comparison than this: its configuration differs: training.warmup is 2, in the other 3: give another folder")
	assert.FileExists(t, filepath.Join(out, "summary.json"), "nothing is touched")

	// A comparison that begins in a folder of shards moves them aside.
	sharded(t, text, out, 2, Options{Seeds: 2, Trainer: scripted})
	_, err = Compare(t.Context(), parsed(t, other), Options{Out: out, Trainer: scripted})
	require.NoError(t, err)
	assert.NoDirExists(t, filepath.Join(out, "shards"))
	assert.DirExists(t, filepath.Join(out, "previous", "shards", "1-of-2"))
}

func TestTwoStageRunsAreDealtOutAsTheDearerOnes(t *testing.T) {
	c, err := config.Preset("default")
	require.NoError(t, err)
	load := map[int]float64{}
	var r Round
	for _, run := range plan.Runs(c, []uint64{1, 2, 3, 4}, namesOf(c)) {
		r.Runs = append(r.Runs, Planned{Strategy: run.Strategy.Name, Seed: run.Seed, Cost: plan.Cost(run.Strategy, 4800)})
	}
	for i, shard := range r.Shards(4) {
		load[shard] += r.Runs[i].Cost
	}
	assert.Len(t, load, 4)
	for shard := range load {
		assert.InDelta(t, 4800*(8*1.5+12)/4, load[shard], 4800, "as the share of each")
	}
}

func namesOf(c *config.Config) []string {
	var names []string
	for i := range c.Strategies {
		names = append(names, c.Strategies[i].Name)
	}
	return names
}
