package detector

import (
	"math/rand/v2"

	"detsample/bench/small/nn"
	"detsample/internal/reuse"
	"detsample/losses"
	"detsample/roi"
)

// roiHead scores regions: RoIAlign on the finest map, one hidden layer, two
// outputs.
type roiHead struct {
	align    roi.Align
	hidden   *nn.Linear
	cls, box *nn.Linear

	features               roi.Features
	rois                   []roi.ROI
	pooled                 []float32
	logits, deltas         nn.Tensor
	gradLogits, gradDeltas []float32 // of the regions last scored, for backward
	gradMap                nn.Tensor
	probed                 nn.Tensor // one loss's part of gradMap
}

func newROIHead(w *nn.Work, cfg Config, link losses.Link, classes, boxColumns int, rng *rand.Rand) *roiHead {
	in := cfg.ROISize * cfg.ROISize * cfg.Channels
	h := &roiHead{
		align:  roi.Align{Size: cfg.ROISize, Sampling: 1, Scale: 1 / float64(cfg.Pyramid.Levels[0].Stride)},
		hidden: nn.NewLinear(w, nn.LinearConfig{Name: "roi.hidden", In: in, Out: cfg.ROIHidden, ReLU: true}, rng),
		box:    nn.NewLinear(w, nn.LinearConfig{Name: "roi.box", In: cfg.ROIHidden, Out: boxColumns}, rng),
		cls:    nn.NewLinear(w, nn.LinearConfig{Name: "roi.cls", In: cfg.ROIHidden, Out: link.Columns(classes)}, rng),
	}
	h.box.Weight().Normal(rng, outputStd)
	h.cls.Weight().Normal(rng, outputStd)
	if link == losses.Sigmoid {
		link.Bias(h.cls.Bias().Value, cfg.Prior)
	}
	return h
}

// forward fills the head's logits and deltas for regions of the map.
func (h *roiHead) forward(finest nn.Tensor, rois []roi.ROI) {
	h.features = roi.Features{N: finest.N, H: finest.H, W: finest.W, C: finest.C, Data: finest.Data}
	h.rois = rois
	size := h.align.Size * h.align.Size * finest.C
	h.pooled = reuse.Grow(h.pooled, len(rois)*size)
	h.align.Forward(h.pooled, h.features, rois)
	x := h.hidden.Forward(nn.Tensor{N: len(rois), H: 1, W: 1, C: size, Data: h.pooled})
	h.logits, h.deltas = h.cls.Forward(x), h.box.Forward(x)
}

// backward carries the gradients of logits and deltas to the map, and measures
// them there if probe is not nil. The two losses share the hidden layer, so
// that each is carried through it once more by itself.
func (h *roiHead) backward(probe *TrunkGradient) nn.Tensor {
	logits, deltas := h.logits, h.deltas
	logits.Data, deltas.Data = h.gradLogits, h.gradDeltas
	cls, box := h.cls.Backward(logits), h.box.Backward(deltas)
	if probe != nil {
		h.probed = h.toMap(h.probed, h.hidden.InputGrad(cls))
		probe.Cls = nn.Norm(h.probed)
		h.probed = h.toMap(h.probed, h.hidden.InputGrad(box))
		probe.Box = nn.Norm(h.probed)
	}
	nn.Add(cls, box)
	h.gradMap = h.toMap(h.gradMap, h.hidden.Backward(cls))
	if probe != nil {
		probe.Both = nn.Norm(h.gradMap)
	}
	return h.gradMap
}

// toMap gathers the gradients of pooled regions in dst, a map.
func (h *roiHead) toMap(dst, pooled nn.Tensor) nn.Tensor {
	f := h.features
	dst = nn.Tensor{N: f.N, H: f.H, W: f.W, C: f.C, Data: reuse.Grow(dst.Data, len(f.Data))}
	clear(dst.Data)
	h.align.Backward(dst.Data, pooled.Data, f, h.rois)
	return dst
}

func (h *roiHead) layers() []nn.Layer { return []nn.Layer{h.hidden, h.cls, h.box} }
