package detector

import (
	"detsample/anchors"
	"detsample/losses"
)

// State is what a dense head put out for a batch. Its slices are the
// detector's own, valid until the next Step or Detect.
type State struct {
	Classes int
	Link    losses.Link
	Pyramid anchors.Pyramid
	Logits  []float32 // (images, anchors, Link.Columns(Classes))
	Deltas  []float32 // (images, anchors, 4)
}

// State returns what the head put out in the last Step or Detect: the training
// state that other samplers and losses can be replayed on.
func (d *OneStage) State() State {
	if d.head.partial {
		d.head.regress()
	}
	return State{
		Classes: d.classes, Link: d.dense.Cls.Link(), Pyramid: d.cfg.Pyramid,
		Logits: d.head.logits, Deltas: d.head.deltas,
	}
}
