package roi_test

import (
	"fmt"

	"detsample/anchors"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// Two steps of a two-stage detector whose second stage mines: its head runs on
// all candidates, and then on the 64 of highest loss. The heads' outputs are
// left at zero here.
func ExampleConfig_Step() {
	first, second := rpn.Objectness(), roi.SecondStage()
	second.Sampler = sampling.OHEM{Num: 64}
	pyramid := anchors.Pyramid{Levels: []anchors.Level{{Stride: 8, Sizes: []float32{16, 32}}}, Ratios: []float32{1}, Offset: 0.5}
	var field anchors.Field
	dense := rpn.Batch{Classes: 1, Anchors: *field.At(pyramid, 64, 64)}
	regions := roi.Batch{Classes: 2}
	n := len(dense.Anchors.Box)
	dense.Logits, dense.Deltas = make([]float32, n), make([]float32, n*4)
	head := func(rois []roi.ROI, mining bool) (logits, deltas []float32) {
		return make([]float32, len(rois)*3), make([]float32, len(rois)*4)
	}
	var denseWork rpn.Work
	var detectWork rpn.DetectWork
	var regionWork roi.Work
	for step := range uint64(2) {
		truth, key := anchors.Truth{Box: []anchors.Box{{18, 20, 34, 38}}, Class: []int32{1}}, sampling.Key{Seed: 1, Step: step}
		dense.Images, dense.Key = []rpn.Image{{ID: step, Truth: truth}}, key
		a := first.Step(&denseWork, &dense)
		image := roi.Image{ID: step, Truth: truth}
		output := rpn.Output{Classes: 1, Logits: dense.Logits, Deltas: dense.Deltas, Width: 64, Height: 64}
		for _, p := range first.Detect(&detectWork, nil, rpn.Proposals(100), dense.Anchors.Box, output) {
			image.Proposals = append(image.Proposals, p.Box)
		}
		regions.Images, regions.Key = []roi.Image{image}, key
		b := second.Step(&regionWork, &regions, head)
		fmt.Printf("rpn %.3f + %.3f, roi %.3f + %.3f over %d of %d\n",
			a.Cls, a.Box, b.Cls, b.Box, len(regionWork.ROIs()), len(regionWork.Candidates()))
	}
	// Output:
	// rpn 0.693 + 0.001, roi 1.099 + 0.017 over 64 of 101
	// rpn 0.693 + 0.001, roi 1.099 + 0.017 over 64 of 101
}
