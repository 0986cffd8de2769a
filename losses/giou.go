package losses

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

var _ Box = GIoU{}

// Space implements [Box].
func (GIoU) Space() Space { return Decoded }

// Row implements [Box].
func (GIoU) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	w, left, right := overlap(pred[0], pred[2], truth[0], truth[2])
	h, top, bottom := overlap(pred[1], pred[3], truth[1], truth[3])
	cw, encLeft, encRight := enclose(pred[0], pred[2], truth[0], truth[2])
	ch, encTop, encBottom := enclose(pred[1], pred[3], truth[1], truth[3])
	pw, ph := float64(pred[2])-float64(pred[0]), float64(pred[3])-float64(pred[1])
	inter := w * h
	union := pw*ph + (float64(truth[2])-float64(truth[0]))*(float64(truth[3])-float64(truth[1])) - inter
	hull := cw * ch
	if union <= 0 || hull <= 0 {
		if grad != nil {
			clear(grad[:])
		}
		return 0
	}
	if grad != nil {
		// l = 2 - I/U - U/C and U = P + T - I.
		byInter, byUnion, byHull := -1/union, inter/(union*union)-1/hull, union/(hull*hull)
		byInter -= byUnion
		grad[0] = float32(byInter*left*h - byUnion*ph + byHull*encLeft*ch)
		grad[2] = float32(byInter*right*h + byUnion*ph + byHull*encRight*ch)
		grad[1] = float32(byInter*top*w - byUnion*pw + byHull*encTop*cw)
		grad[3] = float32(byInter*bottom*w + byUnion*pw + byHull*encBottom*cw)
	}
	return 2 - inter/union - union/hull
}

// overlap returns the length that [a1, a2] and [b1, b2] share and its
// derivatives by a1 and a2.
func overlap(a1, a2, b1, b2 float32) (length, by1, by2 float64) {
	lo, hi := b1, b2
	if a1 > b1 {
		lo, by1 = a1, -1
	}
	if a2 < b2 {
		hi, by2 = a2, 1
	}
	if hi <= lo {
		return 0, 0, 0
	}
	return float64(hi) - float64(lo), by1, by2
}

// enclose returns the length of the hull of [a1, a2] and [b1, b2] and its
// derivatives by a1 and a2.
func enclose(a1, a2, b1, b2 float32) (length, by1, by2 float64) {
	lo, hi := b1, b2
	if a1 < b1 {
		lo, by1 = a1, -1
	}
	if a2 > b2 {
		hi, by2 = a2, 1
	}
	return float64(hi) - float64(lo), by1, by2
}
