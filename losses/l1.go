package losses

import "detsample/internal/boxloss"

// L1 is the sum of the four deltas' absolute errors. Its slope is 0 at 0.
//
// Source: detectron2's box losses (beta 0); [SmoothL1] with Beta 0.
type L1 struct{}

var _ vectored = L1{}

// Space implements [Box].
func (L1) Space() Space { return Deltas }

func (L1) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.SmoothL1, boxloss.Parameters{}, true
}

// Row implements [Box].
func (L1) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	return SmoothL1{}.Row(grad, pred, truth)
}
