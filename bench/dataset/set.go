// Package dataset holds image sets at the resolution a network trains at: it
// takes what package annotations reads, says what is learned from and what is
// held out, and decodes, turns and scales the images of a folder when they are
// needed, through a cache of bounded size.
//
// Nothing is left out in silence: whatever was skipped or changed, there or
// here, is listed in [Set.Problems] by file, or is the error under
// [Options.Refuse].
//
// Boxes follow package anchors: corners in continuous pixel coordinates, in
// which pixel (0, 0) covers [0, 1) x [0, 1).
package dataset

import (
	"io"

	"detsample/anchors"
	"detsample/bench/annotations"
	"detsample/bench/crops"
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
	// generator gave it; unique within a split unless annotations list a file
	// twice.
	Name string
	// ID is the number by which COCO results refer to the image; unique
	// within a split.
	ID int64
	// Pix holds 3*Width*Height bytes: rows from the top, pixels from the
	// left, and red, green, blue within a pixel (HWC). It is nil where pixels are
	// read when they are needed: see [Image.Pixels] and [Image.Hold].
	Pix []uint8
	// Width and Height are the canvas's size in pixels, equal to the set's; in a
	// set of crops, the image's own.
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
	from   *disk // of Pix, where that is nil
}

// Size returns the image's own size in network pixels.
func (im *Image) Size() (width, height int) {
	if im.OwnWidth > 0 {
		return im.OwnWidth, im.OwnHeight
	}
	return im.Width, im.Height
}

// ToFind returns the number of objects that are to be found: not those to be
// ignored.
func (im *Image) ToFind() (n int) {
	for i := range im.Objects {
		if !im.Objects[i].Ignore {
			n++
		}
	}
	return n
}

// Pixels are rows of pixels as in [Image.Pix], of at least the image's own size.
// They must not be changed.
type Pixels struct {
	Pix           []uint8
	Width, Height int
}

// Pixels returns the image's pixels: Pix, or else what its file holds. The error
// is an [ImageError]: the file cannot be read, or has changed since the set was
// loaded. Several goroutines may call it at a time.
func (im *Image) Pixels() (Pixels, error) {
	if im.Pix != nil || im.from == nil {
		return Pixels{im.Pix, im.Width, im.Height}, nil
	}
	return im.from.pixels(im)
}

// Hold sets Pix to the image's pixels on its canvas, whose rest is mid grey
// (128), where it is nil. It fails as Pixels does.
func (im *Image) Hold() error {
	if im.Pix != nil {
		return nil
	}
	p, err := im.Pixels()
	if err == nil {
		im.Pix = p.On(nil, im.Width, im.Height)
	}
	return err
}

// grey fills the canvas beyond an image.
const grey = 128

// On writes the pixels at the top left of a canvas, whose rest is mid grey, into
// dst, which grows where it must, and returns it.
func (p Pixels) On(dst []uint8, width, height int) []uint8 {
	if p.Width == width && p.Height == height {
		return append(dst[:0], p.Pix...)
	}
	return p.Cut(dst, 0, 0, p.Width, p.Height, width, height)
}

// Cut is On for a part of the pixels: w x h of them, from x, y on.
func (p Pixels) Cut(dst []uint8, x, y, w, h, width, height int) []uint8 {
	dst = dst[:0]
	for row := range height {
		filled := 0
		if row < h {
			at := 3 * ((y+row)*p.Width + x)
			dst, filled = append(dst, p.Pix[at:at+3*w]...), w
		}
		for range 3 * (width - filled) {
			dst = append(dst, grey)
		}
	}
	return dst
}

// Identify writes what stands for the image's pixels: they themselves or, where
// they are read when needed, a digest of their file and the size that they are
// scaled to.
func (im *Image) Identify(w io.Writer) {
	if im.Pix != nil || im.from == nil {
		_, _ = w.Write(im.Pix) // a digest does not fail
		return
	}
	im.from.identify(w, im)
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
	// Crops, where its Side is not 0, is how images, which are as large as they
	// are, are cut to Width x Height for training and testing.
	Crops       crops.Config
	Train, Test []Image
	// Fresh, if not nil, gives a run training images of its own, which never
	// repeat. Train is then a sample of their like, for what is counted in it.
	Fresh func(run uint64) Stream
	// Problems lists what was skipped, changed or chosen while reading.
	Problems []annotations.Problem

	annotated *annotations.Set // what it was made of; nil where it was generated
	class     []int32          // of each category in there, -1 for one that is left out
}

// Memory returns the bytes that the images' pixels take at most.
func (s *Set) Memory() float64 {
	bytes, cached := 0.0, false
	for _, images := range [...][]Image{s.Train, s.Test} {
		for i := range images {
			switch im := &images[i]; {
			case im.from == nil:
				bytes += 3 * float64(im.Width) * float64(im.Height)
			case !cached:
				cached = true
				bytes += float64(im.from.cache.room)
			}
		}
	}
	return bytes
}
