package dataset

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"path"

	"detsample/anchors"
	"detsample/bench/annotations"
)

// source is where an image of a folder is from.
type source struct {
	at            int // in the annotations
	width, height int // before it was scaled
}

// Originals returns the two splits as other programs take them: the same
// images in the same order, with all objects of the classes in pixels before
// scaling, and their pictures' names. What need not be found is a crowd, which
// no program takes for an object. Categories are the classes in their
// order, with the ids that a COCO file gives them, and else counted from 1.
func (s *Set) Originals() (train, test *annotations.Set) {
	train, test = s.original(s.Train, 0), s.original(s.Test, len(s.Train))
	if s.annotated == nil || s.annotated.Format == annotations.VOC || s.annotated.Format == annotations.YOLO {
		return train, test
	}
	for k := range s.annotated.Categories {
		if c := s.class[k]; c >= 0 {
			id := s.annotated.Categories[k].ID
			train.Categories[c].ID, test.Categories[c].ID = id, id
		}
	}
	return train, test
}

// original returns a split, whose images are counted from before.
func (s *Set) original(images []Image, before int) *annotations.Set {
	out := &annotations.Set{Path: s.Name, Format: annotations.COCO}
	for k, name := range s.Classes {
		out.Categories = append(out.Categories, annotations.Category{ID: int64(k) + 1, Name: name})
	}
	bases := map[string]int{}
	for i := range images {
		bases[path.Base(images[i].Name)]++
	}
	for i := range images {
		im := &images[i]
		if s.annotated == nil {
			out.Images = append(out.Images, generated(im, before+i+1, i*maxGenerated))
			continue
		}
		name := path.Base(im.Name)
		if bases[name] > 1 {
			name = fmt.Sprintf("%d-%s", im.ID, name)
		}
		from := &s.annotated.Images[im.source.at]
		copied := annotations.Image{ID: im.ID, File: name, Source: from.Source, Width: im.source.width, Height: im.source.height}
		for _, o := range from.Objects {
			if o.Category = s.class[o.Category]; o.Category >= 0 {
				o.Crowd, o.Ignore = o.Crowd || o.Ignore, false
				copied.Objects = append(copied.Objects, o)
			}
		}
		out.Images = append(out.Images, copied)
	}
	return out
}

// maxGenerated separates the ids of generated images' objects: none has as many.
const maxGenerated = 1000

// generated returns the annotation of a generated image, its objects' ids
// counted from first.
func generated(im *Image, id, first int) annotations.Image {
	out := annotations.Image{ID: int64(id), File: fmt.Sprintf("%06d.png", id), Width: im.Width, Height: im.Height}
	for g, o := range im.Objects {
		out.Objects = append(out.Objects, annotations.Object{
			ID: int64(first + g + 1), Box: sides(o.Box), Category: o.Class, Area: float64(o.Box.Area()), Crowd: o.Ignore,
		})
	}
	return out
}

// sides returns a box as COCO has it.
func sides(b anchors.Box) [4]float64 {
	return [4]float64{float64(b[0]), float64(b[1]), float64(b[2]) - float64(b[0]), float64(b[3]) - float64(b[1])}
}

// File returns the picture that an image of the set was read from, empty for a
// generated one.
func (s *Set) File(im *Image) (string, error) {
	if s.annotated == nil {
		return "", nil
	}
	return s.annotated.ImageFile(im.source.at)
}

// Opaque returns Pix as a picture of the standard library. It panics where Pix is
// not there.
func (im *Image) Opaque() *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, im.Width, im.Height))
	for i := range im.Width * im.Height {
		copy(picture.Pix[4*i:], im.Pix[3*i:3*i+3])
		picture.Pix[4*i+3] = 0xff
	}
	return picture
}

// PNG returns the pixels of an image, as a file.
func (im *Image) PNG() ([]byte, error) {
	var out bytes.Buffer
	err := png.Encode(&out, im.Opaque())
	return out.Bytes(), err
}
