package losses

import (
	"math"

	"detsample/internal/boxloss"
	"detsample/internal/choice"
)

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
	Mode IoUMode `oneof:"log|linear|square" doc:"how the overlap becomes a loss"`
}

// IoUMode says how [IoU] makes a loss of the overlap.
type IoUMode uint8

// The modes.
const (
	IoULog IoUMode = iota
	IoULinear
	IoUSquare
)

var iouModes = []string{"log", "linear", "square"}

// MarshalText writes the value as UnmarshalText reads it.
func (m IoUMode) MarshalText() ([]byte, error) { return choice.Marshal(m, iouModes) }

// UnmarshalText accepts log, linear or square.
func (m *IoUMode) UnmarshalText(text []byte) error {
	return choice.Unmarshal(m, "mode of the IoU loss", iouModes, text)
}

var _ vectored = IoU{}

// leastIoU keeps the logarithm finite.
const leastIoU = 1e-6

// Space implements [Box].
func (IoU) Space() Space { return Decoded }

func (l IoU) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	switch l.Mode {
	case IoULinear:
		return boxloss.IoULinear, boxloss.Parameters{}, true
	case IoUSquare:
		return boxloss.IoUSquare, boxloss.Parameters{}, true
	}
	return boxloss.IoULog, boxloss.Parameters{}, true
}

// Row implements [Box].
func (l IoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, ok := newPair(&pred, &truth)
	if !ok {
		return nothing(grad)
	}
	iou := max(p.inter/p.union, leastIoU)
	var loss, slope float64
	switch l.Mode {
	case IoULinear:
		loss, slope = 1-iou, -1
	case IoUSquare:
		loss, slope = 1-iou*iou, -2*iou
	default:
		loss, slope = -math.Log(iou), -1/iou
	}
	var s slopes
	if iou > leastIoU {
		p.iou(&s, slope)
	}
	p.put(grad, s)
	return loss
}
