package roi

import (
	"slices"

	"detsample/internal/stage"
)

// Reset begins a batch of a detector with the given number of classes.
func (w *Work) Reset(classes int) {
	w.classes, w.used, w.ready = classes, 0, false
	w.candidates, w.rois = w.candidates[:0], w.rois[:0]
	w.class, w.match, w.allClass = w.class[:0], w.match[:0], w.allClass[:0]
}

// Join adds the next image of the batch: ground truth joins its proposals if
// configured, and the candidates are assigned. It panics if a ground truth is
// none (see [anchors.Truth]) or of no class of the batch, and for the first
// image of w if the configuration is not valid.
func (c *Config) Join(w *Work, image Image) {
	c.begin(w, "roi: Join")
	w.checkImage(&image, "roi: Join")
	if w.used == len(w.images) {
		w.images = append(w.images, joined{})
	}
	j := &w.images[w.used]
	j.id, j.truth, j.start = image.ID, image.Truth, len(w.candidates)
	j.boxes.Box = append(j.boxes.Box[:0], image.Proposals...)
	if c.JoinTruth {
		for _, b := range image.Truth.Box {
			if b.Valid() { // a head has nothing to look at in a box without area
				j.boxes.Box = append(j.boxes.Box, b)
			}
		}
	}
	c.Assigner.Assign(&j.assignment, &j.boxes, &j.truth)
	if !w.looked || w.foreign {
		stage.CheckLabels("roi: Join", "the assigner", w.used, image.ID, &j.assignment, len(j.boxes.Box), len(j.truth.Box))
	}
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
	w.ready = false
}

// class turns a candidate's label code into its class.
func class(gt int32, truth []int32) int32 {
	if gt < 0 {
		return gt
	}
	return truth[gt]
}
