package main

import (
	"fmt"
	"math"

	"detsample/anchors"
	"detsample/bench/dump"
	"detsample/sampling"
)

// samplerGoal is the least ratio of mmdetection's time to ours.
const samplerGoal = 5

// samplerOperations are mmdetection's samplers, of which the random ones are
// compared by how many they keep.
func samplerOperations(s sizes) []operation {
	var all []operation
	add := func(name, call string, n int, sampler sampling.Sampler, checks ...check) {
		all = append(all, operation{
			name: name, size: fmt.Sprintf("%.3gk", float64(n)/1000), peer: "mmdetection", modules: openmmlab, goal: samplerGoal,
			build: func(string) (*problem, error) { return samplerProblem("samplers."+call, n, sampler, checks), nil },
		})
	}
	quota := sampling.Quota{Num: 512, PositiveFraction: 0.25}
	for _, n := range []int{s.of(20_000), s.of(200_000)} {
		add("OHEM, 512 at 1:3", "ohem", n, sampling.BalancedOHEM{Quota: quota}, equal("kept"))
		add("instance-balanced, 512 at 1:3", "instance_balanced", n, sampling.InstanceBalanced{Quota: quota}, equal("counts"))
		add("IoU-balanced, 512 at 1:3", "iou_balanced", n, sampling.NewIoUBalanced(512, 0.25), equal("counts"))
		add("instance- and IoU-balanced, 512 at 1:3", "libra", n, sampling.NewCombined(512, 0.25), equal("counts"))
	}
	add("ScoreHLR, 512 at 1:3", "score_hlr", max(1000, s.of(2000)), sampling.NewScoreHLR(512, 0.25), equal("kept"), within(1e-4, "weight"))
	return all
}

// samplerProblem is the choice among n candidates, one in forty of which
// belongs to one of 20 objects, and one in ten of which overlaps one.
func samplerProblem(call string, n int, sampler sampling.Sampler, checks []check) *problem {
	p := selectionProblem(call, n, n/40, sampler, check{})
	p.checks = checks
	rng := newRand(23)
	c := &sampling.Candidates{
		GT: make([]int32, n), IoU: make([]float32, n), Hardness: p.inputs[1].Float,
		Box: objects(rng, n, imageWidth, imageHeight), Classes: 80,
	}
	for i, g := range p.inputs[0].Int {
		switch c.GT[i] = int32(g); {
		case g >= 0:
			c.IoU[i] = 0.5 + 0.5*rng.Float32()
		case rng.IntN(10) == 0:
			c.IoU[i] = 0.5 * rng.Float32()
		}
	}
	p.inputs = append(p.inputs, floats("iou", c.IoU))
	if sampler.Needs()&sampling.NeedScore != 0 {
		logits := normals(rng, n*(c.Classes+1), 0, 1.5)
		c.Score = probabilities(logits, c.Classes)
		c.Decoded = near(rng, n, objects(rng, 100, imageWidth, imageHeight), 0.15)
		p.inputs = append(p.inputs, floats("logits", logits, n, c.Classes+1), quads("decoded", c.Decoded))
	}
	p.ours = func() side {
		var sample sampling.Sample
		var source sampling.Source
		rng := source.At(sampling.Key{Seed: 1})
		return side{
			run: func() { sampler.Sample(&sample, c, rng) },
			results: func() []dump.Array {
				var weight []float32
				for i, at := range sample.Index {
					if c.GT[at] == anchors.Negative && len(sample.Weight) > 0 {
						weight = append(weight, sample.Weight[i])
					}
				}
				counts := []int{sample.Positives, len(sample.Index) - sample.Positives}
				return []dump.Array{integers("kept", sample.Index), integers("counts", counts), floats("weight", weight)}
			},
		}
	}
	return p
}

// probabilities is the softmax of rows of logits without its last column.
func probabilities(logits []float32, classes int) []float32 {
	var p []float32
	for ; len(logits) > 0; logits = logits[classes+1:] {
		sum := 0.0
		for _, x := range logits[:classes+1] {
			sum += math.Exp(float64(x))
		}
		for _, x := range logits[:classes] {
			p = append(p, float32(math.Exp(float64(x))/sum))
		}
	}
	return p
}
