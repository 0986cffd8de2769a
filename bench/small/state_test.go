package small

import (
	"bytes"
	"context"
	"maps"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
	"detsample/internal/registry"
	"detsample/losses"
)

// killer is a keeper that keeps every third state, and ends its job at a step.
type killer struct {
	step, at int
	kill     context.CancelFunc
	states   [][]byte
}

func (k *killer) Due() bool {
	if k.step++; k.step == k.at {
		k.kill()
	}
	return k.step%3 == 0
}

func (k *killer) Keep(state []byte) { k.states = append(k.states, state) }

// interrupted does a job in pieces: it is killed at random steps, and goes on
// from a state before that.
func interrupted(t *testing.T, fresh func() *training, rng *rand.Rand) (*training, trainer.Record) {
	t.Helper()
	var state []byte
	for {
		run := fresh()
		if state != nil {
			require.NoError(t, run.restore(state))
		}
		ctx, kill := context.WithCancel(t.Context())
		k := &killer{at: 2 + rng.IntN(7), kill: kill}
		run.Keeper = k
		r, err := run.record(ctx, func(int) {})
		kill()
		if err == nil {
			return run, r
		}
		require.ErrorIs(t, err, context.Canceled)
		if n := len(k.states); n > 1 && rng.IntN(2) == 0 {
			state = k.states[n-2] // the last was not written yet
		} else {
			state = k.states[n-1]
		}
	}
}

// TestARunThatIsKilledContinuesToTheSameBits is over everything that remembers
// the run: each registered loss and normaliser that does, in each stage, and
// both optimisers.
func TestARunThatIsKilledContinuesToTheSameBits(t *testing.T) {
	text := strings.Replace(tiny, "images: 24", "images: 46", 1)
	two := strings.Replace(text, "dense: {}", "rpn: {sampler: {type: random, num: 32}}, roi: {sampler: {type: random, num: 16}}", 1)
	type variant struct {
		text   string
		change func(*training)
	}
	variants := map[string]variant{
		"plain":     {text, nil},
		"two-stage": {strings.Replace(two, "type: random, num: 16", "type: ohem, num: 16", 1), nil},
		"sgd":       {strings.Replace(text, "average: 0.5", "average: 0, optimizer: sgd", 1), nil},
		"fresh":     {strings.Replace(text, "train: 64", "train: fresh", 1), nil},
		"cosine":    {strings.Replace(text, "batch: 4", "batch: 4, schedule: cosine, flip: false", 1), nil},
	}
	terms := func(name string, set func(run *training, stage int)) {
		variants["dense "+name] = variant{text, func(r *training) { set(r, 0) }}
		variants["rpn "+name] = variant{two, func(r *training) { set(r, 1) }}
		variants["roi "+name] = variant{two, func(r *training) { set(r, 2) }}
	}
	for _, e := range registry.Of[losses.Cls]().All() {
		loss := e.New()
		if g, ok := loss.(losses.GHMC); ok {
			g.Momentum = 0.75
			loss = g
		}
		if losses.NewState(loss, 2) == nil {
			continue
		}
		terms("cls "+e.Name, func(r *training, stage int) {
			switch {
			case stage == 0:
				r.Strategy.Dense.Cls = loss
			case stage == 1 && loss.Link() == losses.Sigmoid:
				r.Strategy.RPN.Cls = loss
			case stage == 2:
				r.Strategy.ROI.Cls = loss
			}
		})
	}
	for _, e := range registry.Of[losses.Box]().All() {
		if loss := e.New(); losses.NewState(loss, 4) != nil {
			terms("box "+e.Name, func(r *training, stage int) {
				switch stage {
				case 0:
					r.Strategy.Dense.Box = loss
				case 1:
					r.Strategy.RPN.Box = loss
				case 2:
					r.Strategy.ROI.Box = loss
				}
			})
		}
	}
	for _, e := range registry.Of[losses.Norm]().All() {
		if norm := e.New(); losses.NewState(norm, 0) != nil {
			terms("norm "+e.Name, func(r *training, stage int) {
				switch stage {
				case 0:
					r.Strategy.Dense.Norm, r.Strategy.Dense.BoxNorm = norm, norm
				case 1:
					r.Strategy.RPN.Norm = norm
				case 2:
					r.Strategy.ROI.BoxNorm = norm
				}
			})
		}
	}
	assert.GreaterOrEqual(t, len(variants), 4+3*6, "eqlv2, equalized_focal, ghm_c, seesaw, ghm_r, moving_average")
	if testing.Short() { // the race detector sees no more in the rest
		maps.DeleteFunc(variants, func(_ string, v variant) bool { return v.change != nil })
	}

	rng := rand.New(rand.NewPCG(1, 2))
	for name, v := range variants {
		fresh := func() *training {
			run := newTiny(t, v.text)
			if v.change == nil {
				return run
			}
			v.change(run)
			return newTraining(run.Trainer, run.Job)
		}
		whole := fresh()
		want, err := whole.record(t.Context(), func(int) {})
		require.NoError(t, err, name)
		pieces, got := interrupted(t, fresh, rng)
		assert.Positive(t, got.Run.Time.TrainS)
		want.Run.Time, got.Run.Time = trainer.Time{}, trainer.Time{}
		assert.Equal(t, want, got, name)
		assert.Equal(t, values(whole.weights()), values(pieces.weights()), name)
		assert.Equal(t, whole.detector.Memory(), pieces.detector.Memory(), name)
	}
}

func TestADivergingRunThatIsKilledIsTheSameResult(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	text := strings.Replace(strings.Replace(tiny, "images: 24", "images: 80", 1), "dense: {}", "lr: 10, dense: {}", 1)
	text = strings.Replace(text, "warmup: 2, average: 0.5, checkpoints: 2", "warmup: 20, optimizer: sgd, clip: 0, checkpoints: 4", 1)
	fresh := func() *training { return newTiny(t, text) }
	want, err := fresh().record(t.Context(), func(int) {})
	require.NoError(t, err)
	require.True(t, want.Run.Diverged, want.Run.Failed)
	require.Greater(t, want.Run.Steps, 3)
	require.NotZero(t, want.Run.Resamples[0], "what was found before is a part of the result")
	for seed := range uint64(5) {
		_, got := interrupted(t, fresh, rand.New(rand.NewPCG(seed, 3)))
		want.Run.Time, got.Run.Time = trainer.Time{}, trainer.Time{}
		assert.Equal(t, want, got)
	}
}

// A field that is added to a training either follows from its job, or goes
// into its state: a run that is gone on with has it.
func TestEveryFieldOfATrainingIsAccountedFor(t *testing.T) {
	accounted := map[string]string{
		"Trainer": "given", "Job": "given", "clip": "follows", "rate": "follows", "eval": "follows, but for what was found",
		"detector": "its weights and memory are kept", "params": "kept", "optimize": "kept", "average": "kept",
		"loader": "follows from the images seen; what is read ahead is read again", "run": "kept", "seen": "kept", "step": "kept", "stepping": "follows: states are kept between steps",
		"balances": "kept", "probes": "kept", "elapsed": "kept", "computed": "kept",
	}
	of := reflect.TypeFor[training]()
	for i := range of.NumField() {
		assert.NotEmpty(t, accounted[of.Field(i).Name], "is training.%s kept in state?", of.Field(i).Name)
	}
	for of, fields := range map[reflect.Type]int{
		reflect.TypeFor[loader](): 9, reflect.TypeFor[order](): 4, reflect.TypeFor[probes](): 3, reflect.TypeFor[losses.Memory](): 4,
	} {
		assert.Equal(t, fields, of.NumField(), "is what is new in %v kept in state?", of)
	}
}

func TestAStateOfAnotherRunIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("shares nothing between goroutines that other tests do not")
	}
	kept := func(text string) []byte {
		run := newTiny(t, text)
		require.NoError(t, run.until(t.Context(), 8, func(int) {}))
		run.run.Begin(run.Job)
		var b bytes.Buffer
		require.NoError(t, run.save(&b))
		return b.Bytes()
	}
	own := kept(tiny)
	require.NoError(t, newTiny(t, tiny).restore(own))
	for cause, c := range map[string]struct {
		state  []byte
		change func(*training)
	}{
		"it cannot be read":      {state: []byte("nonsense")},
		`it is of "other"`:       {state: kept(strings.Replace(tiny, "name: focal", "name: other", 1))},
		"has shape":              {state: kept(strings.Replace(tiny, "channels: 8", "channels: 12", 1))},
		"it has 2 stages":        {state: kept(strings.Replace(tiny, "dense: {}", "rpn: {}, roi: {}", 1))},
		"data have 24":           {state: kept(strings.Replace(tiny, "test: 24", "test: 23", 1))},
		"step 2, after 8 images": {state: own, change: func(r *training) { r.Images = 4 }},
		"the file has":           {state: own, change: func(r *training) { r.average = nil }},
		"with seed 1":            {state: own, change: func(r *training) { r.Seed = 2 }},
	} {
		run := newTiny(t, tiny)
		if c.change != nil {
			c.change(run)
		}
		assert.ErrorContains(t, run.restore(c.state), cause)
	}
	job := newTiny(t, tiny).Job
	job.State = []byte("nonsense")
	_, err := newTiny(t, tiny).Train(t.Context(), job, func(int) {})
	assert.ErrorAs(t, err, new(*trainer.StateError))
}
