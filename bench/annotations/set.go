// Package annotations reads the annotations of image sets without their
// pixels: COCO and LVIS files, folders of them (Roboflow's too), and folders of
// Pascal VOC and of YOLO. It is the only reader of annotations: what one file
// holds is the same to whatever works on it.
//
// Nothing is left out in silence. What was not read, changed or chosen is in
// [Set.Problems]; the rules by which that is done are those of [Policy].
//
// A COCO file is read as a stream in which segmentations are passed over where there
// is a box, so that the 450 MB of train2017 need the memory of their boxes only. No
// reader needs more than [MemoryPerByte] times the bytes of what it reads.
//
// Boxes are x, y, width, height in pixels, float64, in the continuous
// coordinates in which pixel (0, 0) covers [0, 1) x [0, 1).
package annotations

import "fmt"

// Set is the annotations of a set of images.
type Set struct {
	// Path is what was opened.
	Path   string
	Format Format
	// Categories are in the order of their ids; [Object.Category] is an index
	// into them. Those without an object are among them.
	Categories []Category
	// Images are in the order of the file, or by name where there are many
	// files.
	Images []Image
	// Renumbered says that files of the set gave different images one id, so
	// that most have another one here.
	Renumbered bool
	// HasImages says that the image files are at hand and were looked at: their
	// sizes are those of the set, and an image without a Path is missing or
	// unreadable.
	HasImages bool
	// Problems lists what is wrong with the annotations and what was done
	// about it, and what was chosen in reading them.
	Problems []Problem

	lost   []Image // not among Images, as they or their annotation cannot be read
	folder string  // where Image.Path is from
	follow bool    // links out of the folder
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
	// ID is the file's; in a YOLO folder it is the number of the class, in a
	// VOC folder the place of its name among all, both from 0.
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
	// File is the image's name as the annotation has it, slash-separated,
	// relative and within its folder; empty where there is none.
	File string
	// Path is where the image lies in the folder that was opened; empty where
	// it is not there or was not looked for ([Options.Images]).
	Path string
	// Source is the file that annotates the image, relative to the folder;
	// that file's path where one file was opened.
	Source string
	// Split is the part of the set that the image belongs to, empty where
	// nothing says so.
	Split Split
	// Width and Height are in pixels, 0 where they are not known. They are those
	// of the image as it is shown, turned as its EXIF orientation says, unless
	// Stored is set.
	Width, Height int
	// Stored marks an image whose EXIF orientation is not heeded, as its
	// annotation states the size of the pixels as they are stored.
	Stored  bool
	Objects []Object
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
	// Unmatched marks an object whose id is 0, under [Policy.AsIs]: what matches it
	// is wrong and it is missed, as pycocotools takes the id for that of none.
	Unmatched bool
}

// Called returns what an object is called when its place in its file is not known
// any more: by its id where that is the file's, and by its class.
func (s *Set) Called(o *Object) string {
	class := s.Categories[o.Category].Name
	if s.Format == COCO || s.Format == LVIS {
		return fmt.Sprintf("annotation (id %d, %.40s)", o.ID, class)
	}
	return fmt.Sprintf("object (%.40s)", class)
}

// ClassNames returns the names of the categories, with the id behind one that
// another has too, as in "red (2)": no two are the same class.
func (s *Set) ClassNames() []string {
	seen := make(map[string]int, len(s.Categories))
	for _, c := range s.Categories {
		seen[c.Name]++
	}
	names := make([]string, len(s.Categories))
	for i, c := range s.Categories {
		if names[i] = c.Name; seen[c.Name] > 1 {
			names[i] = fmt.Sprintf("%s (%d)", c.Name, c.ID)
		}
	}
	return names
}

// Unread counts the images that are of no use, as they are missing, or they or their
// annotation cannot be read, and all that there are, these and Images.
func (s *Set) Unread() (n, of int) {
	n = len(s.lost)
	for i := range s.Images {
		if !s.Readable(&s.Images[i]) {
			n++
		}
	}
	return n, len(s.Images) + len(s.lost)
}

// Readable reports whether an image of the set is there and can be read, or images
// are not at hand, so that what its annotation states is all there is.
func (s *Set) Readable(im *Image) bool { return im.Path != "" || !s.HasImages }
