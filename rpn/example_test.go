package rpn_test

import (
	"fmt"

	"detsample/anchors"
	"detsample/rpn"
	"detsample/sampling"
)

// One step of a region proposal network that has learned nothing yet, on two
// tiny images, the second empty.
func Example() {
	config := rpn.Objectness()
	config.Sampler = sampling.NewRandom(8, 0.5)

	pyramid := anchors.Pyramid{Levels: []anchors.Level{{Stride: 8, Sizes: []float32{16}}}, Ratios: []float32{1}, Offset: 0.5}
	cells := pyramid.Count(32, 32)
	batch := rpn.Batch{
		Classes: 1,
		Anchors: anchors.Candidates{Box: pyramid.Append(nil, 32, 32), Grid: pyramid.Grids(32, 32)},
		Images: []rpn.Image{
			{ID: 1, Truth: anchors.Truth{Box: []anchors.Box{{4, 4, 20, 22}}, Class: []int32{0}}},
			{ID: 2},
		},
		Key:    sampling.Key{Seed: 1, Step: 0, Stage: sampling.StageRPN},
		Logits: make([]float32, 2*cells), GradLogits: make([]float32, 2*cells),
		Deltas: make([]float32, 2*cells*4), GradDeltas: make([]float32, 2*cells*4),
	}
	var work rpn.Work
	value := config.Step(&work, &batch)
	fmt.Printf("classification %.3f, boxes %.3f\n", value.Cls, value.Box)
	fmt.Printf("%d positives and %d negatives of %d and %d\n", value.Balance.UsedPositives,
		value.Balance.UsedNegatives, value.Balance.Positives, value.Balance.Negatives)
	// Output:
	// classification 0.693, boxes 0.005
	// 1 positives and 15 negatives of 1 and 27
}
