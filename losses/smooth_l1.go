package losses

import (
	"math"

	"detsample/internal/boxloss"
)

// SmoothL1 sums over the four deltas, with e the error of each,
//
//	e²/(2 Beta)      |e| <  Beta
//	|e| - Beta/2     otherwise
//
// so that the slope never exceeds 1. Beta 0 is L1.
//
// Source: Fast R-CNN (Girshick 2015); beta 1 in mmdetection, 1/9 in
// torchvision's RPN and RetinaNet and in py-faster-rcnn (sigma 3), 0 in
// detectron2.
type SmoothL1 struct {
	Beta float64 `range:"[0,)" doc:"error at which the parabola becomes a line"`
}

var _ vectored = SmoothL1{}

// Space implements [Box].
func (SmoothL1) Space() Space { return Deltas }

func (l SmoothL1) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.SmoothL1, boxloss.Parameters{l.Beta}, true
}

// Row implements [Box].
func (l SmoothL1) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	total := 0.0
	for k := range pred {
		e := float64(pred[k]) - float64(truth[k])
		size := math.Abs(e)
		slope := 0.0
		switch {
		case size < l.Beta:
			total += e * e / (2 * l.Beta)
			slope = e / l.Beta
		case size != 0: // NaN too, which must not pass for a perfect box
			total += size - l.Beta/2
			slope = math.Copysign(1, e)
		}
		if grad != nil {
			grad[k] = float32(slope)
		}
	}
	return total
}
