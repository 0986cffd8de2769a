package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small"
	"detsample/bench/store"
	"detsample/bench/summary"
	"detsample/bench/trainer"
	"detsample/losses"
)

// compared runs a comparison and returns it without what differs from one
// machine to the next.
func compared(t *testing.T, text string, o Options) *summary.Study {
	t.Helper()
	study, err := Compare(t.Context(), parsed(t, text), o)
	require.NoError(t, err)
	for i := range study.Records {
		assert.Positive(t, study.Records[i].Run.Time.StepMS)
		study.Records[i].Run.Time = trainer.Time{}
	}
	for i := range study.Summary.Strategies {
		study.Summary.Strategies[i].StepMS = 0
	}
	return study
}

// results returns the lines of results.jsonl without the time.
func results(t *testing.T, dir string) (lines []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "results.jsonl"))
	require.NoError(t, err)
	for line := range bytes.Lines(data) {
		var fields map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(line, &fields))
		require.Contains(t, fields, "time")
		delete(fields, "time")
		text, err := json.Marshal(fields)
		require.NoError(t, err)
		lines = append(lines, string(text))
	}
	return lines
}

// One bright shape on smooth ground is found by any detector that trains at
// all: a random box seldom reaches an IoU of 0.5, so that the untrained network
// has an AP near 0, and 150 steps are enough. Over eight seeds AP was 0.41 to
// 0.55 with one stage, 0.61 to 0.73 with two and at most 0.04 untrained, which
// leaves a wide margin for other processors' rounding.
func TestTrainingLearns(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	study := compared(t, tinyData+`
training: {images: 600, batch: 4, warmup: 20, average: 0.95, checkpoints: 2}
strategies:
  - {name: one-stage, lr: 0.005, dense: {}}
  - {name: two-stage, lr: 0.005, rpn: {sampler: {type: random, num: 64}}, roi: {sampler: {type: random, num: 32}}}
`, Options{Jobs: 2})
	for i, least := range []float64{0.15, 0.4} {
		r := &study.Records[i].Run
		assert.Less(t, r.UntrainedAP, 0.05, r.Strategy)
		assert.Greater(t, r.AP, least, r.Strategy)
		assert.Empty(t, r.Failed)
		assert.Equal(t, []int{0, 300, 600}, []int{r.Curve[0].Images, r.Curve[1].Images, r.Curve[2].Images})
		assert.Equal(t, 150, r.Steps)
		assert.Equal(t, r.AP, r.Curve[2].AP)
	}
	assert.InDelta(t, study.Records[1].Run.AP-study.Records[0].Run.AP, study.Summary.Strategies[1].Difference.Mean, 1e-12)
}

func TestTheBitsFollowFromTheConfiguration(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	a := compared(t, tinyData+tinyTraining, Options{Seeds: 2, Out: one})
	b := compared(t, tinyData+tinyTraining, Options{Seeds: 2, Jobs: 2, Out: two})
	assert.Equal(t, a.Records, b.Records, "one job or two")
	assert.Equal(t, a.Summary, b.Summary)
	assert.Equal(t, results(t, one), results(t, two))
	require.Len(t, a.Records, 4)
	assert.NotEqual(t, a.Records[0].Run.Curve, a.Records[1].Run.Curve, "seeds differ")
	alone := compared(t, tinyData+tinyTraining[:strings.Index(tinyTraining, "  - {name: ohem")], Options{Seeds: 2})
	assert.Equal(t, a.Records[:2], alone.Records, "and a strategy does not depend on the others")
}

func TestTheResultsAreInTheFolder(t *testing.T) {
	dir := t.TempDir()
	study := compared(t, tinyData+tinyTraining, Options{Seeds: 1, Out: dir})
	lines := results(t, dir)
	require.Len(t, lines, 2)
	for i, line := range lines {
		var r trainer.Run
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		assert.Equal(t, study.Records[i].Run, r)
	}
	data, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	require.NoError(t, err)
	var s summary.Summary
	require.NoError(t, json.Unmarshal(data, &s))
	for i := range s.Strategies {
		s.Strategies[i].StepMS = 0
	}
	assert.Equal(t, study.Summary, s)
	again, err := config.Parse("summary.yaml", []byte(s.Config))
	require.NoError(t, err)
	assert.Equal(t, study.Config, again, "the summary holds the whole configuration")
	assert.Equal(t, 24, study.Records[0].Run.Images)
	losses := study.Records[1].Trace.Losses
	assert.Equal(t, "roi", losses[0].Stage)
	assert.Equal(t, "dense", study.Records[0].Trace.Losses[1].Stage)
}

func TestAnInterruptedComparisonResumesToTheSameResults(t *testing.T) {
	whole, broken := t.TempDir(), t.TempDir()
	compared(t, tinyData+tinyTraining, Options{Seeds: 2, Out: whole})

	ctx, cancel := context.WithCancel(t.Context())
	ended, after := 0, 0
	_, err := Compare(ctx, parsed(t, tinyData+tinyTraining), Options{Seeds: 2, Out: broken, Progress: func(e Event) {
		switch {
		case e.Done != nil:
			ended++
		case ctx.Err() != nil:
			after++
		case ended == 2 && e.Images == 8: // in the middle of the third run
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 2, ended)
	assert.Zero(t, after, "no step ends after the one in which it was cancelled")
	assert.Len(t, results(t, broken), 2)
	assert.NoFileExists(t, filepath.Join(broken, "summary.json"))

	var resumed, trained int
	compared(t, tinyData+tinyTraining, Options{Seeds: 2, Out: broken, Resume: true, Progress: func(e Event) {
		if e.Done != nil && e.Resumed {
			resumed++
		} else if e.Done != nil {
			trained++
		}
	}})
	assert.Equal(t, []int{2, 2}, []int{resumed, trained})
	assert.Equal(t, results(t, whole), results(t, broken))
}

func TestOnlyWhatStillHoldsIsResumed(t *testing.T) {
	if testing.Short() {
		t.Skip("varies what is read")
	}
	dir := t.TempDir()
	resumed := func(text string, o Options) (names []string) {
		o.Out, o.Resume = dir, true
		o.Progress = func(e Event) {
			if e.Resumed {
				names = append(names, e.Strategy)
			}
		}
		compared(t, text, o)
		return names
	}
	base := tinyData + tinyTraining
	assert.Empty(t, resumed(base, Options{}), "the folder is empty")
	assert.Equal(t, []string{"ohem", "focal"}, resumed(base, Options{}))
	assert.Equal(t, []string{"ohem", "focal"}, resumed(strings.Replace(base, "title: tiny", "title: other", 1), Options{}), "a title changes no result")
	assert.Equal(t, []string{"ohem", "focal"}, resumed(strings.Replace(base, "name: focal,", "name: focal, lr_reason: swept,", 1), Options{}), "nor does a reason")
	assert.Equal(t, []string{"focal"}, resumed(strings.Replace(base, "num: 16", "num: 17", 1), Options{}), "one strategy changed")
	kept := results(t, dir)
	refused := func(text string, o Options, differs string) {
		o.Out, o.Resume = dir, true
		_, err := Compare(t.Context(), parsed(t, text), o)
		var another *store.Another
		require.ErrorAs(t, err, &another)
		assert.ErrorContains(t, err, differs)
		assert.Equal(t, kept, results(t, dir), "nothing was touched")
	}
	refused(strings.Replace(base, "channels: 8", "channels: 4", 1), Options{}, "(its configuration differs: detector.channels is 8, in the other 4)")
	refused(strings.Replace(base, "noise: 0.01", "noise: 0.02", 1), Options{},
		"(its configuration differs: scenes.noise is 0.01, in the other 0.02; its data differ: as many images, of the same size and classes, with other pixels or objects)")
	refused(base, Options{Budget: 0.5}, "(its configuration differs: training.images is 24, in the other 12)")
	renamed := strings.Replace(base, "name: focal,", "name: other,", 1)
	refused(strings.Replace(renamed, "warmup: 2", "warmup: 3", 1), Options{Seeds: 3}, "(its configuration differs: training.warmup is 2, in the other 3)")
	assert.Equal(t, []string{"ohem", "focal"}, resumed(strings.Replace(base, "num: 16", "num: 17", 1), Options{}), "and what there was is taken over after that")
}

func TestTheIdentityIsOfAllThatAFigureFollowsFrom(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	set := func(change func(*dataset.Set)) string {
		_, set, err := prepare(t.Context(), *parsed(t, tinyData+tinyTraining), "", false)
		require.NoError(t, err)
		change(set)
		return dataDigest(set)
	}
	whole := set(func(*dataset.Set) {})
	assert.Equal(t, whole, set(func(*dataset.Set) {}))
	for name, change := range map[string]func(*dataset.Set){
		"a pixel":               func(s *dataset.Set) { s.Train[3].Pix[100]++ },
		"a class's name":        func(s *dataset.Set) { s.Classes[0] += "x" },
		"two classes' names":    func(s *dataset.Set) { s.Classes = append(s.Classes, "a") },
		"the scale":             func(s *dataset.Set) { s.Test[0].Scale = 0.5 },
		"an object's flag":      func(s *dataset.Set) { s.Test[2].Objects[0].Ignore = true },
		"an object's class":     func(s *dataset.Set) { s.Test[2].Objects[0].Class++ },
		"an object's box":       func(s *dataset.Set) { s.Train[2].Objects[0].Box[3]++ },
		"where the test begins": func(s *dataset.Set) { s.Test = append(s.Test, s.Train[63]); s.Train = s.Train[:63] },
	} {
		assert.NotEqual(t, whole, set(change), name)
	}
	a, err := identity(parsed(t, tinyData+tinyTraining), &dataset.Set{}, small.Trainer{})
	require.NoError(t, err)
	b, err := identity(parsed(t, tinyData+tinyTraining), &dataset.Set{}, otherTrainer{})
	require.NoError(t, err)
	assert.Equal(t, a.Config, b.Config)
	assert.NotEqual(t, a.Numerics, b.Numerics, "who computes")
}

// otherTrainer is another program.
type otherTrainer struct{ trainer.Trainer }

func TestADivergedRunIsAResult(t *testing.T) {
	dir := t.TempDir()
	study := compared(t, tinyData+`
training: {images: 24, batch: 4, warmup: 0, average: 0, clip: 0, checkpoints: 2}
strategies:
  - {name: fine, dense: {}}
  - {name: diverges, lr: 1e30, dense: {}}
  - {name: mines, lr: 1e30, rpn: {}, roi: {sampler: ohem}}
`, Options{Out: dir})
	for _, r := range study.Records[1:] {
		assert.Contains(t, r.Run.Failed, "diverged at step 1: the classification loss of stage ", r.Run.Strategy)
		assert.True(t, r.Run.Diverged)
		assert.Equal(t, 1, r.Run.Steps)
		assert.Empty(t, r.Trace.Losses)
		for _, s := range r.Run.Stages {
			assert.False(t, math.IsNaN(s.NegativeLoss+s.NegativeGrad), "the step that diverged is not in the balance")
		}
	}
	assert.Equal(t, -1.0, study.Summary.Strategies[1].AP.Mean)
	assert.Nil(t, study.Summary.Strategies[1].Difference)
	assert.Len(t, study.Summary.Strategies[1].Failed, 1)
	assert.Len(t, results(t, dir), 3)
}

func TestAnInvalidConfigurationIsRefusedBeforeTraining(t *testing.T) {
	c := parsed(t, tinyData+tinyTraining)
	c.Strategies = nil
	_, err := Compare(t.Context(), c, Options{})
	assert.ErrorContains(t, err, "no strategies")
	c = parsed(t, tinyData+tinyTraining)
	c.Training.Batch = 0
	_, err = Compare(t.Context(), c, Options{})
	assert.ErrorContains(t, err, "training.batch is 0")
	c = parsed(t, tinyData+tinyTraining)
	c.Strategies[0] = c.Strategies[0].Clone()
	c.Strategies[0].Dense.Cls = losses.CE{ClassWeight: make([]float64, 7)}
	_, err = Compare(t.Context(), c, Options{})
	assert.ErrorContains(t, err, "dense.cls.class_weight: it has 7, and the classes are ")
	_, err = Compare(t.Context(), parsed(t, tinyData+tinyTraining), Options{Data: filepath.Join(t.TempDir(), "none")})
	assert.ErrorContains(t, err, "none")
}

func TestTheBudgetScalesTheImages(t *testing.T) {
	c := config.Default()
	c.Training.Images = 1000
	for budget, want := range map[float64]int{0: 1000, 1: 1000, 0.5: 500, 2: 2000, 0.3333: 333, 1e-9: 1} {
		scaled := scaled(&c, budget)
		assert.Equal(t, want, scaled.Training.Images)
	}
	c.Training.EvaluateAt = []int{100, 101, 400}
	assert.Equal(t, []int{50, 51, 200}, scaled(&c, 0.5).Training.EvaluateAt)
	assert.Equal(t, []int{1}, scaled(&c, 1e-9).Training.EvaluateAt)
	assert.Equal(t, c.Training.EvaluateAt, scaled(&c, 0).Training.EvaluateAt)
}
