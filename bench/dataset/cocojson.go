package dataset

import (
	"errors"
	"io"

	"detsample/internal/cocojson"
	"detsample/internal/jsonstream"
)

// cocoFile is one annotation file of COCO: its top-level lists, as written.
type cocoFile struct {
	images     []cocoImage
	categories []cocoCategory
	objects    []cocoObject
	// faults are list elements of the wrong type, left out of the lists.
	faults []fault
}

type fault struct {
	line    int
	message string
}

type cocoImage struct {
	id            int64
	fileName      string
	width, height float64
	line          int
}

type cocoCategory struct {
	id   int64
	name string
	line int
}

// cocoObject is an element of "annotations" without its segmentation.
type cocoObject struct {
	id, image, category int64
	box                 [4]float64 // x, y, width, height
	crowd               bool
	line                int
}

// parseCOCO reads an annotation file element by element, so that a file of
// hundreds of megabytes is never held in memory.
func parseCOCO(r io.Reader) (*cocoFile, error) {
	f := &cocoFile{}
	err := cocojson.Parse(r, cocojson.Sink{
		Image: func(im cocojson.Image, at cocojson.Place) error {
			if im.File == "" {
				return f.fault("images", "without id or file_name", at)
			}
			f.images = append(f.images, cocoImage{im.ID, im.File, im.Width, im.Height, at.Line})
			return nil
		},
		Category: func(c cocojson.Category, at cocojson.Place) error {
			f.categories = append(f.categories, cocoCategory{c.ID, c.Name, at.Line})
			return nil
		},
		Object: func(o cocojson.Object, at cocojson.Place) error {
			f.objects = append(f.objects, cocoObject{o.ID, o.Image, o.Category, o.Box, o.Crowd, at.Line})
			return nil
		},
		Fault: f.fault,
	})
	if syntax, ok := errors.AsType[*jsonstream.SyntaxError](err); ok {
		err = &lineError{syntax.Line, syntax}
	}
	return f, err
}

func (f *cocoFile) fault(list, message string, at cocojson.Place) error {
	f.faults = append(f.faults, fault{at.Line, `element of "` + list + `": ` + message})
	return nil
}
