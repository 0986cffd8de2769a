package main

import (
	"fmt"

	"detsample/anchors"
	"detsample/bench/dump"
	"detsample/losses"
)

// boxLosses are the losses of positives' boxes and the functions that compute
// them in PyTorch.
var boxLosses = []struct {
	name, call, peer string
	loss             losses.Box
}{
	{"L1", "l1", "mmdetection", losses.L1{}},
	{"smooth L1", "smooth_l1", "mmdetection", losses.SmoothL1{Beta: 1}},
	{"Huber", "huber", "PyTorch", losses.Huber{Delta: 1}},
	{"balanced L1", "balanced_l1", "mmdetection", losses.NewBalancedL1(0.5, 1.5)},
	{"GHM-R", "ghm_r", "mmdetection", losses.GHMR{Mu: 0.02, Bins: 10}},
	{"IoU, log", "iou", "mmdetection", losses.IoU{Mode: losses.IoULog}},
	{"GIoU", "giou", "mmdetection", losses.GIoU{}},
	{"DIoU", "diou", "mmdetection", losses.DIoU{}},
	{"CIoU", "ciou", "mmdetection", losses.CIoU{FromIoU: 0.5}},
	{"EIoU", "eiou", "PyTorch", losses.EIoU{}},
	{"SIoU", "siou", "mmdetection", losses.SIoU{Theta: 4}},
	{"extended IoU", "extended_iou", "mmdetection", losses.ExtendedIoU{Smooth: 0.1}},
	{"NWD", "nwd", "PyTorch", losses.NWD{C: 12.8}},
}

// boxLossOperations are the value and the gradient of box losses over the
// positives among many candidates, encoding or decoding included.
func boxLossOperations(s sizes) []operation {
	var all []operation
	for _, l := range boxLosses {
		modules := torch
		if l.peer == "mmdetection" {
			modules = openmmlab
		}
		n, positives := s.of(200_000), s.of(1000)
		all = append(all, operation{
			name: l.name + " loss of boxes, value and gradient", size: fmt.Sprintf("%d of %dk", positives, n/1000), peer: l.peer, modules: modules, goal: lossGoal,
			build: func(string) (*problem, error) { return boxLossProblem("boxlosses."+l.call, l.loss, n, positives), nil },
		})
	}
	return all
}

// boxLossProblem is a loss over n rows of deltas of which some are positive.
// The peer has the encoded ground truth beforehand.
func boxLossProblem(call string, loss losses.Box, n, positives int) *problem {
	rng := newRand(24)
	b := losses.BoxBatch{Deltas: normals(rng, 4*n, 0, 0.2), Columns: 4, Coder: anchors.NewCoder(1, 1, 1, 1)}
	b.Anchor = objects(rng, positives, imageWidth, imageHeight)
	encoded := make([]anchors.Delta, positives)
	for i, a := range b.Anchor {
		b.Rows = append(b.Rows, int32(i*n/positives))
		b.Weight = append(b.Weight, 1)
		b.Truth = append(b.Truth, near(rng, 1, []anchors.Box{a}, 0.15)[0])
		encoded[i] = b.Coder.Encode(a, b.Truth[i])
	}
	return &problem{
		inputs: []dump.Array{
			floats("deltas", b.Deltas, n, 4), integers("rows", b.Rows),
			quads("anchors", b.Anchor), quads("truth", b.Truth), quads("encoded", encoded),
		},
		call: call,
		ours: func() side {
			grad, b := make([]float32, len(b.Deltas)), b
			return valueAndGradient(grad, func() float64 { return losses.EvalBox(loss, grad, &b) })
		},
		checks: []check{within(1e-4, "value"), within(1e-4, "gradient")},
		bytes:  float64(4*n)*floatBytes + float64(positives)*(3*boxBytes+2*floatBytes), // gradients written
	}
}
