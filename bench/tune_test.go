package bench

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/dataset"
	"detsample/bench/small"
	"detsample/bench/small/scene"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

const tuned = tinyData + `
training: {images: 64, batch: 4, warmup: 2, average: 0.5, checkpoints: 2}
strategies:
  - {name: plain, lr: 0.004, rpn: {sampler: {type: random, num: 32}}, roi: {sampler: {type: random, num: 16}}}
  - {name: loud, lr: 0.004, rpn: {sampler: {type: random, num: 32}, box_weight: 100}, roi: {sampler: {type: random, num: 16}}}
  - {name: dense, lr: 0.004, dense: {}}
`

// peaked is a trainer whose AP falls by 5 points for each doubling away from
// twice a strategy's written rate, and by 2 for each away from equal weights.
type peaked struct{}

func (peaked) Train(_ context.Context, job trainer.Job, _ func(int)) (trainer.Record, error) {
	var r trainer.Record
	r.Run = trainer.Run{Strategy: job.Strategy.Name, Seed: job.Seed, LR: job.Strategy.LR, Images: job.Images, Steps: job.Images, UntrainedAP: 0}
	r.Run.AP = 0.5 - 0.05*math.Abs(math.Log2(job.Strategy.LR/0.008))
	for _, name := range strategy.Stages {
		if cls, box := job.Strategy.Weights(name); cls != nil {
			r.Run.AP -= 0.02 * math.Abs(math.Log2(*box / *cls))
			r.Run.Stages = append(r.Run.Stages, trainer.StageFigures{Stage: name, Trunk: trainer.TrunkGradient{Cls: 3 * *cls, Box: 2 * *box}})
		}
	}
	r.Run.AP = max(r.Run.AP, 0)
	r.Run.Classes = []trainer.ClassFigures{{Class: job.Data.Classes[0], AP: r.Run.AP, AP50: r.Run.AP}}
	r.Run.Curve = []trainer.Point{{}, {Images: job.Images, AP: r.Run.AP}}
	return r, nil
}

func TestTuningWritesWhatItFindsWithItsEvidence(t *testing.T) {
	dir := t.TempDir()
	study, err := Compare(t.Context(), parsed(t, tuned), Options{Tune: true, Jobs: 2, Out: dir, Trainer: peaked{}})
	require.NoError(t, err)
	tuning := study.Summary.Tuning
	require.NotNil(t, tuning)
	assert.Equal(t, 24, tuning.Validation)
	for i, s := range study.Config.Strategies {
		found := tuning.Strategies[i]
		assert.Equal(t, s.Name, found.Strategy)
		assert.Equal(t, 0.008, s.LR)
		assert.Equal(t, s.LR, found.LR)
		assert.Equal(t, s.LR, study.Records[i].Run.LR, "the comparison has the rate that was found")
		assert.Contains(t, s.LRReason, "tuned on 24 validation images of generated scenes: AP ")
		rates := 0
		for _, trial := range found.Trials {
			if trial.Scale == 0 {
				rates++
			}
		}
		assert.GreaterOrEqual(t, rates, 10)
		assert.LessOrEqual(t, rates, 11, "one more, where it takes part in the search for a scale")
	}
	assert.Empty(t, study.Config.Strategies[0].ScaleReason)
	assert.Empty(t, study.Config.Strategies[2].ScaleReason)
	assert.Contains(t, study.Config.Strategies[1].ScaleReason, "as written, between, matched after 16 images")
	assert.Equal(t, 1.0, study.Config.Strategies[1].RPN.BoxWeight)
	assert.Equal(t, 1.0, study.Config.Strategies[1].RPN.ClsWeight)

	text, err := os.ReadFile(filepath.Join(dir, "config.yaml"))
	require.NoError(t, err)
	again := t.TempDir()
	_, err = Compare(t.Context(), parsed(t, string(text)), Options{Out: again, Trainer: peaked{}, Progress: func(e Event) { assert.Empty(t, e.Phase) }})
	require.NoError(t, err)
	assert.Equal(t, results(t, dir), results(t, again), "without tuning anew, and with one job")
}

// watched notes which images a trainer is given.
type watched struct {
	small.Trainer
	train, test map[string]bool
	seeds       map[uint64]bool
	jobs        int
}

func (w *watched) Train(ctx context.Context, job trainer.Job, progress func(int)) (trainer.Record, error) {
	if w.train != nil {
		note(w.train, job.Data.Train)
		note(w.test, job.Data.Test)
		w.seeds[job.Seed] = true
	}
	w.jobs++
	return w.Trainer.Train(ctx, job, progress)
}

func note(seen map[string]bool, images []dataset.Image) {
	for i := range images {
		seen[string(images[i].Pix)] = true
	}
}

func TestTuningNeverSeesATestImage(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long: TestTuningWritesWhatItFindsWithItsEvidence is the short form")
	}
	c := parsed(t, tuned)
	c.Strategies = c.Strategies[2:]
	set, err := scene.Generate(c.Scenes, c.SceneSeed)
	require.NoError(t, err)
	w := &watched{train: map[string]bool{}, test: map[string]bool{}, seeds: map[uint64]bool{}}
	w.Trainer = small.Trainer{Network: c.Detector, Training: c.Training, Areas: c.Areas}
	_, err = Compare(t.Context(), c, Options{Tune: true, Trainer: w, Progress: func(e Event) {
		assert.Equal(t, e.Phase == "", e.Trial == "", "a trial says which it is")
		if e.Phase == "" && w.train != nil { // the comparison itself begins
			for i := range set.Test {
				assert.False(t, w.test[string(set.Test[i].Pix)] || w.train[string(set.Test[i].Pix)])
			}
			assert.Len(t, w.test, 24)
			assert.Equal(t, map[uint64]bool{0: true}, w.seeds)
			w.train = nil
		}
	}})
	require.NoError(t, err)
	assert.Nil(t, w.train)
}

func TestAnInterruptedTuningGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long: TestAnInterruptedComparisonResumesToTheSameResults is the short form")
	}
	whole, broken := t.TempDir(), t.TempDir()
	text := strings.Replace(tuned, "images: 64", "images: 40", 1)
	want := compared(t, text, Options{Tune: true, Out: whole})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Compare(ctx, parsed(t, text), Options{Tune: true, Out: broken, Progress: func(e Event) {
		if e.Phase == "tuning rates, round 2 of 3" && e.Finished == 4 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	taken, trained := 0, 0
	got := compared(t, text, Options{Tune: true, Out: broken, Resume: true, Progress: func(e Event) {
		switch {
		case e.Done != nil && e.Resumed:
			taken++
		case e.Done != nil:
			trained++
		}
	}})
	assert.GreaterOrEqual(t, taken, 15+4)
	assert.Positive(t, trained)
	assert.Equal(t, want.Summary, got.Summary)
	assert.Equal(t, results(t, whole), results(t, broken))
}

func TestAFolderIsTunedOnAPartOfItsTrainingImages(t *testing.T) {
	if testing.Short() {
		t.Skip("trains for long: TestAFolderIsComparedLikeScenes is the short form")
	}
	c := parsed(t, tuned)
	c.Strategies, c.Folder.Size = c.Strategies[2:], 48
	set, err := scene.Generate(c.Scenes, c.SceneSeed)
	require.NoError(t, err)
	study, err := Compare(t.Context(), c, Options{Tune: true, Data: writeCOCO(t, set)})
	require.NoError(t, err)
	assert.Equal(t, 64/5, study.Summary.Tuning.Validation)
	assert.Len(t, study.Set.Train, 64, "the comparison has all of them")
}
