package detector_test

import (
	"fmt"
	"math/rand/v2"

	"detsample/anchors"
	"detsample/bench/small/detector"
	"detsample/bench/small/nn"
	"detsample/rpn"
	"detsample/sampling"
)

// A detector is trained like any network: Step leaves gradients, an optimiser
// takes them. What it learns from is the strategy's business.
func Example() {
	strategy := rpn.OneStage() // RetinaNet: focal loss over every anchor
	strategy.Sampler = sampling.All{}
	d := detector.NewOneStage(detector.Default(), strategy, 1, rand.New(rand.NewPCG(1, 2)))

	image := detector.Image{Pix: make([]uint8, 3*64*64)}
	for y := 20; y < 36; y++ {
		for x := 3 * 24; x < 3*40; x++ {
			image.Pix[3*64*y+x] = 255
		}
	}
	image.Truth = anchors.Truth{Box: []anchors.Box{{24, 20, 40, 36}}, Class: []int32{0}}
	batch := detector.Batch{Width: 64, Height: 64, Images: []detector.Image{image}}

	optimizer := nn.NewAdam(d.Params(), nn.DefaultAdam())
	for step := range uint64(60) {
		d.Step(batch, sampling.Key{Seed: 1, Step: step})
		optimizer.Step(0.003)
	}

	found := make([][]anchors.Detection, 1)
	d.Detect(found, batch)
	fmt.Println("IoU of the best detection above 0.7:", anchors.IoU(found[0][0].Box, image.Truth.Box[0]) > 0.7)
	// Output: IoU of the best detection above 0.7: true
}
