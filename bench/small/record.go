package small

import (
	"context"
	"errors"
	"time"

	"detsample/bench/cocoeval"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

// record trains one strategy and returns everything about it. A run that
// diverges is a result, not an error; an error means that ctx ended or that
// the data cannot be evaluated.
func (t *training) record(ctx context.Context, progress func(images int)) (trainer.Record, error) {
	t.run.Begin(t.Job)
	var end *diverged
	for _, images := range t.checkpoints()[len(t.run.Curve):] {
		err := t.until(ctx, images, progress)
		if err == nil {
			err = t.checkpoint(ctx)
		}
		if errors.As(err, &end) {
			t.run.Failed, t.run.Diverged = end.Error(), true
			break
		} else if err != nil {
			return trainer.Record{}, err
		}
		if t.Keeper != nil && t.Keeper.Due() {
			t.keep()
		}
	}
	return t.finish(ctx, end == nil)
}

// finish completes the record of a run that has ended.
func (t *training) finish(ctx context.Context, finite bool) (r trainer.Record, err error) {
	r.Run = t.run
	r.Run.Images, r.Run.Steps = t.seen, t.step
	r.Run.UntrainedAP = r.Run.Curve[0].AP
	if r.Run.Failed == "" && r.Run.AP <= r.Run.UntrainedAP {
		r.Run.Failed = trainer.LearnedNothing
	}
	for _, name := range strategy.Stages {
		if b := t.balances[name]; b != nil {
			stage := stageFigures(name, b, t.seen)
			stage.Trunk = t.probes[name].median()
			r.Run.Stages = append(r.Run.Stages, stage)
		}
	}
	if err := ctx.Err(); err != nil {
		t.keep()
		return r, err
	}
	if err := r.Run.Resample(t.eval.params, t.eval.truth, t.eval.detections()); err != nil {
		return r, err
	}
	if r.Run.Calibration, err = cocoeval.Calibrate(t.eval.params, t.eval.truth, t.eval.detections()); err != nil {
		return r, err
	}
	r.Trace.Pictures = t.eval.pictures()
	if finite {
		start := time.Now()
		t.withAverage(func() { r.Run.Proposals, err = t.proposals(ctx) })
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			t.keep()
			return r, err
		}
		// Last, as losses and normalisers remember what they see: from here on
		// there is nothing to keep.
		t.withAverage(func() { r.Trace.Losses, err = t.distributions(ctx) })
		if err != nil {
			return r, err
		}
		r.Run.Time.EvaluateS += time.Since(start).Seconds()
	}
	r.Run.Time.TrainS = t.elapsed.Seconds()
	r.Run.Time.StepMS = 1000 * t.elapsed.Seconds() / float64(max(t.step, 1))
	r.Run.Time.StepCPUMS = 1000 * t.computed.Seconds() / float64(max(t.step, 1))
	return r, nil
}

// checkpoint evaluates the detector and sets the run's figures to what it
// finds.
func (t *training) checkpoint(ctx context.Context) error {
	start := time.Now()
	cause, err := weighed(t.params), error(nil)
	t.withAverage(func() {
		if cause == "" {
			cause = weighed(t.params)
		}
		if cause == "" {
			err = t.eval.detect(ctx, t.detector)
		}
	})
	switch {
	case cause != "":
		return &diverged{t.step, cause}
	case err != nil:
		t.keep()
		return err
	}
	result, err := t.eval.evaluate()
	if err != nil {
		return err
	}
	r := &t.run
	r.Evaluated(t.seen, result, t.Data.Classes, func(class int32) int { return int(class) })
	r.Time.EvaluateS += time.Since(start).Seconds()
	return nil
}
