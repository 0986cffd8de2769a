package roi

import (
	"detsample/anchors"
	"detsample/internal/reuse"
	"detsample/internal/stage"
	"detsample/losses"
	"detsample/sampling"
)

// Image is one annotated image of a batch, and what the first stage proposes of
// it.
type Image struct {
	ID        uint64 // its identity in the data set, part of the random key
	Truth     anchors.Truth
	Proposals []anchors.Box
}

// Batch is one training step of the second stage. [Config.Step] reads Classes,
// Images and Key and fills the rest; a caller of [Config.Loss] fills that
// itself.
type Batch struct {
	Classes int
	Images  []Image
	Key     sampling.Key // Seed and Step: both, with the images' ID, must differ from step to step

	// The head's output for the sampled regions, [Work.ROIs], and its gradients.
	Logits     []float32 // (ROIs, Cls.Link().Columns(Classes))
	Deltas     []float32 // (ROIs, BoxColumns(Classes))
	GradLogits []float32 // as Logits; fully written
	GradDeltas []float32 // as Deltas; fully written
}

// Head runs a network on regions and returns its output, as Logits and Deltas
// of [Batch] hold it for theirs. [Config.Step] calls it with the sampled
// regions, and if the strategy mines with all candidates before, when mining is
// true and no gradient will be asked for. Its results are read until the next
// call.
type Head func(rois []ROI, mining bool) (logits, deltas []float32)

// Step returns the loss of a batch, with its gradients and the head's output in
// b: ground truth joins the proposals, candidates are assigned and sampled, the
// head runs on the sample, and its loss is taken. The same can be had piece by
// piece, see the package's comment. It panics if a ground truth is none (see
// [anchors.Truth]) or of no class of Classes, and if what the head returns has
// the wrong length; in the first step of w if the configuration is not valid;
// and in the first of a run, whose key has Step 0 or 1, if the head's output
// holds NaN or Inf. What training lacked, a random key used again among it, is in the
// value's Balance.Scarcity, whose Warnings say it in words.
func (c *Config) Step(w *Work, b *Batch, head Head) losses.Value {
	if head == nil {
		panic("roi: Step: no head: it runs the network on the sampled regions")
	}
	w.Reset(b.Classes)
	for i := range b.Images {
		c.Join(w, b.Images[i])
	}
	var logits, deltas []float32
	if c.begin(w, "roi: Step"); c.Mines() {
		logits, deltas = head(w.candidates, true)
	}
	c.Sample(w, logits, deltas, b.Key)
	b.Logits, b.Deltas = head(w.rois, false)
	b.GradLogits, b.GradDeltas = reuse.Grow(b.GradLogits, len(b.Logits)), reuse.Grow(b.GradDeltas, len(b.Deltas))
	return c.Loss(w, b)
}

// Sample draws the ROIs of every image. logits and deltas are the head's
// output for all of w.Candidates() if c.Mines(), and are not read otherwise;
// of key, Seed and Step count. It panics if their lengths are wrong.
func (c *Config) Sample(w *Work, logits, deltas []float32, key sampling.Key) {
	c.begin(w, "roi: Sample")
	w.looked = w.looked || key.Step > 1
	if c.Mines() {
		c.checkMined(w, logits, deltas)
	}
	w.ready = true
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

// Loss returns the loss of the sampled regions and fills the gradients. It
// panics if the batch's lengths disagree, or nothing was sampled since the last
// image joined.
func (c *Config) Loss(w *Work, b *Batch) losses.Value {
	columns, boxColumns := c.checkLoss(w, b)
	w.batch.Exact = w.Exact
	return w.batch.Eval(c.terms(), stage.Output{
		Class:  w.class,
		Logits: b.Logits, GradLogits: b.GradLogits, Columns: columns,
		Deltas: b.Deltas, GradDeltas: b.GradDeltas, BoxColumns: boxColumns,
	})
}
