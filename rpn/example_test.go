package rpn_test

import (
	"fmt"

	"detsample/anchors"
	"detsample/losses"
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
		Key:    sampling.Key{Seed: 1, Step: 0},
		Logits: make([]float32, 2*cells), Deltas: make([]float32, 2*cells*4),
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

// Two steps of a one-stage detector, under SSD's mining. The network's output is
// left at zero here.
func ExampleConfig_Step() {
	config := rpn.OneStage()
	config.Sampler, config.Cls = sampling.HardNegative{Ratio: 3}, losses.CE{}
	pyramid := anchors.Pyramid{
		Levels: []anchors.Level{{Stride: 8, Sizes: []float32{16}}, {Stride: 16, Sizes: []float32{32}}},
		Ratios: []float32{0.5, 1, 2}, Offset: 0.5,
	}
	var field anchors.Field
	batch := rpn.Batch{Classes: 2, Anchors: *field.At(pyramid, 64, 64)}
	rows := 2 * len(batch.Anchors.Box)
	batch.Logits, batch.Deltas = make([]float32, rows*batch.Classes), make([]float32, rows*4)
	var work rpn.Work
	for step := range uint64(2) {
		batch.Images = []rpn.Image{
			{ID: 2 * step, Truth: anchors.Truth{Box: []anchors.Box{{18, 20, 34, 38}}, Class: []int32{1}}},
			{ID: 2*step + 1}, // without objects
		}
		batch.Key = sampling.Key{Seed: 1, Step: step}
		value := config.Step(&work, &batch)
		fmt.Printf("loss %.2f + %.2f, %d gradients of logits\n", value.Cls, value.Box, len(batch.GradLogits))
	}
	// Output:
	// loss 5.55 + 0.37, 960 gradients of logits
	// loss 5.55 + 0.37, 960 gradients of logits
}
