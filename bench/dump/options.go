package dump

import (
	"detsample/anchors"
	"detsample/losses"
)

// Options says how a dump is to be understood. The zero value reads what the
// dump says of itself.
type Options struct {
	// Limit is the most bytes that the compressed entries of a .npz may inflate
	// to, all together; 0 is [DefaultLimit].
	Limit int64

	// LabelMap names the convention of labels and gt_classes, one of
	// [LabelMaps]. Empty: the dump's attribute label_map, or "detsample".
	LabelMap string

	// Link is "sigmoid" or "softmax". Empty: the dump's attribute link, or
	// "sigmoid".
	Link string

	// Background is the column of the background under softmax, "first" or
	// "last". Empty: the dump's attribute background, or the label map's.
	Background string

	// Assigner labels the candidates of a dump without labels, from gt_boxes,
	// gt_classes and gt_image. Nil: RetinaNet's, max_iou at 0.5 and 0.4.
	Assigner anchors.Assigner

	// Truth is where a dump without gt_boxes has its ground truth from: that of the
	// image of an id, as image_ids has it, with boxes in pixels that image_scales
	// turns into the dump's and classes from 0 to classes-1. It is asked where
	// image_ids is there. Nil: there is none. An error ends the reading if the
	// dump has no labels either, and is noted otherwise.
	Truth func(id int64, classes int) (anchors.Truth, error)

	// Coder decodes the dump's deltas; nil is [anchors.NewCoder](1, 1, 1, 1).
	Coder *anchors.Coder

	// Box is the box loss by which samplers rank that ask for one; nil is
	// SmoothL1 with beta 1/9.
	Box losses.Box
}

// DefaultLimit is the default of [Options].Limit, 4 GiB.
const DefaultLimit = 4 << 30
