package losses

import (
	"math"

	"detsample/internal/boxloss"
)

// CIoU is the complete IoU loss of decoded boxes, [DIoU] and the difference of
// the aspect ratios:
//
//	l = 1 - IoU + d²/c² + a v
//	v = 4/pi² (atan(wt/ht) - atan(w/h))²
//	a = v / (1 - IoU + v) where IoU >= FromIoU, else 0
//
// As in the papers and in every peer, a is a weight and not differentiated:
// the gradient is that of l with a held. The loss is symmetric and does not
// change with scale.
//
// Source: Zheng et al. 2020 (arXiv 1911.08287), FromIoU 0, as in torchvision
// and detectron2; Zheng et al. 2021 (arXiv 2005.03572), FromIoU 0.5, as in
// mmdetection, which moreover cuts the loss at 2, and with it the slope of the
// worst boxes: here it goes on.
type CIoU struct {
	FromIoU float64 `range:"[0,1]" doc:"IoU from which the aspect ratio counts"`
}

var _ vectored = CIoU{}

// Space implements [Box].
func (CIoU) Space() Space { return Decoded }

func (l CIoU) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.CIoU, boxloss.Parameters{l.FromIoU}, true
}

// Held returns the loss as a function of the prediction whose a is that of pred: its
// derivative at pred is the gradient.
func (l CIoU) Held(pred, truth [4]float32) func(pred [4]float32) float64 {
	at, v := l.parts(pred, truth)
	alpha := 0.0
	if v != 0 {
		alpha = (l.Row(nil, pred, truth) - at) / v
	}
	return func(pred [4]float32) float64 {
		loss, v := l.parts(pred, truth)
		return loss + alpha*v
	}
}

// parts returns the loss without a v, and v.
func (CIoU) parts(pred, truth [4]float32) (loss, v float64) {
	p, ok := newPair(&pred, &truth)
	if !ok {
		return nothing(nil), 0
	}
	angle := math.Atan2(p.truthW, p.truthH) - math.Atan2(p.w, p.h)
	return DIoU{}.Row(nil, pred, truth), 4 / (math.Pi * math.Pi) * angle * angle
}

// Row implements [Box].
func (l CIoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, ok := newPair(&pred, &truth)
	if !ok {
		return nothing(grad)
	}
	var s slopes
	iou := p.iou(&s, -1)
	loss := 1 - iou + p.distance(&s)
	angle := math.Atan2(p.truthW, p.truthH) - math.Atan2(p.w, p.h)
	v := 4 / (math.Pi * math.Pi) * angle * angle
	if iou >= l.FromIoU && v != 0 {
		alpha := v / (1 - iou + v)
		loss += alpha * v
		if square := p.w*p.w + p.h*p.h; square > 0 {
			byAngle := -alpha * 8 / (math.Pi * math.Pi) * angle
			s.w += byAngle * p.h / square
			s.h -= byAngle * p.w / square
		}
	}
	p.put(grad, s)
	return loss
}
