package losses

import "detsample/internal/boxloss"

// DIoU is the distance IoU loss of decoded boxes: with d the distance of the
// centres and c the diagonal of the smallest box that encloses both,
//
//	l = 1 - IoU + d²/c²,  in [0, 2)
//
// It is symmetric and does not change with scale.
//
// Source: Zheng et al. 2020 (arXiv 1911.08287).
type DIoU struct{}

var _ vectored = DIoU{}

// Space implements [Box].
func (DIoU) Space() Space { return Decoded }

func (DIoU) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.DIoU, boxloss.Parameters{}, true
}

// Row implements [Box].
func (DIoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, ok := newPair(&pred, &truth)
	if !ok {
		return nothing(grad)
	}
	var s slopes
	loss := 1 - p.iou(&s, -1) + p.distance(&s)
	p.put(grad, s)
	return loss
}
