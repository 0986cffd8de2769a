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

// remembers is a trainer whose runs take so much memory.
type remembers struct {
	paced
	bytes float64
}

func (r remembers) Memory(trainer.Job) float64 { return r.bytes }

// choosing is a comparison of two strategies whose settings are chosen first, over
// 1000 images in the comparison itself.
func choosing(t *testing.T, scale config.Scale, o Options, notes *[]string) (m *comparison, missing []one) {
	t.Helper()
	o.Note = func(n store.Note) { *notes = append(*notes, n.Text) }
	set := &dataset.Set{Width: 320, Height: 256, Test: make([]dataset.Image, 100)}
	few := &dataset.Set{Width: 320, Height: 256, Test: make([]dataset.Image, 20)}
	c := &config.Config{Scale: scale, Training: config.Training{Images: 1000, Batch: 4}}
	for _, name := range []string{"a", "b"} {
		c.Strategies = append(c.Strategies, strategy.Strategy{Name: name, Dense: &strategy.Dense{Config: rpn.OneStage()}})
	}
	slow := remembers{paced{train: 600 * time.Millisecond, test: 200 * time.Millisecond, measured: new(int)}, 3 << 30}
	m = &comparison{o: o, set: set, cfg: c, trainer: slow, judging: few, trials: map[string]trainer.Run{}}
	for i := range c.Strategies {
		missing = append(missing, one{job: trainer.Job{Strategy: &c.Strategies[i], Data: few, Images: 800}, phase: "matching scale, round 1", trainer: slow})
	}
	return m, missing
}

func TestHowLongAComparisonTakesIsSaidBeforeItsSettingsAreChosen(t *testing.T) {
	var notes []string
	m, missing := choosing(t, config.Matched, Options{Jobs: 2, Seeds: 3}, &notes)
	require.NoError(t, m.forecast(t.Context(), missing))
	// Matching: the reference once, beside the other, which trains three times, one
	// after the other, for 800 x 0.6 s and 5 x 8 x 0.2 s. A run: 1000 x 0.6 s and 5 x 100 x 0.2 s.
	assert.Equal(t, []string{"this will take about 59 min: at most 4 trainings that choose settings (24 min), then 6 runs, 2 at a time, of 1000 images of 320x256 px each, in about 6 GiB of memory (9% of the time is testing)"}, notes)
	missing[0].phase = "matching scale, round 2"
	require.NoError(t, m.forecast(t.Context(), missing))
	own, err := m.planned([]uint64{1, 2, 3}, []string{"a", "b"})
	require.NoError(t, err)
	require.NoError(t, m.forecast(t.Context(), own))
	assert.Len(t, notes, 1, "it is said once")
	require.NoError(t, m.forecast(t.Context(), own))
	assert.Len(t, notes, 2, "but of a later round, which adds seeds")
}

func TestWhatIsTakenOverIsNotForetold(t *testing.T) {
	var notes []string
	m, missing := choosing(t, config.Matched, Options{Jobs: 2, Seeds: 3}, &notes)
	m.trials["1"] = trainer.Run{Strategy: "a", Images: 800}
	require.NoError(t, m.forecast(t.Context(), missing[1:]))
	require.Len(t, notes, 1)
	assert.Contains(t, notes[0], "at most 3 trainings that choose settings (24 min)")
}

func TestTuningIsForetoldToo(t *testing.T) {
	var notes []string
	m, missing := choosing(t, config.AsWritten, Options{Jobs: 2, Seeds: 3, Tune: true, Only: []string{"b"}}, &notes)
	require.NoError(t, m.forecast(t.Context(), missing))
	require.Len(t, notes, 1)
	// 5 rates over 124 images, 3 over 248 and 2 over 1000 of each strategy, 2018 s,
	// and 10 evaluations of 5 x 20 images, 200 s; b alone is compared.
	assert.Contains(t, notes[0], "at most 20 trainings that choose settings (37 min), then 3 runs, 2 at a time")
	m, missing = choosing(t, config.Matched, Options{Jobs: 2, Seeds: 3}, &notes)
	m.shard = true
	require.NoError(t, m.forecast(t.Context(), missing[:1]))
	assert.Equal(t, "this will take about 8 min: 1 training that chooses settings, 1 at a time, in about 3 GiB of memory (4% of the time is testing)", notes[1], "a shard ends with its round")
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
