package small

import (
	"context"

	"detsample/bench/trainer"

	"errors"
	"time"
)

// record trains one strategy and returns everything about it. A run that
// diverges is a result, not an error; an error means that ctx ended or that
// the data cannot be evaluated.
func (t *training) record(ctx context.Context, progress func(images int)) (trainer.Record, error) {
	r := trainer.Record{Run: trainer.Run{
		Strategy: t.Strategy.Name, Detector: "one-stage", Seed: t.Seed,
		LR: t.Strategy.LR,
	}}
	if t.Strategy.TwoStage() {
		r.Run.Detector = "two-stage"
	}
	var end *diverged
	for k := range t.Training.Checkpoints + 1 {
		if err := t.until(ctx, t.checkpointAt(k), progress); errors.As(err, &end) {
			r.Run.Failed = end.Error()
			break
		} else if err != nil {
			return r, err
		}
		if err := t.checkpoint(&r.Run); err != nil {
			return r, err
		}
	}
	r.Run.Images, r.Run.Steps = t.seen, t.step
	r.Run.UntrainedAP = r.Run.Curve[0].AP
	if r.Run.Failed == "" && r.Run.AP <= r.Run.UntrainedAP {
		r.Run.Failed = "ends no better than the untrained network"
	}
	for _, name := range [...]string{"dense", "rpn", "roi"} {
		if b := t.balances[name]; b != nil {
			stage := stageFigures(name, b, t.seen)
			stage.Trunk = t.probes[name].median()
			r.Run.Stages = append(r.Run.Stages, stage)
		}
	}
	var err error
	if r.Run.Resamples, err = trainer.Resample(t.eval.params, t.eval.truth, t.eval.detections()); err != nil {
		return r, err
	}
	r.Trace.Pictures = t.eval.pictures()
	if end == nil {
		t.withAverage(func() { r.Trace.Losses = t.distributions() })
	}
	r.Run.Time.TrainS = t.elapsed.Seconds()
	r.Run.Time.StepMS = 1000 * t.elapsed.Seconds() / float64(max(t.step, 1))
	return r, nil
}

// checkpoint evaluates the detector and sets the run's figures to what it
// finds.
func (t *training) checkpoint(r *trainer.Run) error {
	start := time.Now()
	t.withAverage(func() { t.eval.detect(t.detector) })
	result, err := t.eval.evaluate()
	if err != nil {
		return err
	}
	r.Figures = trainer.FiguresOf(result.Summary())
	r.Curve = append(r.Curve, trainer.Point{Images: t.seen, AP: r.AP, AP50: r.AP50, APS: r.APS})
	r.Classes = r.Classes[:0]
	for _, c := range result.PerClass() {
		r.Classes = append(r.Classes, trainer.ClassFigures{
			Class: t.Data.Classes[c.Class], Objects: c.GroundTruths, AP: c.AP, AP50: c.AP50,
		})
	}
	r.Time.EvaluateS += time.Since(start).Seconds()
	return nil
}
