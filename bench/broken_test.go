package bench

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/plan"
	"detsample/bench/stats"
	"detsample/bench/store"
	"detsample/bench/trainer"
)

// breaking is a trainer that cannot do some runs.
type breaking struct {
	scripted
	breaks func(trainer.Job) bool
}

func (b breaking) Train(ctx context.Context, job trainer.Job, progress func(int)) (trainer.Record, error) {
	if b.breaks(job) {
		return trainer.Record{}, errors.New("no GPU here")
	}
	return b.scripted.Train(ctx, job, progress)
}

func breakingAt(strategy string, seed uint64) breaking {
	return breaking{newScripted(nil), func(job trainer.Job) bool { return job.Strategy.Name == strategy && job.Seed == seed }}
}

// A trainer's error costs the run at hand, and is no figure of its strategy.
func TestARunThatBreaksIsARecordAndTheOthersGoOn(t *testing.T) {
	study, err := Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Seeds: 3, Trainer: breakingAt("ohem", 2), Report: true, Out: t.TempDir()})
	require.NoError(t, err)
	require.Len(t, study.Records, 6)
	broken := study.Records[4].Run
	assert.Equal(t, []any{"ohem", uint64(2), "no GPU here", true, -1.0}, []any{broken.Strategy, broken.Seed, broken.Failed, broken.Broken, broken.AP})
	focal, ohem := study.Summary.Strategies[0], study.Summary.Strategies[1]
	assert.InDelta(t, 0.12, focal.AP.Mean, 1e-12)
	assert.InDelta(t, 0.13, ohem.AP.Mean, 1e-12, "over seeds 1 and 3")
	assert.Equal(t, 2, ohem.AP.Seeds)
	assert.Len(t, ohem.Curve, 2, "which the others have")
	assert.Equal(t, []string{"no GPU here"}, ohem.Failed)
	assert.Equal(t, []stats.Exclusion{{Strategy: "ohem", Seed: 2, Why: "no GPU here"}}, study.Summary.Excluded)

	study, err = Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Trainer: breaking{newScripted(nil), func(trainer.Job) bool { return true }}})
	require.NoError(t, err)
	assert.Equal(t, "No conclusion: no run has an AP.", study.Summary.Verdict.Headline)
	assert.Nil(t, study.Summary.Strategies[0].Curve)
}

func TestARunThatBrokeIsDoneAgainOnResume(t *testing.T) {
	out, whole := t.TempDir(), t.TempDir()
	do := func(o Options) {
		_, err := Compare(t.Context(), parsed(t, tinyData+tinyTraining), o)
		require.NoError(t, err)
	}
	o := Options{Out: whole, Seeds: 2, Trainer: breakingAt("nobody", 0)}
	do(o)
	o.Out, o.Trainer = out, breakingAt("focal", 1)
	do(o)
	assert.NotEqual(t, results(t, whole), results(t, out))

	mended := breakingAt("nobody", 0)
	var notes []string
	o.Trainer, o.Resume, o.Note = mended, true, func(n store.Note) { notes = append(notes, n.Text) }
	do(o)
	assert.Equal(t, []string{`the run of "focal" with seed 1 failed before and is done again: no GPU here`}, notes)
	assert.Len(t, *mended.jobs, 1, "and no other")
	assert.Equal(t, results(t, whole), results(t, out))
}

// A shard that is started again does its broken runs again; merging takes what
// there is, and of one run the one that is whole, whatever the order.
func TestMergingPrefersARunThatIsWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	text, ctx := tinyData+tinyTraining, t.Context()
	of := plan.Shard{Index: 1, Count: 1}
	broken, whole := t.TempDir(), t.TempDir()
	_, err := TrainShard(ctx, parsed(t, text), Options{Out: broken, Seeds: 2, Trainer: breakingAt("focal", 1)}, of)
	require.NoError(t, err)
	_, err = TrainShard(ctx, parsed(t, text), Options{Out: whole, Seeds: 2, Trainer: breakingAt("nobody", 0)}, of)
	require.NoError(t, err)

	alone := t.TempDir()
	study, _, err := Merge(ctx, []string{broken}, Options{Out: alone, Trainer: newScripted(nil)})
	require.NoError(t, err)
	assert.True(t, study.Records[0].Run.Broken, "it is complete, though one run of it broke")
	var lines [][]string
	for _, dirs := range [][]string{{broken, whole}, {whole, broken}} {
		out := t.TempDir()
		study, _, err := Merge(ctx, dirs, Options{Out: out, Trainer: newScripted(nil)})
		require.NoError(t, err)
		assert.Empty(t, study.Summary.Strategies[0].Failed)
		lines = append(lines, results(t, out))
	}
	assert.Equal(t, lines[0], lines[1])

	shard, err := TrainShard(ctx, parsed(t, text), Options{Out: broken, Seeds: 2, Trainer: breakingAt("nobody", 0)}, of)
	require.NoError(t, err)
	assert.False(t, shard.Runs[0].Broken || shard.Runs[1].Broken || shard.Runs[2].Broken || shard.Runs[3].Broken)
}
