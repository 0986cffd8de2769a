package rpn_test

import (
	"fmt"

	"detsample/anchors"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// The example of README.md: a training step's targets, samples, losses and
// gradients from a network's outputs.
func ExampleConfig_Step() {
	var work rpn.Work
	batch := oneObject(64, 64) // your network's outputs for every anchor, and room for their gradients

	config := rpn.OneStage()                         // RetinaNet's strategy: every anchor, focal loss
	config.Sampler = sampling.HardNegative{Ratio: 3} // or SSD's: each positive with its three hardest negatives,
	config.Cls = losses.CE{}                         // under cross entropy
	value := config.Step(&work, &batch)

	fmt.Printf("loss %.2f + %.2f\n", value.Cls, value.Box)
	fmt.Printf("seen 1:%d, used 1:%d\n", value.Balance.Negatives/value.Balance.Positives, value.Balance.UsedNegatives/value.Balance.UsedPositives)
	// batch.GradLogits and batch.GradDeltas go into the network's backward pass.

	// Output:
	// loss 5.55 + 0.37
	// seen 1:118, used 1:3
}

// oneObject returns an untrained head's outputs over an image with an object.
func oneObject(width, height int) rpn.Batch {
	pyramid := anchors.Pyramid{
		Levels: []anchors.Level{{Stride: 8, Sizes: []float32{16}}, {Stride: 16, Sizes: []float32{32}}},
		Ratios: []float32{0.5, 1, 2}, Offset: 0.5,
	}
	const classes = 2
	n := pyramid.Count(width, height)
	return rpn.Batch{
		Classes: classes,
		Anchors: anchors.Candidates{Box: pyramid.Append(nil, width, height)},
		Images:  []rpn.Image{{ID: 1, Truth: anchors.Truth{Box: []anchors.Box{{18, 20, 34, 38}}, Class: []int32{1}}}},
		Logits:  make([]float32, n*classes), GradLogits: make([]float32, n*classes),
		Deltas: make([]float32, n*4), GradDeltas: make([]float32, n*4),
	}
}
