package roi

import (
	"fmt"
	"slices"

	"detsample/anchors"
	"detsample/internal/reuse"
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
	// Exact asks for losses as [losses.Batch.Exact] has them.
	Exact bool

	classes int
	images  []joined
	used    int

	candidates []ROI
	rois       []ROI
	class      []int32 // of each ROI
	match      []int32 // of each ROI, the label code
	allClass   []int32 // of each candidate
	keys       []sampling.Key
	sampled    []sampling.Candidates // of each image, as the sampler sees them
	samples    []sampling.Sample
	draws      stage.Draws
	batch      stage.Batch
	rows       losses.Batch
}

// joined is one image's candidates: the proposals, then the ground truth.
type joined struct {
	id         uint64
	truth      anchors.Truth
	boxes      anchors.Candidates
	assignment anchors.Assignment
	evidence   stage.Evidence
	start      int // first of its candidates in Work.candidates
}

// Reset begins a batch of a detector with the given number of classes.
func (w *Work) Reset(classes int) {
	w.classes, w.used = classes, 0
	w.candidates, w.rois = w.candidates[:0], w.rois[:0]
	w.class, w.match, w.allClass = w.class[:0], w.match[:0], w.allClass[:0]
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
	n := j.start + len(j.boxes.Box)
	w.candidates, w.allClass = slices.Grow(w.candidates, n-j.start)[:n], slices.Grow(w.allClass, n-j.start)[:n]
	candidates, classes := w.candidates[j.start:], w.allClass[j.start:]
	for i, box := range j.boxes.Box {
		candidates[i] = ROI{box, int32(w.used)}
	}
	for i, gt := range j.assignment.GT {
		classes[i] = class(gt, j.truth.Class)
	}
	w.used++
}

// Candidates returns all candidates of the batch, image by image: what the
// head must score if the strategy mines. Valid until the next Reset.
func (w *Work) Candidates() []ROI { return w.candidates }

// Sample draws the ROIs of every image. logits and deltas are the head's
// output for all of w.Candidates() if c.Mines(), and are not read otherwise;
// of key, Seed and Step count. It panics if their lengths are wrong.
func (c *Config) Sample(w *Work, logits, deltas []float32, key sampling.Key) {
	if c.Mines() {
		c.checkMined(w, logits, deltas)
	}
	w.sampled = reuse.Grow(w.sampled, w.used)
	w.keys = reuse.Grow(w.keys, w.used)
	w.samples = reuse.Extend(w.samples, w.used)
	for i := range w.images[:w.used] {
		w.keys[i] = key
		w.keys[i].Stage, w.keys[i].Image = sampling.StageROI, w.images[i].id
		c.judge(w, i, logits, deltas)
	}
	w.batch.Reset()
	w.batch.Repeat(w.draws.Draw(c.Sampler, w.samples[:w.used], w.sampled, w.keys))
	w.rois, w.class, w.match = w.rois[:0], w.class[:0], w.match[:0]
	for i := range w.images[:w.used] {
		c.take(w, i)
	}
}

// judge gathers what the sampler needs of image i.
func (c *Config) judge(w *Work, i int, logits, deltas []float32) {
	j := &w.images[i]
	boxes := j.boxes.Box
	end := j.start + len(boxes)
	heads := stage.Heads{
		Classes: w.classes, Candidates: boxes, Class: w.allClass[j.start:end],
		GT: j.assignment.GT, IoU: j.assignment.IoU, Truth: &j.truth, PerClass: c.PerClass, BoxColumns: c.BoxColumns(w.classes),
		Exact: w.Exact,
	}
	if c.Mines() {
		columns := c.Cls.Link().Columns(w.classes)
		heads.Logits = logits[j.start*columns : end*columns]
		heads.Deltas = deltas[j.start*heads.BoxColumns : end*heads.BoxColumns]
	}
	j.evidence.Fill(&w.sampled[i], c.Sampler.Needs(), c.terms(), heads, &w.rows)
}

// take adds the sampled candidates of image i to the batch.
func (c *Config) take(w *Work, i int) {
	j := &w.images[i]
	first := int32(len(w.rois))
	for _, k := range w.samples[i].Index {
		w.rois = append(w.rois, ROI{j.boxes.Box[k], int32(i)})
		w.class = append(w.class, w.allClass[j.start+int(k)])
		w.match = append(w.match, j.assignment.GT[k])
	}
	w.batch.Add(stage.Image{
		Candidates: j.boxes.Box,
		GT:         j.assignment.GT,
		Truth:      &j.truth,
		Sample:     &w.samples[i],
		Asked:      sampling.AskedPositives(c.Sampler),
		PerClass:   c.PerClass,
	}, func(k int) int32 { return first + int32(k) })
}

func (c *Config) checkMined(w *Work, logits, deltas []float32) {
	n, columns, boxColumns := len(w.candidates), c.Cls.Link().Columns(w.classes), c.BoxColumns(w.classes)
	if len(logits) != n*columns || len(deltas) != n*boxColumns {
		panic(fmt.Sprintf("roi: Sample: %d logits and %d deltas for %d candidates of %d and %d columns",
			len(logits), len(deltas), n, columns, boxColumns))
	}
}

// ROIs returns the sampled regions of the batch, image by image: what the
// head runs on. Valid until the next Reset.
func (w *Work) ROIs() []ROI { return w.rois }

// Labels returns what the sampled regions stand for: the class of each, or
// [anchors.Negative], and its ground truth's place in its image, or the label
// code. Valid until the next Reset.
func (w *Work) Labels() (class, gt []int32) { return w.class, w.match }

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
	w.batch.Exact = w.Exact
	return w.batch.Eval(c.terms(), stage.Output{
		Class:  w.class,
		Logits: b.Logits, GradLogits: b.GradLogits, Columns: columns,
		Deltas: b.Deltas, GradDeltas: b.GradDeltas, BoxColumns: boxColumns,
	})
}

// Losses visits every region that counted in the last Loss: its class, or
// [anchors.Negative], and its weighted loss.
func (w *Work) Losses(visit func(class int32, loss float32)) { w.batch.Losses(visit) }

// Memory returns what the strategy's losses and normalisers remember between
// steps, nil where they remember nothing: a program that saves a run saves it
// too. A Work serves one run of one strategy.
func (w *Work) Memory() *losses.Memory { return w.batch.Memory() }

// class turns a candidate's label code into its class.
func class(gt int32, truth []int32) int32 {
	if gt < 0 {
		return gt
	}
	return truth[gt]
}
