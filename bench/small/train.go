package small

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"time"

	"detsample/bench/config"
	"detsample/bench/small/detector"
	"detsample/bench/small/nn"
	"detsample/bench/trainer"
	"detsample/internal/prose"
	"detsample/losses"
	"detsample/sampling"
)

// training is a job under way.
type training struct {
	Trainer
	trainer.Job

	detector detector.Detector
	params   []*nn.Param
	clip     float64 // largest norm of a gradient
	optimize nn.Optimizer
	average  *nn.EMA // nil: the weights themselves are evaluated
	rate     nn.Schedule
	loader   *loader
	eval     *evaluator

	run      trainer.Run // what is known so far
	seen     int         // images so far
	step     int
	stepping bool // a step is under way
	balances map[string]*losses.Balance
	probes   map[string]*probes
	elapsed  time.Duration // in training steps alone
	computed time.Duration // of the processor, in them
}

func newTraining(o Trainer, job trainer.Job) *training {
	o.Training.Batch = min(o.Training.Batch, job.Images)
	t := &training{
		Trainer: o, Job: job,
		detector: newDetector(o.Network, job),
		loader:   newLoader(job.Data, o.Training, job.Seed),
		eval:     newEvaluator(job.Data, o.Network, o.Areas),
		balances: map[string]*losses.Balance{},
		probes:   map[string]*probes{},
	}
	t.params = t.detector.Params()
	t.clip = o.Training.Clip
	if t.clip == 0 {
		t.clip = math.Inf(1)
	}
	t.optimize = newOptimizer(o.Training, t.params)
	if o.Training.Average > 0 {
		t.average = nn.NewEMA(t.params, o.Training.Average)
	}
	t.rate = nn.Constant{Base: job.Strategy.LR, Warmup: o.Training.Warmup}
	if o.Training.Schedule == config.Cosine {
		t.rate = nn.Cosine{Base: job.Strategy.LR, Warmup: o.Training.Warmup, Total: t.steps()}
	}
	return t
}

// newOptimizer returns the configured optimiser. Adam's second moments are
// averaged over 100 steps instead of the customary 1000, which a training of
// a thousand steps would not see the end of; larger learning rates then hold.
func newOptimizer(t config.Training, params []*nn.Param) nn.Optimizer {
	if t.Optimizer == config.SGD {
		sgd := nn.DefaultSGD()
		sgd.WeightDecay = t.WeightDecay
		return nn.NewSGD(params, sgd)
	}
	adam := nn.DefaultAdam()
	adam.Beta2, adam.WeightDecay = 0.99, t.WeightDecay
	return nn.NewAdam(params, adam)
}

// newDetector returns the strategy's untrained detector; equal seeds give
// equal weights.
func newDetector(c detector.Config, job trainer.Job) detector.Detector {
	rng, s, classes := rand.New(rand.NewPCG(job.Seed, streamWeights)), job.Strategy, len(job.Data.Classes)
	if s.TwoStage() {
		return detector.NewTwoStage(c, s.RPN.Config, s.ROI.Config, classes, rng)
	}
	return detector.NewOneStage(c, s.Dense.Config, classes, rng)
}

// steps returns the number of optimiser steps of a run.
func (t *training) steps() int { return (t.Images + t.Training.Batch - 1) / t.Training.Batch }

// checkpoints returns the images that a run has seen at each of its
// evaluations, from the untrained network to the end: whole batches, so that
// evaluating more often does not change the training.
func (t *training) checkpoints() []int {
	list, batch := []int{0}, t.Training.Batch
	if at := t.Training.EvaluateAt; len(at) > 0 {
		for _, images := range at {
			if whole := images / batch * batch; whole > list[len(list)-1] && whole < t.Images {
				list = append(list, whole)
			}
		}
		return append(list, t.Images)
	}
	for k := range t.Training.Checkpoints {
		list = append(list, min(t.steps()*(k+1)/t.Training.Checkpoints*batch, t.Images))
	}
	return list
}

// until trains until the given number of images has been seen. It returns an
// error if ctx ends, or if the loss is no longer finite.
func (t *training) until(ctx context.Context, images int, progress func(images int)) error {
	for t.seen < images {
		if err := ctx.Err(); err != nil {
			t.keep()
			return err
		}
		if err := t.advance(min(t.Training.Batch, images-t.seen)); err != nil {
			if _, over := errors.AsType[*diverged](err); !over { // an image that cannot be read, before the step
				t.keep()
			}
			return err
		}
		progress(t.seen)
		if t.Keeper != nil && t.Keeper.Due() {
			t.keep()
		}
	}
	return nil
}

// advance does one step over a batch.
func (t *training) advance(images int) error {
	t.stepping = true // and so it stays where the step panics
	err := t.stepOver(images)
	t.stepping = false
	return err
}

// stepOver is the step itself.
func (t *training) stepOver(images int) error {
	runtime.LockOSThread() // whose time the processor's is
	start, before := time.Now(), processorTime()
	defer func() {
		t.elapsed += time.Since(start)
		t.computed += processorTime() - before
		runtime.UnlockOSThread()
	}()
	batch, err := t.loader.next(images)
	if err != nil {
		return err
	}
	batch.Probe = t.probesAt(t.step)
	stages := t.detector.Step(batch, sampling.Key{Seed: t.Seed, Step: uint64(t.step)})
	norm := nn.ClipGradNorm(t.params, t.clip)
	if cause := divergence(stages, norm, t.params); cause != "" {
		return &diverged{t.step, cause}
	}
	for _, stage := range stages {
		t.note(stage)
		if batch.Probe {
			t.probe(stage)
		}
	}
	t.optimize.Step(t.rate.Rate(t.step))
	if t.average != nil {
		t.average.Update()
	}
	t.step++
	t.seen += len(batch.Images)
	return nil
}

// moment says how far a training is, which is nil before it begins.
func (t *training) moment() string {
	switch {
	case t == nil:
		return "before the first step"
	case t.stepping:
		return fmt.Sprintf("at step %d", t.step)
	}
	return fmt.Sprintf("in an evaluation after %s", prose.Count(t.step, "step", "steps"))
}

// note adds a stage's balance to the run's.
func (t *training) note(s detector.Stage) {
	b := t.balances[s.Name]
	if b == nil {
		b = &losses.Balance{}
		t.balances[s.Name] = b
	}
	b.Add(s.Balance)
}

// withAverage runs f with the averaged weights in place of the weights.
func (t *training) withAverage(f func()) {
	if t.average != nil {
		t.average.Swap()
		defer t.average.Swap()
	}
	f()
}
