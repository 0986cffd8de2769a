package anchors

import (
	"math"

	"detsample/internal/registry"
)

// Delta is a box relative to a candidate: (dx, dy, dw, dh), the offset of the
// centre in units of the candidate's size and the logarithm of the size
// ratio, each times its weight.
type Delta [4]float32

// defaultMaxScale is log(1000/16), the customary limit of dw and dh before
// the exponential (Fast R-CNN code; detectron2, torchvision, mmdetection).
const defaultMaxScale = 4.135166556742356

// Coder turns boxes into deltas and back:
//
//	dx = Wx (gx-ax)/aw    dy = Wy (gy-ay)/ah
//	dw = Ww log(gw/aw)    dh = Wh log(gh/ah)
//
// with centres x, y and sizes w, h of the candidate a and the box g.
//
// Source: R-CNN (Girshick et al. 2014). Weights are 1 in the RPN and
// (10, 10, 5, 5) in the second stage (detectron2, torchvision, mmdetection's
// 1/stds); SSD's variances .1 and .2 are those same weights.
type Coder struct {
	Weights  [4]float32 `doc:"multipliers of dx, dy, dw, dh" range:"(0,)"`
	MaxScale float32    `doc:"largest |log size ratio| that decoding lets through upwards" range:"(0,)"`
}

// NewCoder returns a coder with the given weights for (dx, dy, dw, dh) and
// defaultMaxScale. It panics unless they are positive.
func NewCoder(x, y, w, h float32) Coder {
	return registry.Must("anchors: NewCoder", Coder{Weights: [4]float32{x, y, w, h}, MaxScale: defaultMaxScale})
}

// Encode returns the delta that decodes to box. Both boxes must be valid;
// a degenerate one gives infinite or NaN deltas.
func (c Coder) Encode(candidate, box Box) Delta {
	ax, ay := candidate.Center()
	bx, by := box.Center()
	aw, ah := candidate.Width(), candidate.Height()
	return Delta{
		c.Weights[0] * (float32(bx) - float32(ax)) / aw,
		c.Weights[1] * (float32(by) - float32(ay)) / ah,
		c.Weights[2] * float32(math.Log(float64(box.Width()/aw))),
		c.Weights[3] * float32(math.Log(float64(box.Height()/ah))),
	}
}

// Decode returns the box that d describes relative to candidate. dw/Ww and
// dh/Wh are limited to MaxScale first, so no output overflows.
func (c Coder) Decode(candidate Box, d Delta) Box {
	ax, ay := candidate.Center()
	aw, ah := candidate.Width(), candidate.Height()
	// The conversions keep compilers from fusing a multiplication with an
	// addition after it, so that all machines decode alike.
	cx := float32(ax) + float32(d[0]/c.Weights[0]*aw)
	cy := float32(ay) + float32(d[1]/c.Weights[1]*ah)
	w := float32(0.5 * float32(aw*exp32(min(d[2]/c.Weights[2], c.MaxScale))))
	h := float32(0.5 * float32(ah*exp32(min(d[3]/c.Weights[3], c.MaxScale))))
	return Box{cx - w, cy - h, cx + w, cy + h}
}

// Backward carries the gradient of a loss on the decoded box back to the
// delta: it returns J^T grad with J = d Decode(candidate, d) / d d. Where
// MaxScale cuts, the size's gradient is zero, as the forward pass is flat.
func (c Coder) Backward(candidate Box, d Delta, grad Box) Delta {
	aw, ah := candidate.Width(), candidate.Height()
	out := Delta{
		(grad[0] + grad[2]) * aw / c.Weights[0],
		(grad[1] + grad[3]) * ah / c.Weights[1],
	}
	if s := d[2] / c.Weights[2]; s < c.MaxScale {
		out[2] = 0.5 * (grad[2] - grad[0]) * aw * exp32(s) / c.Weights[2]
	}
	if s := d[3] / c.Weights[3]; s < c.MaxScale {
		out[3] = 0.5 * (grad[3] - grad[1]) * ah * exp32(s) / c.Weights[3]
	}
	return out
}

func exp32(x float32) float32 { return float32(math.Exp(float64(x))) }
