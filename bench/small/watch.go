package small

import (
	"context"

	"detsample/bench/small/detector"
	"detsample/bench/trainer"
)

// Watch trains as Train does and, in place of evaluating, shows the detector at
// every checkpoint, before its first step to begin with: with the weights that
// the next step starts from, not their average. visit may run the detector and
// must not step it; an error of it ends the training and is returned. So are
// that of ctx, and divergence.
func (t Trainer) Watch(ctx context.Context, job trainer.Job, visit func(images int, d detector.Detector) error) error {
	run := newTraining(t, job)
	for _, images := range run.checkpoints() {
		if err := run.until(ctx, images, func(int) {}); err != nil {
			return err
		}
		if err := visit(images, run.detector); err != nil {
			return err
		}
	}
	return nil
}
