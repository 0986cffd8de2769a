package losses

import "detsample/internal/boxloss"

// EIoU is the efficient IoU loss of decoded boxes, [DIoU] and the differences
// of width and height over those of the smallest box that encloses both:
//
//	l = 1 - IoU + d²/c² + (w-wt)²/cw² + (h-ht)²/ch²
//
// It is symmetric and does not change with scale. mmdetection's EIoULoss is
// another: see [ExtendedIoU].
//
// Source: Zhang et al. 2021 (arXiv 2101.08158).
type EIoU struct{}

var _ vectored = EIoU{}

// Space implements [Box].
func (EIoU) Space() Space { return Decoded }

func (EIoU) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.EIoU, boxloss.Parameters{}, true
}

// Row implements [Box].
func (EIoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, ok := newPair(&pred, &truth)
	if !ok {
		return nothing(grad)
	}
	var s slopes
	loss := 1 - p.iou(&s, -1) + p.distance(&s)
	width, height := (p.w-p.truthW)/p.hullW, (p.h-p.truthH)/p.hullH
	s.w, s.h = 2*width/p.hullW, 2*height/p.hullH
	s.hullW -= 2 * width * width / p.hullW
	s.hullH -= 2 * height * height / p.hullH
	p.put(grad, s)
	return loss + width*width + height*height
}
