package losses

import (
	"math"

	"detsample/internal/boxloss"
)

// NWD is the normalised Wasserstein distance loss of decoded boxes, each taken
// for a Gaussian with the box's centre and a standard deviation of half its
// width and height:
//
//	l = 1 - exp(-W/C),  W² = |D|² + ((w-wt)² + (h-ht)²)/4
//
// with D the vector between the centres. It is smooth for tiny boxes that do
// not meet. It is symmetric but, with C in pixels, changes with scale.
//
// Source: Wang et al. 2021 (arXiv 2110.13389); C 12.8 on AI-TOD, advised to be
// the mean sqrt(width height) of the objects.
type NWD struct {
	C float64 `param:"c" range:"(0,)" doc:"typical object size in pixels"`
}

var _ vectored = NWD{}

// Space implements [Box].
func (NWD) Space() Space { return Decoded }

func (l NWD) vectors() (boxloss.Loss, boxloss.Parameters, bool) {
	return boxloss.NWD, boxloss.Parameters{l.C}, true
}

// Row implements [Box].
func (l NWD) Row(grad *[4]float32, pred, truth [4]float32) float64 {
	p, _ := newPair(&pred, &truth) // a distance needs no area
	dw, dh := (p.w-p.truthW)/2, (p.h-p.truthH)/2
	distance := math.Sqrt(p.dx*p.dx + p.dy*p.dy + dw*dw + dh*dh)
	similarity := math.Exp(-distance / l.C)
	if grad != nil && distance == 0 {
		clear(grad[:]) // the kink at equality
	} else if grad != nil {
		by := similarity / l.C / distance
		p.put(grad, slopes{dx: by * p.dx, dy: by * p.dy, w: by * dw / 2, h: by * dh / 2})
	}
	return 1 - similarity
}
