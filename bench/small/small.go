// Package small is a trainer of small detectors, one-stage and two-stage, of
// thousands of weights on one processor core: enough for strategies to differ
// as they do in large ones, in a minute instead of a day.
package small

import (
	"context"
	"fmt"

	"detsample/bench/config"
	"detsample/bench/small/detector"
	"detsample/bench/trainer"
	"detsample/internal/panics"
)

// Trainer trains small detectors; it is a [trainer.Trainer]. Its fields are
// what all strategies of a comparison share. Of Training, Images does not
// count: the budget is the job's.
type Trainer struct {
	Network  detector.Config
	Training config.Training
	Areas    config.Areas // limits of small and large objects in the evaluation
}

// Train implements [trainer.Trainer]. Equal seeds give equal initial weights
// of what strategies share, and the same images in the same order, equally
// mirrored. A panic, as in a sampler of one's own, is an error that says at which
// step it was.
func (t Trainer) Train(ctx context.Context, job trainer.Job, progress func(images int)) (record trainer.Record, err error) {
	var run *training
	defer func() {
		if p := panics.Of(recover()); p != nil {
			record, err = trainer.Record{}, fmt.Errorf("%s: %w", run.moment(), p)
		}
	}()
	run = newTraining(t, job)
	if job.State != nil {
		if err := run.restore(job.State); err != nil {
			return trainer.Record{}, &trainer.StateError{Err: err}
		}
	}
	return run.record(ctx, progress)
}
