package losses

import "math"

// IoU is the loss of decoded boxes by their intersection over union v alone:
//
//	log     -log max(v, 1e-6)
//	linear  1 - v
//	square  1 - v²
//
// It is symmetric and does not change with scale. Boxes that do not meet have
// no slope, so that it learns from positives that overlap their ground truth.
//
// Source: UnitBox (Yu et al. 2016, arXiv 1608.01471), log; mmdetection's
// IoULoss, all three.
type IoU struct {
	Mode string `oneof:"log|linear|square" doc:"how the overlap becomes a loss"`
}

// NewIoU returns the loss with the given mode: "log", "linear" or "square".
func NewIoU(mode string) IoU { return IoU{Mode: mode} }

var _ Box = IoU{}

// leastIoU keeps the logarithm finite.
const leastIoU = 1e-6

// Space implements [Box].
func (IoU) Space() Space { return Decoded }

// Row implements [Box].
func (l IoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, ok := newPair(pred, truth)
	if !ok {
		return nothing(grad)
	}
	iou := p.iou()
	if iou.v < leastIoU {
		iou = constant(leastIoU)
	}
	switch l.Mode {
	case "linear":
		return constant(1).minus(iou).put(grad)
	case "square":
		return constant(1).minus(iou.square()).put(grad)
	}
	return iou.chain(max(0, -math.Log(iou.v)), -1/iou.v).put(grad)
}
