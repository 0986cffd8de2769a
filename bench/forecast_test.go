package bench

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/crops"
	"detsample/bench/dataset"
	"detsample/bench/store"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
	"detsample/rpn"
)

// paced is a trainer that takes a time for each image.
type paced struct {
	trainer.Trainer
	train, test time.Duration
	measured    *int
}

func (p paced) Measure(context.Context, trainer.Job) (train, test time.Duration, err error) {
	*p.measured++
	return p.train, p.test, nil
}

func (paced) Evaluations(trainer.Job) int { return 5 }

// foretold returns what is said before runs of one-stage detectors over 1000
// images each.
func foretold(t *testing.T, p paced, runs int, o Options, set dataset.Set) (text string) {
	t.Helper()
	o.Note = func(n store.Note) { text = n.Text }
	set.Test = make([]dataset.Image, 100)
	m := &comparison{o: o, set: &set, cfg: &config.Config{}}
	dense := rpn.OneStage()
	job := trainer.Job{Strategy: &strategy.Strategy{Dense: &strategy.Dense{Config: dense}}, Data: &set, Images: 1000}
	missing := make([]one, runs)
	for i := range missing {
		missing[i] = one{job: job, trainer: p}
	}
	*p.measured = 0
	require.NoError(t, m.forecast(t.Context(), missing))
	assert.Equal(t, min(runs, 1), *p.measured, "one run of a kind")
	return text
}

func TestHowLongAComparisonTakesIsSaidBefore(t *testing.T) {
	slow := paced{train: 600 * time.Millisecond, test: 200 * time.Millisecond, measured: new(int)}
	set := dataset.Set{Width: 320, Height: 256}
	// A run trains for 600 s and tests for 100 s.
	assert.Equal(t, "this will take about 35 min: 6 runs, 2 at a time, of 1000 images of 320x256 px each (14% of the time is testing)",
		foretold(t, slow, 6, Options{Jobs: 2}, set))
	assert.Equal(t, "this will take about 12 min: 1 run, 1 at a time, of 1000 images of 320x256 px each (14% of the time is testing)",
		foretold(t, slow, 1, Options{Jobs: 8}, set))
	assert.Contains(t, foretold(t, slow, 60, Options{Jobs: 2, Data: "photos", Seeds: 10}, set),
		"about 5.8 h: 60 runs, 2 at a time, of 1000 images of 320x256 px each (14% of the time is testing); less: --size 160 (88 min), --budget 0.05 (65 min), --seeds 3 (1.8 h), --only with fewer strategies")
	set.Crops = crops.Config{Side: 320}
	slow.test = time.Second
	assert.Contains(t, foretold(t, slow, 12, Options{Data: "photos", Budget: 2}, set),
		"of 1000 crops of 320x256 px each (45% of the time is testing); less: --crop 160 (2.2 h), --budget 1 (2.7 h), --max-test 25 (2.4 h), --only")
	assert.Empty(t, foretold(t, paced{train: time.Millisecond, test: time.Millisecond, measured: new(int)}, 6, Options{}, set), "it is waited for")
	assert.Empty(t, foretold(t, slow, 0, Options{}, set))
}

func TestWhatIsMeasuredIsOfTheJob(t *testing.T) {
	c := parsed(t, tinyData+tinyTraining)
	_, set, err := prepare(t.Context(), *c, "", false)
	require.NoError(t, err)
	m := smallTrainer(c).(measurer)
	for i := range c.Strategies {
		job := trainer.Job{Strategy: &c.Strategies[i], Seed: 1, Data: set, Images: 24}
		train, test, err := m.Measure(t.Context(), job)
		require.NoError(t, err)
		assert.Positive(t, train)
		assert.Positive(t, test)
		assert.Less(t, train+test, time.Second)
		assert.Equal(t, 3, m.Evaluations(job), "untrained, and two checkpoints")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err = m.Measure(ctx, job)
		assert.True(t, errors.Is(err, context.Canceled))
	}
}
