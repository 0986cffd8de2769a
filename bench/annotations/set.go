// Package annotations reads the annotations of image sets without their
// pixels: COCO and LVIS files, and folders of Pascal VOC and of YOLO.
//
// A COCO file is read as a stream in which segmentations are passed over, so
// that the 450 MB of train2017 need the memory of their boxes only.
//
// Boxes are x, y, width, height in pixels, float64, in the continuous
// coordinates in which pixel (0, 0) covers [0, 1) x [0, 1).
package annotations

// Set is the annotations of a set of images.
type Set struct {
	// Path is what was opened.
	Path   string
	Format Format
	// Categories are in the order of their ids; [Object.Category] is an index
	// into them.
	Categories []Category
	// Images are in the order of the file, or by name where there are many
	// files.
	Images []Image
	// Problems lists what is wrong with the annotations and what was done
	// about it, at most [Options.MaxProblems] of them.
	Problems []Problem
}

// Format is a way to write annotations.
type Format string

// The formats. LVIS is COCO with frequencies or lists of negative categories.
const (
	COCO Format = "coco"
	LVIS Format = "lvis"
	VOC  Format = "voc"
	YOLO Format = "yolo"
)

// Category is a class of objects.
type Category struct {
	// ID is the file's; in a VOC or YOLO folder it is the index.
	ID   int64
	Name string
	// Frequency is LVIS's group by the number of training images: "r" (rare),
	// "c" (common) or "f" (frequent); empty in other formats.
	Frequency string
}

// Image is an image and its annotations.
type Image struct {
	// ID is the file's; in a VOC or YOLO folder it is the index plus one.
	ID int64
	// File is the image's name, slash-separated, relative and within its
	// folder; empty where the annotation's name is not.
	File string
	// Width and Height are in pixels, 0 where they are not known.
	Width, Height int
	Objects       []Object
	// Negative and NotExhaustive are LVIS's lists for the image, indices of
	// categories: verified to be absent, and present with objects that are
	// not annotated.
	Negative, NotExhaustive []int32
}

// Object is an annotated object.
type Object struct {
	// ID is the file's; in a VOC or YOLO folder it counts the objects of the
	// set from 1.
	ID int64
	// Box is x, y, width, height in pixels.
	Box [4]float64
	// Category is an index into [Set.Categories].
	Category int32
	// Area is in square pixels: of the segmentation in COCO, else the box's.
	Area float64
	// Crowd marks a region of many objects (COCO's iscrowd).
	Crowd bool
	// Ignore marks an object that need not be found: VOC's difficult, or
	// "ignore" in COCO.
	Ignore bool
}

// Objects counts the objects of all images.
func (s *Set) Objects() int {
	n := 0
	for i := range s.Images {
		n += len(s.Images[i].Objects)
	}
	return n
}
