package detector

import (
	"math/rand/v2"

	"detsample/anchors"
	"detsample/bench/small/nn"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// OneStage is a detector whose dense head classifies every anchor
// (RetinaNet, SSD).
type OneStage struct {
	cfg     Config
	dense   rpn.Config
	classes int

	in    input
	trunk *trunk
	head  *denseHead
	field anchors.Field

	images []rpn.Image
	batch  rpn.Batch
	stages [1]Stage
	work   rpn.Work
	found  rpn.DetectWork

	regress func(rows []int32) // the head's, nil where the strategy reads all deltas
}

var _ Detector = (*OneStage)(nil)

// NewOneStage returns an untrained detector of the given number of classes
// under a strategy for its dense stage. Weights follow from rng: the trunk's
// are drawn first, so strategies share them whatever their heads.
func NewOneStage(cfg Config, dense rpn.Config, classes int, rng *rand.Rand) *OneStage {
	w := nn.NewWork(nil)
	d := &OneStage{
		cfg: cfg, dense: dense, classes: classes,
		trunk: newTrunk(w, cfg, rng),
		head:  newDenseHead(w, cfg, cfg.HeadDepth, dense.Cls.Link(), classes, rng),
		work:  rpn.Work{Exact: true},
	}
	if !dense.ReadsAllDeltas() {
		d.regress = d.head.regressAt
	}
	return d
}

// Step implements [Detector].
func (d *OneStage) Step(b Batch, key sampling.Key) []Stage {
	stages := d.Loss(b, key)
	d.trunk.backward(d.head.backward(d.stages[0].probe(b)))
	return stages
}

// Loss implements [Detector].
func (d *OneStage) Loss(b Batch, key sampling.Key) []Stage {
	d.head.score(d.trunk.forward(d.in.from(b)))
	if d.regress == nil {
		d.head.regress()
	}
	d.images = denseImages(d.images, b)
	d.batch = rpn.Batch{
		Classes: d.classes,
		Anchors: *d.field.At(d.cfg.Pyramid, b.Width, b.Height),
		Images:  d.images,
		Key:     key,
		Logits:  d.head.logits, GradLogits: d.head.gradLogits,
		Deltas: d.head.deltas, GradDeltas: d.head.gradDeltas,
		Regress: d.regress,
	}
	d.stages[0] = Stage{Name: "dense", Value: d.dense.Step(&d.work, &d.batch)}
	return d.stages[:]
}

// Losses implements [Detector].
func (d *OneStage) Losses(visit func(class int32, loss float32)) { d.work.Losses(visit) }

// Detect implements [Detector].
func (d *OneStage) Detect(dst [][]anchors.Detection, b Batch) {
	d.head.forward(d.trunk.forward(d.in.from(b)))
	settings := rpn.Detect{MinScore: d.cfg.MinScore, PreNMS: 10 * d.cfg.Detections, NMSIoU: d.cfg.NMSIoU, Keep: d.cfg.Detections, MinLength: 1}
	field := d.field.At(d.cfg.Pyramid, b.Width, b.Height)
	for n := range b.Images {
		dst[n] = d.dense.Detect(&d.found, dst[n], settings, field.Box, d.head.output(n, len(b.Images), d.classes, b))
	}
}

// Memory implements [Detector].
func (d *OneStage) Memory() []*losses.Memory { return []*losses.Memory{d.work.Memory()} }

// Params implements [Detector].
func (d *OneStage) Params() []*nn.Param {
	return nn.Params(append(d.trunk.layers(), d.head.layers()...)...)
}

// output returns the head's output for image n of a batch.
func (h *denseHead) output(n, images, classes int, b Batch) rpn.Output {
	logits, deltas := len(h.logits)/images, len(h.deltas)/images
	width, height := b.Images[n].size(&b)
	return rpn.Output{
		Classes: classes,
		Logits:  h.logits[n*logits : (n+1)*logits],
		Deltas:  h.deltas[n*deltas : (n+1)*deltas],
		Width:   width, Height: height,
	}
}

func denseImages(dst []rpn.Image, b Batch) []rpn.Image {
	dst = dst[:0]
	for i := range b.Images {
		dst = append(dst, rpn.Image{ID: b.Images[i].ID, Truth: b.Images[i].Truth, Width: b.Images[i].Width, Height: b.Images[i].Height})
	}
	return dst
}
