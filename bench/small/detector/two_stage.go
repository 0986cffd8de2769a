package detector

import (
	"math/rand/v2"

	"detsample/anchors"
	"detsample/bench/small/nn"
	"detsample/internal/reuse"
	"detsample/losses"
	"detsample/roi"
	"detsample/rpn"
	"detsample/sampling"
)

// TwoStage is a detector whose region proposal network finds candidates and
// whose second stage classifies them (Faster R-CNN; Ren et al. 2015).
type TwoStage struct {
	cfg     Config
	rpn     rpn.Config
	roi     roi.Config
	classes int

	in     input
	trunk  *trunk
	head   *denseHead
	second *roiHead
	field  anchors.Field

	images    []rpn.Image
	batch     rpn.Batch
	stages    [2]Stage
	rpnWork   rpn.Work
	roiWork   roi.Work
	proposer  rpn.DetectWork
	final     roi.DetectWork
	proposals []anchors.Detection
	boxes     []anchors.Box
	found     []roi.ROI
	regions   roi.Batch
	finest    nn.Tensor // the map that regions are pooled from
	score     roi.Head
}

var _ Detector = (*TwoStage)(nil)

// NewTwoStage returns an untrained detector of the given number of classes
// under strategies for its two stages. Weights follow from rng: the trunk's
// are drawn first, so strategies share them whatever their heads.
func NewTwoStage(cfg Config, first rpn.Config, second roi.Config, classes int, rng *rand.Rand) *TwoStage {
	w := nn.NewWork(nil)
	d := &TwoStage{
		cfg: cfg, rpn: first, roi: second, classes: classes,
		trunk:   newTrunk(w, cfg, rng),
		head:    newDenseHead(w, cfg, cfg.RPNDepth, first.Cls.Link(), 1, rng),
		second:  newROIHead(w, cfg, second.Cls.Link(), classes, second.BoxColumns(classes), rng),
		rpnWork: rpn.Work{Exact: true}, roiWork: roi.Work{Exact: true},
	}
	d.score = func(rois []roi.ROI, _ bool) (logits, deltas []float32) {
		d.second.forward(d.finest, rois)
		return d.second.logits.Data, d.second.deltas.Data
	}
	return d
}

// Step implements [Detector]. Proposals are constants to the gradient, as in
// approximate joint training.
func (d *TwoStage) Step(b Batch, key sampling.Key) []Stage {
	stages := d.Loss(b, key)
	grads := d.head.backward(d.stages[0].probe(b))
	nn.Add(grads[0], d.second.backward(d.stages[1].probe(b)))
	d.trunk.backward(grads)
	return stages
}

// Loss implements [Detector].
func (d *TwoStage) Loss(b Batch, key sampling.Key) []Stage {
	maps := d.trunk.forward(d.in.from(b))
	d.head.forward(maps)
	d.images = denseImages(d.images, b)
	d.batch = rpn.Batch{
		Classes: 1,
		Anchors: *d.field.At(d.cfg.Pyramid, b.Width, b.Height),
		Images:  d.images,
		Key:     key,
		Logits:  d.head.logits, GradLogits: d.head.gradLogits,
		Deltas: d.head.deltas, GradDeltas: d.head.gradDeltas,
	}
	d.stages[0] = Stage{Name: "rpn", Value: d.rpn.Step(&d.rpnWork, &d.batch)}
	d.regions.Images = reuse.Extend(d.regions.Images[:cap(d.regions.Images)], len(b.Images))[:len(b.Images)]
	for n := range b.Images {
		m := &d.regions.Images[n]
		m.ID, m.Truth, m.Proposals = b.Images[n].ID, b.Images[n].Truth, d.propose(m.Proposals, b, n, d.cfg.Proposals)
	}
	d.regions.Classes, d.regions.Key = d.classes, key
	d.finest = maps[0]
	d.stages[1] = Stage{Name: "roi", Value: d.roi.Step(&d.roiWork, &d.regions, d.score)}
	d.second.gradLogits, d.second.gradDeltas = d.regions.GradLogits, d.regions.GradDeltas
	return d.stages[:]
}

// propose puts the best proposals of image n into dst's memory.
func (d *TwoStage) propose(dst []anchors.Box, b Batch, n, keep int) []anchors.Box {
	field := d.field.At(d.cfg.Pyramid, b.Width, b.Height)
	d.proposals = d.rpn.Detect(&d.proposer, d.proposals[:0], rpn.Proposals(keep), field.Box, d.head.output(n, len(b.Images), 1, b))
	dst = dst[:0]
	for _, p := range d.proposals {
		dst = append(dst, p.Box)
	}
	return dst
}

// Losses implements [Detector].
func (d *TwoStage) Losses(visit func(class int32, loss float32)) { d.roiWork.Losses(visit) }

// Detect implements [Detector].
func (d *TwoStage) Detect(dst [][]anchors.Detection, b Batch) {
	maps := d.trunk.forward(d.in.from(b))
	d.head.forward(maps)
	settings := roi.Detect{MinScore: d.cfg.MinScore, NMSIoU: d.cfg.NMSIoU, Keep: d.cfg.Detections, MinLength: 1}
	for n := range b.Images {
		d.boxes = d.propose(d.boxes, b, n, d.cfg.TestProposals)
		d.found = d.found[:0]
		for _, box := range d.boxes {
			d.found = append(d.found, roi.ROI{Box: box, Image: int32(n)})
		}
		d.second.forward(maps[0], d.found)
		width, height := b.Images[n].size(&b)
		dst[n] = d.roi.Detect(&d.final, dst[n], settings, d.found, roi.Output{
			Classes: d.classes,
			Logits:  d.second.logits.Data, Deltas: d.second.deltas.Data,
			Width: width, Height: height,
		})
	}
}

// Propose appends each image's best proposals to its element of dst, in falling
// score: [TwoStage.ProposalLimit] of them, of class 0.
func (d *TwoStage) Propose(dst [][]anchors.Detection, b Batch) {
	d.head.forward(d.trunk.forward(d.in.from(b)))
	field := d.field.At(d.cfg.Pyramid, b.Width, b.Height)
	for n := range b.Images {
		dst[n] = d.rpn.Detect(&d.proposer, dst[n], rpn.Proposals(d.ProposalLimit()), field.Box, d.head.output(n, len(b.Images), 1, b))
	}
}

// ProposalLimit returns how many proposals of an image reach the second stage, in
// training or in detection, whichever is more.
func (d *TwoStage) ProposalLimit() int { return max(d.cfg.Proposals, d.cfg.TestProposals) }

// Memory implements [Detector].
func (d *TwoStage) Memory() []*losses.Memory {
	return []*losses.Memory{d.rpnWork.Memory(), d.roiWork.Memory()}
}

// Params implements [Detector].
func (d *TwoStage) Params() []*nn.Param {
	layers := append(d.trunk.layers(), d.head.layers()...)
	return nn.Params(append(layers, d.second.layers()...)...)
}
