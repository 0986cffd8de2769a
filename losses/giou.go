package losses

import "detsample/internal/boxloss"

// GIoU is the generalised IoU loss of decoded boxes: with I the intersection,
// U the union and C the smallest box that encloses both,
//
//	l = 1 - I/U + (C-U)/C,  in [0, 2)
//
// which has a slope where the boxes do not meet. It is symmetric, does not
// change with scale, and vanishes where the boxes are equal.
//
// Source: Rezatofighi et al. 2019 (arXiv 1902.09630).
type GIoU struct{}

var _ vectored = GIoU{}

// Space implements [Box].
func (GIoU) Space() Space { return Decoded }

func (GIoU) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.GIoU, boxloss.Parameters{}, true
}

// Row implements [Box].
func (GIoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, ok := newPair(&pred, &truth)
	if !ok {
		return nothing(grad)
	}
	var s slopes
	share := p.union / (p.hullW * p.hullH)
	s.union = -1 / (p.hullW * p.hullH)
	s.hullW, s.hullH = share/p.hullW, share/p.hullH
	loss := 2 - p.iou(&s, -1) - share
	p.put(grad, s)
	return loss
}
