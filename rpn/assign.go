package rpn

import (
	"fmt"

	"detsample/anchors"
	"detsample/internal/parallel"
)

// Assign labels every anchor of every image, what [Config.Step] begins with:
// gt receives the label codes and iou, unless nil, the IoU with the
// best-overlapping ground truth, (images, anchors). A loader may do this ahead
// of the head and hand it over as Batch.GT and Batch.IoU. An assigner that
// looks at predictions needs Logits and Deltas. It panics as Step does, and if
// a length is wrong.
func (c *Config) Assign(w *Work, b *Batch, gt []int32, iou []float32) {
	c.begin(w, b.Classes, "rpn: Assign")
	n := len(b.Anchors.Box)
	if len(gt) != n*len(b.Images) || iou != nil && len(iou) != len(gt) {
		panic(fmt.Sprintf("rpn: Assign: room for %d labels and %d IoUs of %d images of %d anchors", len(gt), len(iou), len(b.Images), n))
	}
	if c.Assigner.Needs()&anchors.NeedPredictions != 0 && (len(b.Logits) != len(gt)*c.Cls.Link().Columns(b.Classes) || len(b.Deltas) != 4*len(gt)) {
		panic(fmt.Sprintf("rpn: Assign: %d logits and %d deltas for %d images of %d anchors, and the assigner looks at predictions",
			len(b.Logits), len(b.Deltas), len(b.Images), n))
	}
	c.checkImages(w, b, "rpn: Assign")
	w.reset(b)
	parallel.For(max(w.Threads, 1), len(b.Images), func(_, i int) {
		m := &w.images[i]
		c.label(w, b, i, "rpn: Assign")
		copy(gt[i*n:], m.assignment.GT)
		if iou != nil {
			copy(iou[i*n:], m.assignment.IoU)
		}
	})
}
