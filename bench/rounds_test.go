package bench

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// raced is a trainer that trains nothing: focal is far behind, ohem and ssd
// are 0.7 AP apart. After some jobs, it ends the context.
type raced struct {
	mu   *sync.Mutex
	jobs *[]trainer.Job
	stop func()
	last int
}

func (r raced) Train(ctx context.Context, job trainer.Job, _ func(int)) (trainer.Record, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*r.jobs = append(*r.jobs, job)
	if len(*r.jobs) == r.last {
		r.stop()
	}
	if err := ctx.Err(); err != nil {
		return trainer.Record{}, err
	}
	ap := map[string]float64{"focal": 0.1, "ohem": 0.393, "ssd": 0.4}[job.Strategy.Name]
	ap += 0.004 * rand.New(rand.NewPCG(job.Seed, uint64(job.Strategy.Name[0]))).NormFloat64()
	return trainer.Record{Run: trainer.Run{
		Strategy: job.Strategy.Name, Seed: job.Seed, Detector: "one-stage", LR: job.Strategy.LR, Images: job.Images, Steps: 1,
		Figures: trainer.Figures{AP: ap, AP50: ap, AP75: ap, APS: ap, APM: -1, APL: -1, AR1: ap, AR10: ap, AR100: ap},
		Classes: []trainer.ClassFigures{{Class: job.Data.Classes[0], Objects: 3, AP: ap, AP50: ap}},
		Curve:   []trainer.Point{{}, {Images: job.Images, AP: ap, AP50: ap, APS: ap}},
	}}, nil
}

const threeStrategies = tinyData + `
training: {images: 24, batch: 4, warmup: 1, checkpoints: 1}
strategies:
  - {name: focal, dense: {}}
  - {name: ohem, dense: {sampler: {type: ohem, num: 16}}}
  - {name: ssd, dense: {sampler: {type: hard_negative, ratio: 3}}}
`

func newRaced() raced { return raced{mu: new(sync.Mutex), jobs: new([]trainer.Job)} }

func TestARaceStopsWhatCannotBeTheBest(t *testing.T) {
	r, out := newRaced(), t.TempDir()
	o := Options{Seeds: 40, FirstSeed: 1001, Race: true, Trainer: r, Out: out, Jobs: 2}
	study, err := Compare(t.Context(), parsed(t, threeStrategies), o)
	require.NoError(t, err)
	s := study.Summary
	require.NotNil(t, s.Rounds)
	assert.True(t, s.Rounds.Enough)
	assert.Equal(t, stats.Out{Strategy: "focal", Seeds: 3}, s.Rounds.Out[0])
	assert.Equal(t, uint64(1001), s.Seeds[0])
	assert.Equal(t, 3, s.Strategies[0].AP.Seeds)
	assert.Equal(t, "ssd", s.Verdict.Leader)
	assert.Equal(t, []string{"ssd"}, s.Verdict.MayBe)
	assert.Len(t, *r.jobs, 3+2*s.Strategies[2].AP.Seeds, "no run too many")

	// Interrupted in the second round and resumed, it is the same.
	whole, err := os.ReadFile(filepath.Join(out, "results.jsonl"))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	broken := newRaced()
	broken.stop, broken.last = cancel, 11
	o.Trainer, o.Out, o.Resume = broken, t.TempDir(), true
	_, err = Compare(ctx, parsed(t, threeStrategies), o)
	require.True(t, errors.Is(err, context.Canceled), err)
	rest := newRaced()
	o.Trainer = rest
	again, err := Compare(t.Context(), parsed(t, threeStrategies), o)
	require.NoError(t, err)
	resumed, err := os.ReadFile(filepath.Join(o.Out, "results.jsonl"))
	require.NoError(t, err)
	assert.Equal(t, string(whole), string(resumed))
	assert.Equal(t, s.Verdict, again.Summary.Verdict)
	assert.Less(t, len(*rest.jobs), len(*r.jobs), "what was there is not trained again")
}

func TestSeedsAreAddedUntilAHalfWidth(t *testing.T) {
	r := newRaced()
	study, err := Compare(t.Context(), parsed(t, threeStrategies), Options{Seeds: 40, Until: 0.003, Trainer: r})
	require.NoError(t, err)
	s := study.Summary
	assert.True(t, s.Rounds.Enough)
	assert.LessOrEqual(t, s.Rounds.Reached, 0.003)
	assert.Less(t, len(s.Seeds), 40)
	assert.Greater(t, len(s.Seeds), 3)
	assert.Len(t, *r.jobs, 3*len(s.Seeds))
}

func TestSeedsMayBeginAnywhere(t *testing.T) {
	r := newRaced()
	study, err := Compare(t.Context(), parsed(t, threeStrategies), Options{Seeds: 2, FirstSeed: 1001, Trainer: r})
	require.NoError(t, err)
	assert.Equal(t, []uint64{1001, 1002}, study.Summary.Seeds)
	assert.Nil(t, study.Summary.Rounds)
	assert.Len(t, *r.jobs, 6)
}
