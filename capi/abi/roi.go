package abi

import (
	"math"
	"unsafe"

	"detsample/anchors"
	"detsample/losses"
	"detsample/roi"
	"detsample/sampling"
)

// Join is detsample_roi_join.
func (w *Work) Join(p *Proposals, candidates *int64) error {
	if err := w.useROI(); err != nil {
		return err
	}
	defer w.done()
	if p == nil || candidates == nil {
		return misusef("proposals or candidates is NULL")
	}
	if err := sized("detsample_proposals", p.Size, unsafe.Sizeof(*p)); err != nil {
		return err
	}
	n := max(p.Images.Images, 0)
	starts := slice(p.Proposals, n+1)
	if err := ascending("proposals", starts); err != nil {
		return err
	}
	if n > 0 && (starts == nil || starts[n] > 0 && p.ProposalBox == nil || starts[n] > math.MaxInt32) {
		return misusef("proposals of %d images: expected offsets and boxes, at most 2^31-1", n)
	}
	w.second.Reset(w.classes)
	w.regions, w.mined, w.images, w.targets = -1, -1, 0, losses.Targets{}
	w.truth.reset()
	if err := p.Images.each(w.classes, func(i int, id uint64, t anchors.Truth) {
		t = w.truth.keep(t)
		w.roi.Join(&w.second, roi.Image{ID: id, Truth: t, Proposals: boxes(p.ProposalBox, starts[n])[starts[i]:starts[i+1]]})
	}); err != nil {
		return err
	}
	w.mined, w.images = len(w.second.Candidates()), int(n)
	*candidates = int64(w.mined)
	return nil
}

// truths are the ground truths of a batch, which the second stage reads in
// calls after that which brought them.
type truths struct {
	box, ignore []anchors.Box
	class       []int32
}

func (k *truths) reset() { k.box, k.ignore, k.class = k.box[:0], k.ignore[:0], k.class[:0] }

// keep returns a copy of an image's.
func (k *truths) keep(t anchors.Truth) anchors.Truth {
	k.box, k.ignore, k.class = append(k.box, t.Box...), append(k.ignore, t.Ignore...), append(k.class, t.Class...)
	return anchors.Truth{
		Box:    k.box[len(k.box)-len(t.Box):],
		Class:  k.class[len(k.class)-len(t.Class):],
		Ignore: k.ignore[len(k.ignore)-len(t.Ignore):],
	}
}

// Candidates is detsample_roi_candidates.
func (w *Work) Candidates(box *float32, image *int32, room int64) error {
	if err := w.useROI(); err != nil {
		return err
	}
	defer w.done()
	return putROIs(box, image, room, w.second.Candidates())
}

// SampleROIs is detsample_roi_sample.
func (w *Work) SampleROIs(seed, step uint64, logits, deltas *float32, regions *int64) error {
	if err := w.useROI(); err != nil {
		return err
	}
	defer w.done()
	if err := w.joined(); err != nil {
		return err
	}
	if regions == nil {
		return misusef("regions is NULL: the result is written there")
	}
	n, columns := int64(w.mined), int64(w.roi.Cls.Link().Columns(w.classes))
	return w.draw(w.roi, seed, step, slice(logits, n*columns), slice(deltas, n*int64(w.roi.BoxColumns(w.classes))), regions)
}

// LabelsROIs is detsample_roi_labels.
func (w *Work) LabelsROIs(gt *int32, iou *float32, room int64) error {
	if err := w.useROI(); err != nil {
		return err
	}
	defer w.done()
	if err := w.joined(); err != nil {
		return err
	}
	if room < int64(w.mined) {
		return roomError{int(room), w.mined}
	}
	gts, ious, at := slice(gt, room), slice(iou, room), 0
	for i := range w.images {
		_, a := w.second.Assigned(i)
		if gts != nil {
			copy(gts[at:], a.GT)
		}
		if ious != nil {
			copy(ious[at:], a.IoU)
		}
		at += len(a.GT)
	}
	return nil
}

// HardnessROIs is detsample_roi_hardness.
func (w *Work) HardnessROIs(logits, hardness *float32, room int64) error {
	if err := w.useROI(); err != nil {
		return err
	}
	defer w.done()
	if err := w.joined(); err != nil {
		return err
	}
	row, alone := w.roi.Cls.(losses.Pointwise)
	switch {
	case !alone:
		return errJointly
	case w.mined > 0 && (logits == nil || hardness == nil):
		return misusef("hardness needs logits, and room for the result")
	case room < int64(w.mined):
		return roomError{int(room), w.mined}
	}
	at, columns := int64(0), int64(w.roi.Cls.Link().Columns(w.classes))
	for i := range w.images {
		class, _ := w.second.Assigned(i)
		end := at + int64(len(class))
		rows := losses.Batch{Logits: slice(logits, end*columns)[at*columns:], Columns: int(columns), Class: class, Exact: w.second.Exact}
		losses.Hardness(slice(hardness, end)[at:], row, &rows)
		at = end
	}
	return nil
}

// TakeROIs is detsample_roi_take: a sample of the caller's own.
func (w *Work) TakeROIs(seed, step uint64, samples *int64, sample *int32, weight *float32, regions *int64) error {
	if err := w.useROI(); err != nil {
		return err
	}
	defer w.done()
	if err := w.joined(); err != nil {
		return err
	}
	if samples == nil || regions == nil {
		return misusef("samples or regions is NULL")
	}
	w.given.read(samples, int64(w.images), sample, weight)
	w.askedROI = *w.roi
	w.askedROI.Sampler = &w.given
	return w.draw(&w.askedROI, seed, step, nil, nil, regions)
}

// joined returns an error unless a batch has begun.
func (w *Work) joined() error {
	if w.mined < 0 {
		return misusef("detsample_roi_join comes first: there are no candidates yet")
	}
	return nil
}

// draw samples the regions of a batch.
func (w *Work) draw(c *roi.Config, seed, step uint64, logits, deltas []float32, regions *int64) error {
	w.regions, w.targets = -1, losses.Targets{}
	c.Sample(&w.second, logits, deltas, sampling.Key{Seed: seed, Step: step, Stage: w.stage})
	w.regions = len(w.second.ROIs())
	*regions = int64(w.regions)
	return nil
}

// Regions is detsample_roi_regions.
func (w *Work) Regions(box *float32, image, class, gt *int32, room int64) error {
	if err := w.useROI(); err != nil {
		return err
	}
	defer w.done()
	if err := w.sampled(); err != nil {
		return err
	}
	if err := putROIs(box, image, room, w.second.ROIs()); err != nil {
		return err
	}
	classes, matches := w.second.Labels()
	put(class, classes)
	put(gt, matches)
	return nil
}

// LossROIs is detsample_roi_loss.
func (w *Work) LossROIs(logits, deltas, gradLogits, gradDeltas *float32, value *Value) error {
	if err := w.useROI(); err != nil {
		return err
	}
	defer w.done()
	if err := w.sampled(); err != nil {
		return err
	}
	n := int64(w.regions) * int64(w.roi.Cls.Link().Columns(w.classes))
	m := int64(w.regions) * int64(w.roi.BoxColumns(w.classes))
	if n > 0 && gradLogits == nil || m > 0 && gradDeltas == nil {
		return misusef("grad_logits or grad_deltas is NULL: a step writes its gradients there")
	}
	w.targets = losses.Targets{}
	v := w.roi.Loss(&w.second, &roi.Batch{
		Logits: slice(logits, n), GradLogits: slice(gradLogits, n), Deltas: slice(deltas, m), GradDeltas: slice(gradDeltas, m),
	})
	if value == nil {
		return misusef("value is NULL")
	}
	return value.set(&v)
}

// TargetsROIs is detsample_roi_targets.
func (w *Work) TargetsROIs(counts *Counts) error {
	if err := w.useROI(); err != nil {
		return err
	}
	defer w.done()
	if err := w.sampled(); err != nil {
		return err
	}
	w.targets = w.roi.Targets(&w.second)
	return counts.set(&w.targets)
}

// sampled returns an error unless regions were drawn from the present batch.
func (w *Work) sampled() error {
	if w.regions < 0 || w.mined < 0 {
		return misusef("no regions yet: detsample_roi_join and detsample_roi_sample come first")
	}
	return nil
}

func putROIs(box *float32, image *int32, room int64, rois []roi.ROI) error {
	if room < int64(len(rois)) {
		return roomError{int(room), len(rois)}
	}
	to, place := boxes(box, int64(len(rois))), slice(image, int64(len(rois)))
	for i, r := range rois {
		if to != nil {
			to[i] = r.Box
		}
		if place != nil {
			place[i] = r.Image
		}
	}
	return nil
}
