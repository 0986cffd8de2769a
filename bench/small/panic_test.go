package small

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"detsample/bench/trainer"
	"detsample/losses"
	"detsample/sampling"
)

// panicking is a sampler that panics after so many calls, one for each image.
type panicking struct {
	sampling.All
	left *int
}

func (p panicking) Sample(dst *sampling.Sample, c *sampling.Candidates, rng *rand.Rand) {
	if *p.left--; *p.left < 0 {
		panic("no candidate")
	}
	p.All.Sample(dst, c, rng)
}

// linkless is a loss that panics when it is asked for its link.
type linkless struct{ losses.CE }

func (linkless) Link() losses.Link { panic("no link") }

// The error of a run that panics says where training was: it has six steps of four
// images, and is evaluated before, between and after them.
func TestARunThatPanicsSaysAtWhichStep(t *testing.T) {
	train := func(change func(*trainer.Job)) error {
		run := newTiny(t, tiny)
		change(&run.Job)
		_, err := run.Trainer.Train(t.Context(), run.Job, func(int) {})
		return err
	}
	after := func(calls int) func(*trainer.Job) {
		return func(job *trainer.Job) { job.Strategy.Dense.Sampler = panicking{left: &calls} }
	}
	for calls, want := range map[int]string{0: "at step 0", 3: "at step 0", 4: "at step 1", 23: "at step 5", 24: "in an evaluation after 6 steps"} {
		assert.ErrorContains(t, train(after(calls)), want+": panicked: no candidate (small/panic_test.go:")
	}
	require.NoError(t, train(after(1000)))
	assert.ErrorContains(t, train(func(job *trainer.Job) { job.Strategy.Dense.Cls = linkless{} }), "before the first step: panicked: no link (small/panic_test.go:")

	var kept killer
	err := train(func(job *trainer.Job) { after(9)(job); job.Keeper = &kept })
	require.ErrorContains(t, err, "at step 2: ")
	require.NotEmpty(t, kept.states)
	err = train(func(job *trainer.Job) { after(0)(job); job.State = kept.states[len(kept.states)-1] })
	assert.ErrorContains(t, err, "at step 2: ", "of the whole training, where it goes on")
}
