package small

import (
	"context"
	"errors"
	"time"

	"detsample/bench/trainer"
)

const (
	measuredSteps  = 3 // after the first, which is warming up
	measuredImages = 4 // test images
)

// Measure returns how long a job takes here for each training image, and for
// each test image that is evaluated, by a few of both. Nothing else follows
// from it. It returns an error if ctx ends, or an image cannot be read.
func (t Trainer) Measure(ctx context.Context, job trainer.Job) (train, test time.Duration, err error) {
	job.State, job.Keeper = nil, nil
	set := *job.Data
	images := measuredImages
	if set.Crops.Side > 0 { // each is hundreds of tiles, if it is large
		images = 1
	}
	set.Test = set.Test[:min(images, len(set.Test))]
	job.Data = &set
	run := newTraining(t, job)
	for step := range 1 + measuredSteps {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		if step == 1 {
			run.elapsed, run.seen = 0, 0
		}
		if err := run.advance(run.Training.Batch); err != nil {
			if _, over := errors.AsType[*diverged](err); over { // which took as long
				break
			}
			return 0, 0, err
		}
	}
	start := time.Now()
	if err := run.eval.detect(ctx, run.detector); err != nil {
		return 0, 0, err
	}
	test = time.Since(start) / time.Duration(len(set.Test))
	return run.elapsed / time.Duration(max(run.seen, 1)), test, nil
}

// Evaluations returns how often a job is evaluated.
func (t Trainer) Evaluations(job trainer.Job) int {
	t.Training.Batch = min(t.Training.Batch, job.Images)
	return len((&training{Trainer: t, Job: job}).checkpoints())
}
