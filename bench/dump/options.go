package dump

import (
	"detsample/anchors"
	"detsample/losses"
)

// Options says how a dump is to be understood. The zero value reads what the
// dump says of itself.
type Options struct {
	// LabelMap names the convention of labels and gt_classes, one of
	// [LabelMaps]. Empty: the dump's attribute label_map, or "detsample".
	LabelMap string

	// Assigner returns what labels the candidates of a dump without labels, from
	// gt_boxes, gt_classes and gt_image, and the coder by which its stage decodes
	// predicted boxes: of a dump of so many classes under a link. Nil, or where it
	// returns nil: RetinaNet's, max_iou at 0.5 and 0.4. A sampler whose [Stage] has an
	// assigner goes by that.
	Assigner func(classes int, link losses.Link) (anchors.Assigner, anchors.Coder)

	// Truth is where a dump without gt_boxes has its ground truth from: that of the
	// image of an id, as image_ids has it, with boxes in pixels that image_scales
	// turns into the dump's and classes from 0 to classes-1. It is asked where
	// image_ids is there. Nil: there is none. An error ends the reading if the
	// dump has no labels either, and is noted otherwise.
	Truth func(id int64, classes int) (anchors.Truth, error)
}
