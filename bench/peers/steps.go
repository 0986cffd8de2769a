package main

import (
	"fmt"
	"math"

	"detsample/anchors"
	"detsample/bench/dump"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

const (
	stepImages, stepObjects = 2, 20
	stepClasses             = 80
)

// stepOperations are whole training steps of the two stages of Faster R-CNN,
// from the outputs of the network to their gradients: assignment, sampling,
// coding and both losses.
func stepOperations(s sizes) []operation {
	width, height := s.image()
	proposals := s.of(2000)
	return []operation{
		{
			name: "RPN step, 256 sampled", size: fmt.Sprintf("%d images x %dk anchors, %d objects", stepImages, retina().Count(width, height)/1000, stepObjects),
			peer: "torchvision", modules: torch, goal: 50,
			build: func(string) (*problem, error) { return rpnProblem(width, height), nil },
		},
		{
			name: "RoI step, 512 sampled", size: fmt.Sprintf("%d images x %d proposals, %d objects", stepImages, proposals, stepObjects),
			peer: "torchvision", modules: torch,
			build: func(string) (*problem, error) { return roiProblem(width, height, proposals), nil },
		},
	}
}

// everything is a sampler that keeps all candidates and weighs them as the
// random sampler does, so that two sides that draw differently can be
// compared.
var everything = sampling.NewRandom(math.MaxInt32, 0.5)

// rpnProblem is a step of the region proposal network. The sides agree on the
// losses and gradients of all anchors, as what they sample is random.
func rpnProblem(width, height int) *problem {
	rng := newRand(8)
	p := retina()
	c := anchors.Candidates{Box: p.Append(nil, width, height), Grid: p.Grids(width, height), Pyramid: &p}
	n := len(c.Box)
	logits, deltas := normals(rng, stepImages*n, -3, 2), normals(rng, stepImages*n*4, 0, 0.3)
	var images []rpn.Image
	var truth []anchors.Box
	for i := range stepImages {
		boxes := objects(rng, stepObjects, float64(width), float64(height))
		truth = append(truth, boxes...)
		images = append(images, rpn.Image{ID: uint64(i), Truth: anchors.Truth{Box: boxes, Class: make([]int32, stepObjects)}})
	}
	config := rpn.Objectness()
	config.Assigner = asTorchvision(0.7, 0.3)
	return &problem{
		inputs: []dump.Array{
			quads("anchors", c.Box), floats("objects", flat(truth), stepImages, stepObjects, 4),
			floats("logits", logits, len(logits), 1), floats("deltas", deltas, len(logits), 4),
		},
		call: "steps.rpn",
		ours: func() side {
			b := &rpn.Batch{
				Classes: 1, Anchors: c, Images: images, Key: sampling.Key{Seed: 1},
				Logits: logits, GradLogits: make([]float32, len(logits)),
				Deltas: deltas, GradDeltas: make([]float32, len(deltas)),
			}
			var work rpn.Work
			return side{
				run: func() {
					b.Key.Step++
					config.Step(&work, b)
				},
				results: func() []dump.Array {
					all := config
					all.Sampler = everything
					v := all.Step(&work, b)
					return stepResults(v, b.GradLogits, b.GradDeltas)
				},
			}
		},
		checks: stepChecks,
		bytes:  float64(stepImages*n) * (boxBytes + floatBytes + boxBytes), // boxes read, gradients written
	}
}

var stepChecks = []check{within(1e-5, "classification"), within(1e-5, "box"), within(1e-5, "logit gradient"), within(1e-4, "delta gradient")}

func stepResults(v losses.Value, logits, deltas []float32) []dump.Array {
	return []dump.Array{
		number("classification", v.Cls), number("box", v.Box),
		floats("logit gradient", logits), floats("delta gradient", deltas),
	}
}

// roiProblem is a step of the second stage. For the check, every candidate is
// sampled, and the head's output is of that many rows.
func roiProblem(width, height, proposals int) *problem {
	rng := newRand(9)
	var images []roi.Image
	var truth, all []anchors.Box
	var class []int32
	for i := range stepImages {
		boxes := objects(rng, stepObjects, float64(width), float64(height))
		m := roi.Image{ID: uint64(i), Truth: anchors.Truth{Box: boxes, Class: labels(rng, stepObjects, stepClasses, 1)}}
		some := append(near(rng, proposals/4, boxes, 0.1), objects(rng, proposals-proposals/4, float64(width), float64(height))...)
		m.Proposals = some
		images = append(images, m)
		truth, class, all = append(truth, boxes...), append(class, m.Truth.Class...), append(all, some...)
	}
	rows := stepImages * (proposals + stepObjects)
	logits, deltas := normals(rng, rows*(stepClasses+1), 0, 1), normals(rng, rows*stepClasses*4, 0, 0.5)
	config := roi.SecondStage()
	config.PerClass, config.Box = true, losses.SmoothL1{Beta: 1.0 / 9}
	return &problem{
		inputs: []dump.Array{
			floats("proposals", flat(all), stepImages, proposals, 4), floats("objects", flat(truth), stepImages, stepObjects, 4),
			integers("class", class),
			floats("logits", logits, rows, stepClasses+1), floats("deltas", deltas, rows, stepClasses, 4),
		},
		call: "steps.roi",
		ours: func() side {
			var work roi.Work
			batch := roi.Batch{Classes: stepClasses, Images: images, Key: sampling.Key{Seed: 1}}
			head := func(rois []roi.ROI, _ bool) ([]float32, []float32) {
				return logits[:len(rois)*(stepClasses+1)], deltas[:len(rois)*stepClasses*4]
			}
			return side{
				run: func() {
					batch.Key.Step++
					config.Step(&work, &batch, head)
				},
				results: func() []dump.Array {
					whole := config
					whole.Sampler = everything
					v := whole.Step(&work, &batch, head)
					return stepResults(v, batch.GradLogits, batch.GradDeltas)
				},
			}
		},
		checks: stepChecks,
		bytes:  float64(stepImages*512*(stepClasses+1+4*stepClasses)) * 2 * floatBytes,
	}
}
