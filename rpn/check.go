package rpn

import (
	"cmp"
	"fmt"

	"detsample/anchors"
	"detsample/internal/stage"
	"detsample/sampling"
)

// begin panics unless the configuration is valid, and fits the classes. It looks
// at the first step of w, and others cost a comparison.
func (c *Config) begin(w *Work, classes int, function string) {
	if w.checked == c && w.classes == classes {
		return
	}
	if err := cmp.Or(c.Validate(), stage.CheckClasses(c, classes)); err != nil {
		panic(function + ": " + err.Error())
	}
	w.checked, w.classes, w.foreign = c, classes, stage.Foreign(c.Assigner)
}

// check panics unless the batch's lengths agree.
func (b *Batch) check(columns int) {
	n := len(b.Anchors.Box) * len(b.Images)
	if len(b.Logits) != n*columns || len(b.GradLogits) != n*columns {
		panic(fmt.Sprintf("rpn: Step: %d logits and %d gradients for %d images of %d anchors with %d columns%s",
			len(b.Logits), len(b.GradLogits), len(b.Images), len(b.Anchors.Box), columns, b.another(n*columns, n*4)))
	}
	if len(b.Deltas) != n*4 || len(b.GradDeltas) != n*4 {
		panic(fmt.Sprintf("rpn: Step: %d deltas and %d gradients for %d images of %d anchors%s",
			len(b.Deltas), len(b.GradDeltas), len(b.Images), len(b.Anchors.Box), b.another(n*columns, n*4)))
	}
	b.checkGiven("rpn: Step")
}

// another says what to do if gradients alone have the wrong length, as those that
// Step made for another size have.
func (b *Batch) another(logits, deltas int) string {
	if len(b.Logits) != logits || len(b.Deltas) != deltas {
		return ""
	}
	return ": set GradLogits and GradDeltas to nil where the number of anchors or images changes, and Step makes them"
}

// checkGiven panics if what was made elsewhere is not of every anchor.
func (b *Batch) checkGiven(function string) {
	n := len(b.Anchors.Box) * len(b.Images)
	if len(b.GT) != len(b.IoU) || len(b.GT) > 0 && len(b.GT) != n || len(b.Hardness) > 0 && len(b.Hardness) != n {
		panic(fmt.Sprintf("%s: %d labels, %d IoUs and %d hardnesses for %d images of %d anchors",
			function, len(b.GT), len(b.IoU), len(b.Hardness), len(b.Images), len(b.Anchors.Box)))
	}
}

// checkImages panics unless the images' annotations can be learned, and the
// assigner is given what it needs.
func (c *Config) checkImages(w *Work, b *Batch, function string) {
	if b.Classes < 1 {
		panic(fmt.Sprintf("%s: the batch has %d classes: 1 for objectness, or those of the data", function, b.Classes))
	}
	classes := b.Classes
	if classes == 1 { // objectness, whatever their classes
		classes = 0
	}
	reads := c.Sampler.Needs()&sampling.NeedTruthClass != 0
	for i := range b.Images {
		m := &b.Images[i]
		stage.CheckTruth(function, i, m.ID, &m.Truth, classes)
		if classes == 0 && reads && len(m.Truth.Class) != len(m.Truth.Box) {
			panic(fmt.Sprintf("%s: image %d (ID %d): %d classes for %d ground truths, and the sampler reads them", function, i, m.ID, len(m.Truth.Class), len(m.Truth.Box)))
		}
		if (m.Width == 0) != (m.Height == 0) || m.Width < 0 || m.Height < 0 {
			panic(fmt.Sprintf("%s: image %d (ID %d) is %d x %d: both are given, or neither", function, i, m.ID, m.Width, m.Height))
		}
		if w, h := b.Anchors.Width, b.Anchors.Height; w > 0 && float32(m.Width) > w || h > 0 && float32(m.Height) > h {
			panic(fmt.Sprintf("%s: image %d (ID %d) is %d x %d, and the batch %v x %v: an image fits into its batch", function, i, m.ID, m.Width, m.Height, w, h))
		}
		if m.Width > 0 {
			m.checkWithin(function, i)
		}
	}
	if !w.looked && b.Anchors.Pyramid == nil {
		for k, box := range b.Anchors.Box {
			if problem := stage.BoxProblem(box); problem != "" {
				panic(fmt.Sprintf("%s: anchor %d is %v%s", function, k, box, problem))
			}
		}
	}
	stage.CheckGrid(function, &b.Anchors)
	if len(b.GT) > 0 {
		return
	}
	if c.Assigner.Needs()&anchors.NeedSize != 0 && (b.Anchors.Width <= 0 || b.Anchors.Height <= 0) {
		panic(function + ": the assigner needs the image's size: set Width and Height of Anchors")
	}
	if c.Assigner.Needs()&anchors.NeedGrid != 0 && b.Anchors.Grid == nil && len(b.Anchors.Box) > 0 {
		panic(function + ": the assigner needs the grid of the anchors, and none is given: set Grid of Anchors")
	}
}

// checkWithin panics if a ground truth begins beyond the image, the i-th of its batch,
// as one does whose width and height are exchanged.
func (m *Image) checkWithin(function string, i int) {
	for g, box := range m.Truth.Box {
		if box[0] >= float32(m.Width) || box[1] >= float32(m.Height) {
			panic(fmt.Sprintf("%s: image %d (ID %d) is %d wide and %d high, and ground truth %d, %v, lies beyond: give width and height, in this order, in the boxes' pixels",
				function, i, m.ID, m.Width, m.Height, g, box))
		}
	}
}

// checkNumbers panics if the head's output in the first step of a run holds NaN
// or Inf: any logit, or a delta of the sampled positives. A Work that begins at a later
// step goes on with a run, which may have diverged.
func (w *Work) checkNumbers(b *Batch, function string) {
	if w.looked {
		return
	}
	if w.looked = true; b.Key.Step > 1 {
		return
	}
	n := max(1, len(b.Anchors.Box))
	where := func(row int) string {
		return fmt.Sprintf("anchor %d of image %d (ID %d)", row%n, row/n, b.Images[row/n].ID)
	}
	if len(b.Logits) > 0 {
		stage.CheckNumbers(function, stage.Logit, b.Logits, len(b.Logits)/(n*len(b.Images)), where)
	}
	if len(b.Deltas) == 0 {
		return
	}
	for _, r := range w.batch.Positives() {
		stage.CheckNumbers(function, stage.Delta, b.Deltas[4*r:4*r+4], 4, func(int) string { return where(int(r)) })
	}
}
