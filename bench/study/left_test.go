package study

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/plan"
	"detsample/bench/store"
)

func TestWhatIsLeftIsOfThePlannedSeedsThatAreNotThere(t *testing.T) {
	p := short(t) // ce and focal, seeds 1 and 2, 16 images
	all := p.Seconds
	left := func(lines ...string) Left {
		out := t.TempDir()
		dir := filepath.Join(out, p.Name)
		require.NoError(t, os.MkdirAll(dir, 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "results.jsonl"), []byte(strings.Join(lines, "")), 0o666))
		l, err := p.Left(out)
		require.NoError(t, err)
		return l
	}
	is := func(runs int, share float64, l Left, why ...any) {
		t.Helper()
		assert.Equal(t, runs, l.Runs, why...)
		assert.InDelta(t, share*all, l.Seconds, 1e-9, why...)
	}
	run := func(strategy string, seed, images int) string { return lineOf(t, strategy, seed, images) }
	is(0, 1, left())
	is(1, 0.75, left(run("ce", 1, 16)))
	is(2, 0.5, left(run("ce", 1, 16), run("focal", 1, 16)))
	is(3, 0.25, left(run("ce", 1, 16), run("focal", 1, 16), run("focal", 2, 16), run("ce", 9, 16)), "a seed that is not planned")
	is(0, 1, left(run("ce", 1, 8)), "a shorter training")
	is(2, 0.5, left(run("ce", 1, 16), diverged(t, "focal", 1)), "one that diverges is not trained again")
	_, err := p.Left(t.TempDir())
	require.NoError(t, err, "nothing is there")
}

// Rates and scales are found once, before the first run.
func TestWhatIsMeasuredIsNotLeft(t *testing.T) {
	p := short(t)
	runs := p.Seconds
	p.Tune, p.Config.Scale = true, config.Matched
	p.Seconds = p.estimate()
	require.Greater(t, p.Seconds, 2*runs, "a search takes as long as 3.4 runs of each strategy")
	out := t.TempDir()
	dir := filepath.Join(out, p.Name)
	left := func() Left {
		l, err := p.Left(out)
		require.NoError(t, err)
		return l
	}
	assert.InEpsilon(t, p.Seconds, left().Seconds, 1e-9)

	s, err := store.Open(dir, store.Options{})
	require.NoError(t, err)
	require.NoError(t, s.Begin(store.Identity{}, false))
	kept := func(strategy, phase string, images int) {
		require.NoError(t, s.Put(store.Key{Strategy: strategy, Phase: phase}, strategy+phase, fmt.Appendf(nil, `{"run":{"images":%d}}`, images)))
	}
	kept("ce", "rate 1", 8)
	kept("ce", "rate 2", 8)
	kept("focal", "rate 1", 8)
	kept("another", "rate 1", 8)
	require.NoError(t, s.Close())
	spent := 3 * (p.trainTime(&p.Config.Strategies[0], 8) + p.lookTime())
	l := left()
	assert.Equal(t, Left{Measured: 3, Seconds: l.Seconds}, l)
	assert.InEpsilon(t, p.Seconds-spent, l.Seconds, 1e-9)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "results.jsonl"), []byte(lineOf(t, "ce", 1, 16)), 0o666))
	l = left()
	assert.Equal(t, Left{Runs: 1, Seconds: l.Seconds}, l)
	assert.InEpsilon(t, 0.75*runs, l.Seconds, 1e-9, "only runs are")
}

// A study finds nothing to take over where the journal is gone of what was not finished.
func TestWhatAStudyBeginsAnewIsLeft(t *testing.T) {
	p := short(t)
	out, name := holding(t, p.Name, lineOf(t, "ce", 1, 16))
	is := func(runs int) {
		t.Helper()
		l, err := p.Left(out)
		require.NoError(t, err)
		assert.Equal(t, runs, l.Runs)
	}
	is(1)
	marker := filepath.Join(filepath.Dir(name), "UNFINISHED")
	require.NoError(t, os.WriteFile(marker, []byte("The comparison in this folder is not finished.\n"), 0o666))
	assert.NoError(t, Refused([]Planned{p}, Options{Out: out}))
	is(0)
	require.NoError(t, os.Remove(marker))
	assert.ErrorContains(t, Refused([]Planned{p}, Options{Out: out}), filepath.Dir(name)+" holds results.jsonl, which no comparison wrote: ")
	sharded := Options{Out: out, Shard: plan.Shard{Index: 1, Count: 2}}
	assert.ErrorContains(t, Refused([]Planned{p}, sharded), filepath.Dir(name)+" holds results.jsonl, which no comparison wrote: ", "nor would its merge")
	require.NoError(t, os.Remove(name))
	assert.NoError(t, Refused([]Planned{p}, sharded), "a shard has a folder of its own")
}

func TestStatesThatAreStoredAreNotLeft(t *testing.T) {
	list, err := Plan([]Experiment{experiment(t, "boosting")}, Options{})
	require.NoError(t, err)
	l, err := list[0].Left(keptIn)
	require.NoError(t, err)
	assert.Equal(t, Left{Runs: list[0].Seeds * TrainedStates}, l)
}
