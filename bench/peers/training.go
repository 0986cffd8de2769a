package main

import (
	"fmt"
	"math/rand/v2"

	"detsample/anchors"
	"detsample/bench/dump"
	"detsample/bench/small/detector"
	"detsample/bench/small/nn"
	"detsample/bench/small/scene"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

const (
	trainingClasses = 3
	trainingSeed    = 1
	// learningRate is small, so that hundreds of timed steps on one batch
	// leave the network in the state of early training.
	learningRate = 1e-4
	// checkedSteps is how many updates the losses are followed for.
	checkedSteps = 5
)

// trainingOperations are a training step of the one-stage detector of
// bench/small/detector beside PyTorch's of the same network: forward, cross entropy
// over every anchor and SmoothL1 over the positives, backward, Adam. The peer
// does less: its images are converted to floats and its anchors assigned
// beforehand.
func trainingOperations() []operation {
	var all []operation
	for _, images := range []int{4, 8} {
		all = append(all, operation{
			name: "training step", size: fmt.Sprintf("%d images of 96x96", images), peer: "PyTorch", modules: torch,
			build: func(string) (*problem, error) { return trainingProblem(images) },
		})
	}
	return all
}

// training is the detector in training on one batch of generated scenes.
type training struct {
	config   detector.Config
	dense    rpn.Config
	batch    detector.Batch
	detector *detector.OneStage
	adam     *nn.Adam
	steps    uint64
}

func trainingProblem(images int) (*problem, error) {
	batch, err := trainingBatch(images)
	if err != nil {
		return nil, err
	}
	first := newTraining(batch)
	p := &problem{
		inputs: append(first.weights(), first.input()),
		call:   "training.step",
		arguments: map[string]any{
			"beta": first.dense.Box.(losses.SmoothL1).Beta, "rate": learningRate, "updates": checkedSteps,
		},
		ours: func() side {
			t := newTraining(batch)
			return side{
				run:     func() { t.step() },
				results: func() []dump.Array { return newTraining(batch).results() },
			}
		},
		checks: []check{within(1e-4, "losses")},
	}
	p.inputs = append(p.inputs, first.targets()...)
	for _, w := range first.detector.Params() {
		p.checks = append(p.checks, within(1e-4, "gradient."+w.Name))
	}
	return p, nil
}

func trainingBatch(images int) (b detector.Batch, err error) {
	c := scene.DefaultConfig()
	c.Train, c.Test, c.Classes = scene.Count(images), 1, trainingClasses
	set, err := scene.Generate(c, trainingSeed)
	if err != nil {
		return b, err
	}
	b = detector.Batch{Width: set.Width, Height: set.Height}
	for i := range set.Train {
		image := detector.Image{ID: uint64(i), Pix: set.Train[i].Pix}
		for _, object := range set.Train[i].Objects {
			image.Truth.Box = append(image.Truth.Box, object.Box)
			image.Truth.Class = append(image.Truth.Class, object.Class)
		}
		b.Images = append(b.Images, image)
	}
	return b, nil
}

func newTraining(b detector.Batch) *training {
	t := &training{config: detector.Default(), dense: rpn.OneStage(), batch: b}
	t.dense.Cls = losses.CE{}
	t.detector = detector.NewOneStage(t.config, t.dense, trainingClasses, rand.New(rand.NewPCG(trainingSeed, 0)))
	t.adam = nn.NewAdam(t.detector.Params(), nn.DefaultAdam())
	return t
}

// step returns the loss before the update.
func (t *training) step() float64 {
	value := t.gradients()
	t.adam.Step(learningRate)
	return value
}

// gradients runs forward and backward and returns the loss.
func (t *training) gradients() float64 {
	value := t.detector.Step(t.batch, sampling.Key{Seed: trainingSeed, Step: t.steps})[0].Value
	t.steps++
	return value.Cls + value.Box
}

// results are the gradients of every weight in the first step, and the losses
// of that and of the updates that follow.
func (t *training) results() []dump.Array {
	values := []float32{float32(t.gradients())}
	var arrays []dump.Array
	for _, w := range t.detector.Params() {
		arrays = append(arrays, floats("gradient."+w.Name, append([]float32(nil), w.Grad...), w.Shape...))
	}
	t.adam.Step(learningRate)
	for range checkedSteps {
		values = append(values, float32(t.step()))
	}
	return append(arrays, floats("losses", values))
}

func (t *training) weights() []dump.Array {
	var arrays []dump.Array
	for _, w := range t.detector.Params() {
		arrays = append(arrays, floats("weight."+w.Name, w.Value, w.Shape...))
	}
	return arrays
}

// input returns the images as the detector reads them, NHWC.
func (t *training) input() dump.Array {
	var values []float32
	for _, image := range t.batch.Images {
		for _, v := range image.Pix {
			values = append(values, (float32(v)-127.5)/64)
		}
	}
	return floats("input", values, len(t.batch.Images), t.batch.Height, t.batch.Width, 3)
}

// targets returns what the losses compare the head's outputs with: for each
// anchor of each image one target a class and its weight, and a delta and its
// weight, zero where there is no object. Weights hold the normaliser.
func (t *training) targets() []dump.Array {
	width, height := t.batch.Width, t.batch.Height
	candidates := anchors.Candidates{Box: t.config.Pyramid.Append(nil, width, height), Grid: t.config.Pyramid.Grids(width, height)}
	images, n := len(t.batch.Images), len(candidates.Box)
	class, classWeight := make([]float32, images*n*trainingClasses), make([]float32, images*n)
	delta, deltaWeight := make([]float32, images*n*4), make([]float32, images*n)
	count := losses.Count{Images: images}
	for i, image := range t.batch.Images {
		var assignment anchors.Assignment
		t.dense.Assigner.Assign(&assignment, &candidates, &image.Truth)
		for k, gt := range assignment.GT {
			row := i*n + k
			if gt == anchors.Ignored {
				continue
			}
			count.Valid++
			classWeight[row] = 1
			if gt >= 0 {
				count.Positives++
				deltaWeight[row] = 1
				class[row*trainingClasses+int(image.Truth.Class[gt])] = 1
				target := t.dense.Coder.Encode(candidates.Box[k], image.Truth.Box[gt])
				copy(delta[row*4:], target[:])
			}
		}
	}
	count.Sampled = count.Valid
	divide(classWeight, t.dense.Norm.Divisor(count))
	divide(deltaWeight, t.dense.Norm.Divisor(count)/t.dense.BoxWeight)
	return []dump.Array{
		floats("class", class, images, n, trainingClasses), floats("class_weight", classWeight, images, n),
		floats("delta", delta, images, n, 4), floats("delta_weight", deltaWeight, images, n),
	}
}

func divide(values []float32, by float64) {
	for i, v := range values {
		values[i] = float32(float64(v) / by)
	}
}
