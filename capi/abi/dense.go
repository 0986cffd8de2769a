package abi

import (
	"math"
	"unsafe"

	"detsample/anchors"
	"detsample/internal/reuse"
	"detsample/losses"
	"detsample/rpn"
	"detsample/sampling"
)

// Step is detsample_step.
func (w *Work) Step(b *Batch, value *Value) error {
	if err := w.useDense(); err != nil {
		return err
	}
	defer w.done()
	if err := w.read(b, w.dense); err != nil {
		return err
	}
	if value == nil {
		return misusef("value is NULL")
	}
	if b.GradLogits == nil || b.GradDeltas == nil {
		return misusef("grad_logits or grad_deltas is NULL: a step writes its gradients there")
	}
	w.targets = losses.Targets{} // whose memory the step takes
	v := w.chosen(b, w.dense).Step(&w.rpn, &w.batch)
	return value.set(&v)
}

// Assign is detsample_assign. A second stage's assigner labels proposals as a
// dense stage's does anchors.
func (w *Work) Assign(b *Batch, gt *int32, iou *float32) error {
	if err := w.use(); err != nil {
		return err
	}
	defer w.done()
	c := w.labelling()
	if err := w.read(b, c); err != nil {
		return err
	}
	if gt == nil && b.Images.Images*b.Anchors > 0 {
		return misusef("gt is NULL: labels are written there")
	}
	w.targets = losses.Targets{}
	c.Assign(&w.rpn, &w.batch, slice(gt, b.Images.Images*b.Anchors), slice(iou, b.Images.Images*b.Anchors))
	return nil
}

// Targets is detsample_targets.
func (w *Work) Targets(b *Batch, counts *Counts) error { return w.prepare(b, counts, w.dense) }

// Sample is detsample_sample: targets whose weights no normaliser has met.
func (w *Work) Sample(b *Batch, counts *Counts) error {
	return w.prepare(b, counts, w.drawn)
}

func (w *Work) prepare(b *Batch, counts *Counts, c *rpn.Config) error {
	if err := w.useDense(); err != nil {
		return err
	}
	defer w.done()
	if err := w.read(b, c); err != nil {
		return err
	}
	w.targets = losses.Targets{}
	w.targets = w.chosen(b, c).Targets(&w.rpn, &w.batch)
	return counts.set(&w.targets)
}

// maxLevels is more than any pyramid has.
const maxLevels = 64

// read makes w.batch of the caller's, without copying what that points to.
func (w *Work) read(b *Batch, c *rpn.Config) error {
	if b == nil {
		return misusef("batch is NULL")
	}
	if err := sized("detsample_batch", b.Size, unsafe.Offsetof(b.ImageSize)); err != nil {
		return err
	}
	if b.Images.Images < 0 || b.Images.Images > math.MaxInt32 {
		return misusef("images is %d: expected from 0 to 2^31-1", b.Images.Images)
	}
	if b.Anchors < 0 || b.Anchors > math.MaxInt32 || b.Anchors > 0 && b.Anchor == nil || b.Images.Images*b.Anchors > math.MaxInt32 {
		return misusef("anchors is %d of %d images: expected at least 0, not NULL, and at most 2^31-1 in all", b.Anchors, b.Images.Images)
	}
	if !(b.Width >= 0 && b.Width <= math.MaxFloat32 && b.Height >= 0 && b.Height <= math.MaxFloat32) {
		return misusef("width and height are %v and %v: expected finite numbers from 0", b.Width, b.Height)
	}
	candidates := b.Images.Images * b.Anchors
	columns := int64(c.Cls.Link().Columns(w.classes))
	grids := w.grids[:0]
	images := reuse.Grow(w.batch.Images, int(b.Images.Images))
	if err := b.Images.each(w.classes, func(i int, id uint64, t anchors.Truth) { images[i] = rpn.Image{ID: id, Truth: t} }); err != nil {
		return err
	}
	if b.Size >= unsafe.Offsetof(b.Samples) && b.ImageSize != nil {
		size := slice(b.ImageSize, 2*b.Images.Images)
		for i := range images {
			images[i].Width, images[i].Height = int(size[2*i]), int(size[2*i+1])
		}
	}
	if b.Levels < 0 || b.Levels > maxLevels || b.Levels > 0 && b.Grid == nil {
		return misusef("levels is %d: expected from 0 to %d, with grid", b.Levels, maxLevels)
	}
	start := 0
	for l, g := 0, slice(b.Grid, 4*b.Levels); l < len(g); l += 4 {
		level := anchors.Grid{Stride: int(g[l]), Width: int(g[l+1]), Height: int(g[l+2]), PerCell: int(g[l+3]), Start: start}
		here := float64(level.Width) * float64(level.Height) * float64(level.PerCell)
		if level.Stride < 1 || min(level.Width, level.Height, level.PerCell) < 0 || float64(start)+here > float64(b.Anchors) {
			return misusef("grid[%d] is %v, from anchor %d of %d: expected a stride from 1, and cells across, cells down and candidates a cell that make up the anchors",
				l/4, g[l:l+4], start, b.Anchors)
		}
		start += int(here)
		grids = append(grids, level)
	}
	if b.Levels > 0 && int64(start) != b.Anchors {
		return misusef("grid makes %d candidates of %d anchors", start, b.Anchors)
	}
	if w.grids = grids; len(grids) == 0 {
		grids = nil // of no pyramid
	}
	w.batch = rpn.Batch{
		Classes: w.classes,
		Anchors: anchors.Candidates{Box: boxes(b.Anchor, b.Anchors), Grid: grids, Width: b.Width, Height: b.Height},
		Images:  images,
		Key:     sampling.Key{Seed: b.Seed, Step: b.Step, Stage: w.stage},
		Logits:  slice(b.Logits, candidates*columns), GradLogits: slice(b.GradLogits, candidates*columns),
		Deltas: slice(b.Deltas, 4*candidates), GradDeltas: slice(b.GradDeltas, 4*candidates),
		GT: slice(b.GT, candidates), IoU: slice(b.IoU, candidates), Hardness: slice(b.Hardness, candidates),
	}
	return nil
}

// set writes a loss for the caller.
func (v *Value) set(from *losses.Value) error {
	if err := sized("detsample_value", v.Size, unsafe.Sizeof(*v)); err != nil {
		return err
	}
	b := &from.Balance
	*v = Value{
		Size: v.Size, Cls: from.Cls, Box: from.Box,
		Positives: int64(b.Positives), Negatives: int64(b.Negatives),
		UsedPositives: int64(b.UsedPositives), UsedNegatives: int64(b.UsedNegatives),
		LossPositives: b.LossPositives, LossNegatives: b.LossNegatives,
		GradPositives: b.GradPositives, GradNegatives: b.GradNegatives,
		Scarcity: scarcityOf(b.Scarcity),
	}
	return nil
}
