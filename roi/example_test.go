package roi_test

import (
	"fmt"

	"detsample/anchors"
	"detsample/roi"
	"detsample/sampling"
)

// One step of the second stage on one image: join, sample, run the head, take
// the loss. A head that has learned nothing gives zeros.
func Example() {
	const classes = 2
	config := roi.SecondStage()
	config.Sampler = sampling.NewRandom(4, 0.5)
	proposals := []anchors.Box{{0, 0, 20, 20}, {12, 10, 30, 28}, {40, 0, 60, 30}, {5, 40, 20, 60}, {30, 30, 64, 64}}
	image := roi.Image{ID: 1, Truth: anchors.Truth{Box: []anchors.Box{{10, 10, 30, 30}}, Class: []int32{1}}}

	var work roi.Work
	work.Reset(classes)
	config.Join(&work, proposals, image)
	config.Sample(&work, nil, nil, sampling.Key{Seed: 1, Step: 0, Stage: sampling.StageROI})
	for _, r := range work.ROIs() {
		fmt.Println(r.Box)
	}
	n := len(work.ROIs())
	value := config.Loss(&work, &roi.Batch{
		Logits: make([]float32, n*(classes+1)), GradLogits: make([]float32, n*(classes+1)),
		Deltas: make([]float32, n*4), GradDeltas: make([]float32, n*4),
	})
	fmt.Printf("classification %.3f, boxes %.3f\n", value.Cls, value.Box)
	// Output:
	// [0 0 20 20]
	// [12 10 30 28]
	// [40 0 60 30]
	// [10 10 30 30]
	// classification 1.099, boxes 0.147
}
