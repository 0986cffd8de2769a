package roi

import (
	"fmt"

	"detsample/anchors"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/sampling"
)

// Image is one annotated image of a batch.
type Image struct {
	ID    uint64 // its identity in the data set, part of the random key
	Truth anchors.Truth
}

// ROI is a region of one image of the batch.
type ROI struct {
	Box   anchors.Box
	Image int32 // place in the batch
}

// Work is the memory of the second stage over one batch: it belongs to one
// goroutine and grows to the largest batch it has seen, after which a step
// allocates nothing.
type Work struct {
	classes int
	images  []joined
	used    int

	candidates []ROI
	rois       []ROI
	class      []int32 // of each ROI
	allClass   []int32 // of each candidate
	hardness   []float32
	source     sampling.Source
	batch      stage.Batch
}

// joined is one image's candidates: the proposals, then the ground truth.
type joined struct {
	id         uint64
	truth      anchors.Truth
	boxes      anchors.Candidates
	assignment anchors.Assignment
	candidates sampling.Candidates
	sample     sampling.Sample
	start      int // first of its candidates in Work.candidates
}

// Reset begins a batch of a detector with the given number of classes.
func (w *Work) Reset(classes int) {
	w.classes, w.used = classes, 0
	w.candidates, w.rois = w.candidates[:0], w.rois[:0]
	w.class, w.allClass = w.class[:0], w.allClass[:0]
}

// Join adds the next image of the batch: ground truth joins its proposals if
// configured, and the candidates are assigned. It panics if a ground truth's
// class is not one of the batch's.
func (c *Config) Join(w *Work, proposals []anchors.Box, image Image) {
	stage.CheckTruth("roi: Join", &image.Truth, w.classes)
	if w.used == len(w.images) {
		w.images = append(w.images, joined{})
	}
	j := &w.images[w.used]
	j.id, j.truth, j.start = image.ID, image.Truth, len(w.candidates)
	j.boxes.Box = append(j.boxes.Box[:0], proposals...)
	if c.JoinTruth {
		j.boxes.Box = append(j.boxes.Box, image.Truth.Box...)
	}
	c.Assigner.Assign(&j.assignment, &j.boxes, &j.truth)
	for i, box := range j.boxes.Box {
		w.candidates = append(w.candidates, ROI{box, int32(w.used)})
		w.allClass = append(w.allClass, class(j.assignment.GT[i], j.truth.Class))
	}
	w.used++
}

// Candidates returns all candidates of the batch, image by image: what the
// head must score if the strategy mines. Valid until the next Reset.
func (w *Work) Candidates() []ROI { return w.candidates }

// Sample draws the ROIs of every image. logits are the head's output for all
// of w.Candidates() if c.Mines(), and are not read otherwise; key's Image is
// filled in. It panics if the logits' length is wrong.
func (c *Config) Sample(w *Work, logits []float32, key sampling.Key) {
	if c.Mines() {
		c.harden(w, logits)
	}
	w.batch.Reset()
	w.rois, w.class = w.rois[:0], w.class[:0]
	for i := range w.images[:w.used] {
		j := &w.images[i]
		boxes := j.boxes.Box
		j.candidates = sampling.Candidates{GT: j.assignment.GT, IoU: j.assignment.IoU, Box: boxes}
		if c.Mines() {
			j.candidates.Hardness = w.hardness[j.start : j.start+len(boxes)]
		}
		key.Image = j.id
		c.Sampler.Sample(&j.sample, &j.candidates, w.source.At(key))
		first := int32(len(w.rois))
		for _, k := range j.sample.Index {
			w.rois = append(w.rois, ROI{boxes[k], int32(i)})
			w.class = append(w.class, class(j.assignment.GT[k], j.truth.Class))
		}
		w.batch.Add(stage.Image{
			Candidates: boxes,
			GT:         j.assignment.GT,
			Truth:      &j.truth,
			Sample:     &j.sample,
			PerClass:   c.PerClass,
		}, func(k int) int32 { return first + int32(k) })
	}
}

// harden computes the hardness of every candidate from the head's logits.
func (c *Config) harden(w *Work, logits []float32) {
	columns := c.Cls.Link().Columns(w.classes)
	if len(logits) != len(w.candidates)*columns {
		panic(fmt.Sprintf("roi: Sample: %d logits for %d candidates of %d columns", len(logits), len(w.candidates), columns))
	}
	if cap(w.hardness) < len(w.candidates) {
		w.hardness = make([]float32, len(w.candidates), 2*len(w.candidates))
	}
	w.hardness = w.hardness[:len(w.candidates)]
	losses.Hardness(w.hardness, c.Cls.(losses.Pointwise), &losses.Batch{Logits: logits, Columns: columns, Class: w.allClass})
}

// ROIs returns the sampled regions of the batch, image by image: what the
// head runs on. Valid until the next Reset.
func (w *Work) ROIs() []ROI { return w.rois }

// Batch is the head's output for the sampled regions, and where its gradients
// go.
type Batch struct {
	Logits     []float32 // (ROIs, Cls.Link().Columns(classes))
	Deltas     []float32 // (ROIs, BoxColumns(classes))
	GradLogits []float32 // as Logits; fully written
	GradDeltas []float32 // as Deltas; fully written
}

// Loss returns the loss of the sampled regions and fills the gradients. It
// panics if the batch's lengths disagree.
func (c *Config) Loss(w *Work, b *Batch) losses.Value {
	columns, boxColumns := c.Cls.Link().Columns(w.classes), c.BoxColumns(w.classes)
	n := len(w.rois)
	if len(b.Logits) != n*columns || len(b.GradLogits) != n*columns || len(b.Deltas) != n*boxColumns || len(b.GradDeltas) != n*boxColumns {
		panic(fmt.Sprintf("roi: Loss: %d logits, %d gradients, %d deltas, %d gradients for %d ROIs of %d and %d columns",
			len(b.Logits), len(b.GradLogits), len(b.Deltas), len(b.GradDeltas), n, columns, boxColumns))
	}
	return w.batch.Eval(c.terms(), stage.Output{
		Class:  w.class,
		Logits: b.Logits, GradLogits: b.GradLogits, Columns: columns,
		Deltas: b.Deltas, GradDeltas: b.GradDeltas, BoxColumns: boxColumns,
	})
}

// Losses visits every region that counted in the last Loss: its class, or
// [anchors.Negative], and its weighted loss.
func (w *Work) Losses(visit func(class int32, loss float32)) { w.batch.Losses(visit) }

// class turns a candidate's label code into its class.
func class(gt int32, truth []int32) int32 {
	if gt < 0 {
		return gt
	}
	return truth[gt]
}
