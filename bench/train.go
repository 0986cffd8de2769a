package bench

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/small/detector"
	"detsample/bench/small/nn"
	"detsample/bench/strategy"
	"detsample/losses"
	"detsample/sampling"
)

// trainer trains one strategy once.
type trainer struct {
	cfg      *config.Config
	set      *dataset.Set
	strategy *strategy.Strategy
	seed     uint64

	detector detector.Detector
	params   []*nn.Param
	clip     float64 // largest norm of a gradient
	optimize nn.Optimizer
	average  *nn.EMA // nil: the weights themselves are evaluated
	rate     nn.Schedule
	loader   *loader
	eval     *evaluator

	images   int // seen so far
	step     int
	balances map[string]*losses.Balance
	elapsed  time.Duration // in training steps alone
}

func newTrainer(cfg *config.Config, set *dataset.Set, s *strategy.Strategy, seed uint64) *trainer {
	t := &trainer{
		cfg: cfg, set: set, strategy: s, seed: seed,
		detector: newDetector(cfg, set, s, seed),
		loader:   newLoader(set, cfg.Training, seed),
		eval:     newEvaluator(set, cfg.Areas),
		balances: map[string]*losses.Balance{},
	}
	t.params = t.detector.Params()
	t.clip = cfg.Training.Clip
	if t.clip == 0 {
		t.clip = math.Inf(1)
	}
	t.optimize = newOptimizer(cfg.Training, t.params)
	if cfg.Training.Average > 0 {
		t.average = nn.NewEMA(t.params, cfg.Training.Average)
	}
	t.rate = nn.Constant{Base: s.LR, Warmup: cfg.Training.Warmup}
	if cfg.Training.Schedule == config.Cosine {
		t.rate = nn.Cosine{Base: s.LR, Warmup: cfg.Training.Warmup, Total: steps(cfg.Training)}
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
func newDetector(cfg *config.Config, set *dataset.Set, s *strategy.Strategy, seed uint64) detector.Detector {
	rng := rand.New(rand.NewPCG(seed, streamWeights))
	if s.TwoStage() {
		return detector.NewTwoStage(cfg.Detector, s.RPN.Config, s.ROI.Config, len(set.Classes), rng)
	}
	return detector.NewOneStage(cfg.Detector, s.Dense.Config, len(set.Classes), rng)
}

// steps returns the number of optimiser steps of a run.
func steps(t config.Training) int { return (t.Images + t.Batch - 1) / t.Batch }

// checkpointAt returns the images that a run has seen at its k-th evaluation:
// whole batches, so that evaluating more often does not change the training.
func checkpointAt(t config.Training, k int) int {
	return min(steps(t)*k/t.Checkpoints*t.Batch, t.Images)
}

// until trains until the given number of images has been seen. It returns an
// error if ctx ends, or if the loss is no longer finite.
func (t *trainer) until(ctx context.Context, images int, progress func(images int)) error {
	start := time.Now()
	defer func() { t.elapsed += time.Since(start) }()
	for t.images < images {
		if err := ctx.Err(); err != nil {
			return err
		}
		batch := t.loader.next(min(t.cfg.Training.Batch, images-t.images))
		stages := t.detector.Step(batch, sampling.Key{Seed: t.seed, Step: uint64(t.step)})
		loss := 0.0
		for _, stage := range stages {
			loss += stage.Cls + stage.Box
		}
		norm := nn.ClipGradNorm(t.params, t.clip)
		if v := loss + norm; math.IsNaN(v) || math.IsInf(v, 0) {
			return &Diverged{Step: t.step, Loss: loss}
		}
		for _, stage := range stages {
			t.note(stage)
		}
		t.optimize.Step(t.rate.Rate(t.step))
		if t.average != nil {
			t.average.Update()
		}
		t.step++
		t.images += len(batch.Images)
		progress(t.images)
	}
	return nil
}

// Diverged is the end of a run whose loss or gradient is no longer finite.
type Diverged struct {
	Step int
	Loss float64
}

// Error implements error.
func (d *Diverged) Error() string {
	return fmt.Sprintf("diverged at step %d: loss %v; lower the learning rate or add a prior bias", d.Step, d.Loss)
}

// note adds a stage's balance to the run's.
func (t *trainer) note(s detector.Stage) {
	b := t.balances[s.Name]
	if b == nil {
		b = &losses.Balance{}
		t.balances[s.Name] = b
	}
	b.Add(s.Balance)
}

// withAverage runs f with the averaged weights in place of the weights.
func (t *trainer) withAverage(f func()) {
	if t.average != nil {
		t.average.Swap()
		defer t.average.Swap()
	}
	f()
}
