package losses_test

import (
	"fmt"

	"detsample/anchors"
	"detsample/losses"
	"detsample/rpn"
)

// sides is a head that gives each side of a box a distribution: how probable
// distances of 0, 1, ..., 16 strides from the anchor's centre are.
type sides struct {
	losses.DistributionFocal
	stride       float32
	logits, grad []float32 // (anchors, 4, Bins+1): left, top, right, bottom
}

// outward is the direction of a side, by which a distance moves it.
var outward = [4]float32{-1, -1, 1, 1}

// at returns where the four sides' logits of an anchor lie in those of all.
func (h *sides) at(anchor int32) (from, to int) {
	size := 4 * (h.Bins + 1)
	return int(anchor) * size, int(anchor+1) * size
}

// box returns the box of the expected distances from an anchor's centre.
func (h *sides) box(anchor int32, a anchors.Box) (box anchors.Box) {
	from, _ := h.at(anchor)
	x, y := a.Center()
	for s := range box {
		side := h.logits[from+s*(h.Bins+1):][:h.Bins+1]
		box[s] = [2]float32{float32(x), float32(y)}[s%2] + outward[s]*h.stride*float32(h.Distance(side))
	}
	return box
}

// step fills grad and returns the loss of Generalized Focal Loss: of a positive
// 2 GIoU of the box of its expected distances, and a quarter of the mean of the
// distribution focal losses of its sides.
func (h *sides) step(t *losses.BoxBatch) (loss float64) {
	clear(h.grad)
	through := make([]float32, h.Bins+1)
	for i, anchor := range t.Rows {
		from, to := h.at(anchor)
		x, y := t.Anchor[i].Center()
		logits, grad := h.logits[from:to], h.grad[from:to]
		var distance, weight [4]float32
		for s := range distance {
			distance[s] = outward[s] * (t.Truth[i][s] - [2]float32{float32(x), float32(y)}[s%2]) / h.stride
			weight[s] = t.Weight[i] / 16
		}
		loss += h.Eval(grad, logits, distance[:], weight[:])

		var bySide [4]float32 // the derivative by where a side lies
		loss += 2 * float64(t.Weight[i]) * losses.GIoU{}.Row(&bySide, h.box(anchor, t.Anchor[i]), t.Truth[i])
		for s, slope := range bySide {
			side := s * (h.Bins + 1)
			h.DistanceBackward(through, logits[side:][:h.Bins+1], float64(2*t.Weight[i]*slope*outward[s]*h.stride))
			for k, g := range through {
				grad[side+k] += g
			}
		}
	}
	return loss
}

// The box head of Generalized Focal Loss: a stage says which anchors are positive,
// for which object and by which weight; the head's loss is the box's and that of
// its sides' distributions. Here the head is a table of logits.
func ExampleDistributionFocal() {
	pyramid := anchors.Pyramid{Levels: []anchors.Level{{Stride: 8, Sizes: []float32{64}}}, Ratios: []float32{1}, Offset: 0.5}
	config := rpn.OneStage()
	config.Assigner, config.Cls = anchors.NewATSS(), losses.QualityFocal{Beta: 2}
	batch := rpn.Batch{Classes: 1, Anchors: *new(anchors.Field).At(pyramid, 128, 128), Images: []rpn.Image{
		{Truth: anchors.Truth{Box: []anchors.Box{{20, 30, 84, 75}, {70, 50, 118, 122}}, Class: []int32{0, 0}}},
	}}
	var work rpn.Work
	targets := config.Targets(&work, &batch).Box

	head := sides{DistributionFocal: losses.DistributionFocal{Bins: 16}, stride: 8}
	_, size := head.at(int32(len(batch.Anchors.Box)) - 1)
	head.logits, head.grad = make([]float32, size), make([]float32, size)
	for step := range 401 {
		loss, iou := head.step(targets), 0.0
		for i, anchor := range targets.Rows {
			iou += float64(anchors.IoU(head.box(anchor, targets.Anchor[i]), targets.Truth[i])) / float64(len(targets.Rows))
		}
		if step%200 == 0 {
			fmt.Printf("step %d: loss %.2f, mean IoU of %d positives %.2f\n", step, loss, len(targets.Rows), iou)
		}
		for i, g := range head.grad {
			head.logits[i] -= 10 * g
		}
	}
	// Output:
	// step 0: loss 2.33, mean IoU of 5 positives 0.19
	// step 200: loss 0.12, mean IoU of 5 positives 0.99
	// step 400: loss 0.11, mean IoU of 5 positives 0.99
}
