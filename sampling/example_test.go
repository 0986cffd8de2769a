package sampling_test

import (
	"fmt"

	"detsample/anchors"
	"detsample/sampling"
)

// Four candidates of one image at most, half of them positive.
func ExampleRandom() {
	const bg, ignored = anchors.Negative, anchors.Ignored
	candidates := sampling.Candidates{GT: []int32{bg, 0, bg, ignored, bg, bg, 1, bg}}

	var source sampling.Source
	var sample sampling.Sample
	sampler := sampling.NewRandom(4, 0.5)
	for step := range uint64(3) {
		key := sampling.Key{Seed: 42, Step: step, Stage: sampling.StageRPN, Image: 7}
		sampler.Sample(&sample, &candidates, source.At(key))
		fmt.Println(sample.Index, sample.Positives)
	}
	// Output:
	// [0 1 4 6] 2
	// [0 1 4 6] 2
	// [1 4 5 6] 2
}

// One positive brings the three hardest negatives with it.
func ExampleHardNegative() {
	const bg = anchors.Negative
	candidates := sampling.Candidates{
		GT:       []int32{bg, 0, bg, bg, bg, bg},
		Hardness: []float32{0.1, 0.7, 2.5, 0.2, 0.9, 0.2},
	}

	var sample sampling.Sample
	sampling.HardNegative{Ratio: 3}.Sample(&sample, &candidates, nil)
	fmt.Println(sample.Index, sample.Positives)
	// Output: [1 2 3 4] 1
}
