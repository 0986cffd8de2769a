package rpn

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

// Batch is one training step of a dense stage: what the head put out for
// every anchor of every image, and where its gradients go. Images follow one
// another, and within an image the anchors in their order.
type Batch struct {
	Classes int // 1: every ground truth counts as class 0, objectness
	Anchors anchors.Candidates
	Images  []Image
	Key     sampling.Key // Image is filled in for each image

	Logits     []float32 // (images, anchors, Cls.Link().Columns(Classes))
	Deltas     []float32 // (images, anchors, 4)
	GradLogits []float32 // as Logits; fully written
	GradDeltas []float32 // as Deltas; fully written
}

// Work is the memory of a dense stage: it belongs to one goroutine and grows
// to the largest batch it has seen, after which a step allocates nothing.
type Work struct {
	assignment anchors.Assignment
	candidates sampling.Candidates
	sample     sampling.Sample
	source     sampling.Source
	batch      stage.Batch
	class      []int32
	hardness   []float32
}

// Step returns the loss of a batch and fills its gradients. It panics if the
// batch's lengths disagree or a ground truth's class is not one of Classes.
func (c *Config) Step(w *Work, b *Batch) losses.Value {
	columns := c.Cls.Link().Columns(b.Classes)
	n := len(b.Anchors.Box)
	b.check(columns)
	w.class = grow(w.class, n*len(b.Images))
	w.batch.Reset()
	for i := range b.Images {
		image := &b.Images[i]
		class := w.class[i*n : (i+1)*n]
		c.Assigner.Assign(&w.assignment, &b.Anchors, &image.Truth)
		classify(class, w.assignment.GT, image.Truth.Class, b.Classes)
		c.draw(w, b, i, class, columns)
		w.batch.Add(stage.Image{
			Candidates: b.Anchors.Box,
			GT:         w.assignment.GT,
			Truth:      &image.Truth,
			Sample:     &w.sample,
		}, func(k int) int32 { return int32(i*n) + w.sample.Index[k] })
	}
	return w.batch.Eval(c.terms(), stage.Output{
		Class:  w.class,
		Logits: b.Logits, GradLogits: b.GradLogits, Columns: columns,
		Deltas: b.Deltas, GradDeltas: b.GradDeltas, BoxColumns: 4,
	})
}

// Losses visits every candidate that counted in the last Step: its class, or
// [anchors.Negative], and its weighted loss.
func (w *Work) Losses(visit func(class int32, loss float32)) { w.batch.Losses(visit) }

// draw samples the candidates of image i.
func (c *Config) draw(w *Work, b *Batch, i int, class []int32, columns int) {
	w.candidates = sampling.Candidates{GT: w.assignment.GT, IoU: w.assignment.IoU, Box: b.Anchors.Box}
	if c.Sampler.Needs()&sampling.NeedHardness != 0 {
		size := len(class) * columns
		w.hardness = grow(w.hardness, len(class))
		losses.Hardness(w.hardness, c.Cls.(losses.Pointwise), &losses.Batch{
			Logits: b.Logits[i*size : (i+1)*size], Columns: columns, Class: class,
		})
		w.candidates.Hardness = w.hardness
	}
	key := b.Key
	key.Image = b.Images[i].ID
	c.Sampler.Sample(&w.sample, &w.candidates, w.source.At(key))
}

// classify turns indices of ground truths into classes.
func classify(class, gt, truth []int32, classes int) {
	for i, g := range gt {
		switch {
		case g < 0:
			class[i] = g
		case classes == 1:
			class[i] = 0
		default:
			class[i] = truth[g]
		}
	}
}

func (b *Batch) check(columns int) {
	n := len(b.Anchors.Box) * len(b.Images)
	if len(b.Logits) != n*columns || len(b.GradLogits) != n*columns {
		panic(fmt.Sprintf("rpn: Step: %d logits and %d gradients for %d images of %d anchors with %d columns",
			len(b.Logits), len(b.GradLogits), len(b.Images), len(b.Anchors.Box), columns))
	}
	if len(b.Deltas) != n*4 || len(b.GradDeltas) != n*4 {
		panic(fmt.Sprintf("rpn: Step: %d deltas and %d gradients for %d images of %d anchors",
			len(b.Deltas), len(b.GradDeltas), len(b.Images), len(b.Anchors.Box)))
	}
	if b.Classes == 1 {
		return
	}
	for i := range b.Images {
		stage.CheckTruth("rpn: Step", &b.Images[i].Truth, b.Classes)
	}
}

// grow returns s with length n, reusing its memory where it suffices.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
