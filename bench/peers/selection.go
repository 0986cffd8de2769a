package main

import (
	"fmt"

	"detsample/bench/dump"
	"detsample/sampling"
)

// selectionOperations are the samplers that users reach for first.
func selectionOperations(s sizes) []operation {
	n := s.of(200_000)
	row := func(name, peer, call string, positives int, goal float64, sampler sampling.Sampler, c check) operation {
		return operation{
			name: name, size: fmt.Sprintf("%dk", n/1000), peer: peer, modules: torch, goal: goal,
			build: func(string) (*problem, error) { return selectionProblem(call, n, positives, sampler, c), nil },
		}
	}
	balanced, ssd, ohem := sampling.NewRandom(256, 0.5), sampling.HardNegative{Ratio: 3}, sampling.OHEM{Num: 512}
	return []operation{
		row("balanced sampler, 256 at 1:1", "torchvision", "selection.balanced", 100, 5, balanced, equal("counts")),
		row("hard negatives, 3:1, 500 positives", "torchvision's SSD", "selection.ssd", 500, 25, ssd, equal("kept")),
		row("hard negatives, 3:1, 500 positives", "topk in PyTorch", "selection.ssd_by_topk", 500, 0, ssd, equal("kept")),
		row("OHEM, top 512", "topk in PyTorch", "selection.ohem", 100, 2, ohem, equal("kept")),
	}
}

// selectionProblem is the choice among n candidates of which some are
// positive. Their losses fall off as a trained detector's do.
func selectionProblem(call string, n, positives int, sampler sampling.Sampler, c check) *problem {
	rng := newRand(2)
	gt := make([]int32, n)
	hardness := make([]float32, n)
	for i := range gt {
		gt[i] = -1
		hardness[i] = float32(rng.ExpFloat64() * rng.ExpFloat64())
	}
	for k, i := range rng.Perm(n)[:positives] {
		gt[i] = int32(k % 20)
	}
	candidates := &sampling.Candidates{GT: gt, Hardness: hardness, IoU: make([]float32, n)}
	bytes := float64(n * labelBytes)
	if sampler.Needs()&sampling.NeedHardness != 0 {
		bytes += float64(n * floatBytes)
	}
	return &problem{
		inputs: []dump.Array{integers("labels", gt), floats("hardness", hardness)},
		call:   call,
		ours: func() side {
			var sample sampling.Sample
			var source sampling.Source
			rng := source.At(sampling.Key{Seed: 1})
			return side{
				run: func() { sampler.Sample(&sample, candidates, rng) },
				results: func() []dump.Array {
					counts := []int{sample.Positives, len(sample.Index) - sample.Positives}
					return []dump.Array{integers("kept", sample.Index), integers("counts", counts)}
				},
			}
		},
		checks: []check{c},
		bytes:  bytes,
	}
}
