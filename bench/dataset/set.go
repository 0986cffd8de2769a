// Package dataset holds image sets in memory at the resolution a network
// trains at: it takes what package annotations reads, says what is learned from
// and what is held out, and decodes, turns, scales and letterboxes the images.
//
// Nothing is left out in silence: whatever was skipped or changed, there or
// here, is listed in [Set.Problems] by file, or is the error under
// [Options.Refuse].
//
// Boxes follow package anchors: corners in continuous pixel coordinates, in
// which pixel (0, 0) covers [0, 1) x [0, 1).
package dataset

import (
	"detsample/anchors"
	"detsample/bench/annotations"
)

// Object is one annotated object.
type Object struct {
	// Box is the object's box in pixels of the image as stored, that is, of
	// the scaled image.
	Box anchors.Box
	// Class is an index into [Set.Classes].
	Class int32
	// Ignore marks a crowd (COCO iscrowd) or a difficult object (VOC):
	// neither a target in training nor, where it is detected, a false
	// positive in evaluation.
	Ignore bool
}

// Image is one picture and its objects.
type Image struct {
	// Name is the image's file relative to the set's folder, or the name its
	// generator gave it; unique within a split
	// unless annotations list a file twice.
	Name string
	// ID is the number by which COCO results refer to the image; unique
	// within a split.
	ID int64
	// Pix holds 3*Width*Height bytes: rows from the top, pixels from the
	// left, and red, green, blue within a pixel (HWC).
	Pix []uint8
	// Width and Height are the canvas's size in pixels, equal to the set's.
	Width, Height int
	// OwnWidth and OwnHeight are the size of the image, which lies at the top left
	// of its canvas; 0 means that it fills it.
	OwnWidth, OwnHeight int
	// Scale is network pixels per pixel of the original; 1 for a generated
	// image. A box divided by it is in the original's pixels (to the rounding
	// of the scaled image to whole pixels).
	Scale float32
	// Objects are the annotated objects, in the order of the annotation.
	Objects []Object

	source source
}

// Stream draws training images. It belongs to one goroutine.
type Stream interface {
	// Image returns the image of an index, the same for equal indices of equal
	// runs. It is valid until the next call.
	Image(index uint64) (*Image, error)
}

// Set is a data set with its two splits: Train to learn from, Test held out.
type Set struct {
	Name    string
	Classes []string
	// Width and Height are the canvas that every image has.
	Width, Height int
	Train, Test   []Image
	// Fresh, if not nil, gives a run training images of its own, which never
	// repeat. Train is then a sample of their like, for what is counted in it.
	Fresh func(run uint64) Stream
	// Problems lists what was skipped, changed or chosen while reading.
	Problems []annotations.Problem

	annotated *annotations.Set // what it was made of; nil where it was generated
	class     []int32          // of each category in there, -1 for one that is left out
}
