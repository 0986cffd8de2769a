package main

import (
	"math/rand/v2"
	"time"

	"detsample/anchors"
	"detsample/bench/detector"
	"detsample/bench/nn"
	"detsample/bench/scene"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

const (
	classes = 3
	seed    = 1
	// learningRate is small, so that hundreds of timed steps on one batch
	// leave the network in the state of early training.
	learningRate = 1e-4
)

// ours is the detector in training on one batch of generated scenes.
type ours struct {
	config   detector.Config
	dense    rpn.Config
	batch    detector.Batch
	detector *detector.OneStage
	adam     *nn.Adam
	steps    uint64
}

func newOurs(images int) (*ours, error) {
	c := scene.DefaultConfig()
	c.Train, c.Test, c.Classes = images, 1, classes
	set, err := scene.Generate(c, seed)
	if err != nil {
		return nil, err
	}
	o := &ours{config: detector.Default(), dense: rpn.OneStage()}
	o.dense.Cls = losses.CE{}
	o.batch = detector.Batch{Width: set.Width, Height: set.Height}
	for i := range set.Train {
		image := detector.Image{ID: uint64(i), Pix: set.Train[i].Pix}
		for _, object := range set.Train[i].Objects {
			image.Truth.Box = append(image.Truth.Box, object.Box)
			image.Truth.Class = append(image.Truth.Class, object.Class)
		}
		o.batch.Images = append(o.batch.Images, image)
	}
	o.detector = detector.NewOneStage(o.config, o.dense, classes, rand.New(rand.NewPCG(seed, 0)))
	o.adam = nn.NewAdam(o.detector.Params(), nn.DefaultAdam())
	return o, nil
}

// gradients runs forward and backward and returns the losses.
func (o *ours) gradients() losses.Value {
	value := o.detector.Step(o.batch, sampling.Key{Seed: seed, Step: o.steps})[0].Value
	o.steps++
	return value
}

// step is the training step that is timed; it returns the loss before the
// update.
func (o *ours) step() float64 {
	value := o.gradients()
	o.adam.Step(learningRate)
	return value.Cls + value.Box
}

// time runs n steps and returns the milliseconds of each.
func (o *ours) time(n int) []float64 {
	ms := make([]float64, n)
	for i := range ms {
		start := time.Now()
		o.step()
		ms[i] = milliseconds(time.Since(start))
	}
	return ms
}

// stageTimes measures what of a step the targets and the losses take, apart
// from the network, in milliseconds: the assignment of every image, and all
// that rpn.Config.Step does besides it.
func (o *ours) stageTimes(n int) (assign, loss float64) {
	width, height := o.batch.Width, o.batch.Height
	candidates := anchors.Candidates{
		Box:  o.config.Pyramid.Append(nil, width, height),
		Grid: o.config.Pyramid.Grids(width, height),
	}
	link := o.dense.Cls.Link()
	rows, columns := len(candidates.Box)*len(o.batch.Images), link.Columns(classes)
	b := rpn.Batch{
		Classes: classes, Anchors: candidates,
		Logits: make([]float32, rows*columns), GradLogits: make([]float32, rows*columns),
		Deltas: make([]float32, rows*4), GradDeltas: make([]float32, rows*4),
	}
	for r := range rows {
		link.Bias(b.Logits[r*columns:(r+1)*columns], o.config.Prior)
	}
	for _, image := range o.batch.Images {
		b.Images = append(b.Images, rpn.Image{ID: image.ID, Truth: image.Truth})
	}
	clock := &clocked{Assigner: o.dense.Assigner}
	dense := o.dense
	dense.Assigner = clock
	var work rpn.Work
	assigned, rest := make([]float64, n), make([]float64, n)
	for i := range n {
		clock.spent = 0
		start := time.Now()
		dense.Step(&work, &b)
		assigned[i] = milliseconds(clock.spent)
		rest[i] = milliseconds(time.Since(start) - clock.spent)
	}
	return median(assigned), median(rest)
}

// clocked is an assigner that counts the time it takes.
type clocked struct {
	anchors.Assigner
	spent time.Duration
}

// Assign implements [anchors.Assigner].
func (c *clocked) Assign(dst *anchors.Assignment, candidates *anchors.Candidates, truth *anchors.Truth) {
	start := time.Now()
	c.Assigner.Assign(dst, candidates, truth)
	c.spent += time.Since(start)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
