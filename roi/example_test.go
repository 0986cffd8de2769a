package roi_test

import (
	"fmt"

	"detsample/anchors"
	"detsample/roi"
	"detsample/sampling"
)

// One step of the second stage on one image, under a head that has learned
// nothing and gives zeros.
func Example() {
	const classes = 2
	config := roi.SecondStage()
	config.Sampler = sampling.NewRandom(4, 0.5)
	batch := roi.Batch{
		Classes: classes,
		Images: []roi.Image{{
			ID:        1,
			Truth:     anchors.Truth{Box: []anchors.Box{{10, 10, 30, 30}}, Class: []int32{1}},
			Proposals: []anchors.Box{{0, 0, 20, 20}, {12, 10, 30, 28}, {40, 0, 60, 30}, {5, 40, 20, 60}, {30, 30, 64, 64}},
		}},
		Key: sampling.Key{Seed: 1, Step: 0},
	}
	head := func(rois []roi.ROI, mining bool) (logits, deltas []float32) {
		for _, r := range rois {
			fmt.Println(r.Box)
		}
		return make([]float32, len(rois)*(classes+1)), make([]float32, len(rois)*4)
	}
	var work roi.Work
	value := config.Step(&work, &batch, head)
	fmt.Printf("classification %.3f, boxes %.3f\n", value.Cls, value.Box)
	// Output:
	// [0 0 20 20]
	// [12 10 30 28]
	// [40 0 60 30]
	// [10 10 30 30]
	// classification 1.099, boxes 0.147
}
