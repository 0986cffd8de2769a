// Package cocojson parses COCO and LVIS annotation files as a stream. Segmentations
// are read where there is no box only.
package cocojson

import (
	"fmt"
	"io"

	"detsample/internal/jsonstream"
)

// Place is where a list's element starts.
type Place struct {
	Line   int   // 1-based
	Offset int64 // in bytes
	Number int   // of the element in its list, from 1
}

// Call returns what an element is called by its place in its list and, if it has
// one, its id, such as "annotation 12 (id 345)".
func (at Place) Call(noun string, id int64, numbered bool) string {
	if !numbered {
		return fmt.Sprintf("%s %d", noun, at.Number)
	}
	return fmt.Sprintf("%s %d (id %d)", noun, at.Number, id)
}

// Sink takes the elements of a file as they come. An error of its own ends the
// reading.
type Sink struct {
	Image    func(Image, Place) error
	Category func(Category, Place) error
	Object   func(Object, Place) error
	// Found takes what is wrong with an element.
	Found func(Finding) error
}

// Finding is what is wrong with an element of a list.
type Finding struct {
	Element string // such as "annotation 12 (id 345)", see [Place.Call]; "" for the file
	Message string
	Lost    bool // the element is unusable; else Message says how it was taken
	Object  bool // the element is an annotation
	At      Place
}

// Image is an element of "images". LVIS 1.0 has a URL instead of a file.
type Image struct {
	ID                      int64
	File, URL               string
	Width, Height           float64 // 0 where the file has none
	Negative, NotExhaustive []int64 // of LVIS; nil where there is no list
}

// Category is an element of "categories".
type Category struct {
	ID              int64
	Name, Frequency string // empty where the file has none
}

// Object is an element of "annotations" without its segmentation, whose extent is the
// box of one that has none.
type Object struct {
	ID, Image, Category int64
	HasID               bool
	Box                 [4]float64 // as written
	Area                float64
	HasArea             bool
	Crowd, Ignore       bool
}

// Parse reads a file element by element. Only the ids and the box of an element
// can make it unusable. Errors of its own are of type
// [jsonstream.SyntaxError].
//
// It takes time in proportion to what it reads, and the memory of one element; a
// text of more than 1 MiB is an error, and so are values that nest more than 1000
// deep.
func Parse(r io.Reader, sink Sink) error {
	p := parser{fields: fields{Reader: jsonstream.New(r)}, sink: sink}
	err := p.file()
	if jsonstream.IsType(err) {
		err = &jsonstream.SyntaxError{Line: p.Line(), Offset: p.Offset(), Message: "a COCO file is an object with the arrays images, annotations and categories: " + err.Error()}
	}
	return err
}

type parser struct {
	fields
	sink         Sink
	segmentation []byte // of an annotation, until its box is there
}

func (p *parser) file() error {
	there := map[string]bool{}
	err := p.Reader.Object(func(key []byte) error {
		switch string(key) {
		case "images":
			there["images"] = true
			return p.list("images", "image", p.image)
		case "categories":
			there["categories"] = true
			return p.list("categories", "category", p.category)
		case "annotations":
			there["annotations"] = true
			return p.list("annotations", "annotation", p.object)
		}
		return p.Skip()
	})
	if err != nil {
		return err
	}
	if !there["images"] && !there["annotations"] {
		return &jsonstream.SyntaxError{Line: 1, Message: "neither \"images\" nor \"annotations\": not a COCO or LVIS file; name the instances_*.json of the set"}
	}
	for _, name := range []string{"images", "annotations", "categories"} {
		if there[name] {
			continue
		}
		if err := p.sink.Found(Finding{Message: "no list " + name}); err != nil {
			return err
		}
	}
	return p.End()
}

// list reads an array. element returns the id of an element.
func (p *parser) list(name, noun string, element func(Place) (id int64, named bool, err error)) error {
	number := 0
	err := p.Array(func() error {
		p.wrong, p.notes = "", p.notes[:0]
		if _, err := p.Kind(); err != nil {
			return err
		}
		number++
		at := Place{p.Line(), p.Offset(), number}
		id, named, err := element(at)
		if jsonstream.IsType(err) {
			p.fault("%v", err)
			err = nil
		}
		if err != nil || p.wrong == "" && len(p.notes) == 0 {
			return err
		}
		return p.report(at.Call(noun, id, named), noun == "annotation", at)
	})
	if jsonstream.IsType(err) {
		return &jsonstream.SyntaxError{Line: p.Line(), Offset: p.Offset(), Message: fmt.Sprintf("%q: %v", name, err)}
	}
	return err
}

func (p *parser) report(element string, object bool, at Place) error {
	for _, note := range p.notes {
		if err := p.sink.Found(Finding{element, note, false, object, at}); err != nil {
			return err
		}
	}
	if p.wrong == "" {
		return nil
	}
	return p.sink.Found(Finding{element, p.wrong, true, object, at})
}

func (p *parser) image(at Place) (id int64, named bool, err error) {
	var im Image
	err = p.Reader.Object(func(key []byte) (err error) {
		switch string(key) {
		case "id":
			im.ID, named, err = p.whole("id")
		case "file_name":
			im.File, err = p.word("file_name", "the image has no name")
		case "coco_url":
			im.URL, err = p.String()
			if jsonstream.IsType(err) {
				err = nil
			}
		case "width":
			im.Width, _, err = p.number("width", "taken as unknown")
		case "height":
			im.Height, _, err = p.number("height", "taken as unknown")
		case "neg_category_ids":
			im.Negative, err = p.ids("neg_category_ids")
		case "not_exhaustive_category_ids":
			im.NotExhaustive, err = p.ids("not_exhaustive_category_ids")
		default:
			err = p.Skip()
		}
		return err
	})
	if err == nil && !named {
		p.fault("no id")
	}
	if err != nil || p.wrong != "" {
		return im.ID, named, err
	}
	return im.ID, named, p.sink.Image(im, at)
}

func (p *parser) category(at Place) (id int64, named bool, err error) {
	var c Category
	err = p.Reader.Object(func(key []byte) (err error) {
		switch string(key) {
		case "id":
			c.ID, named, err = p.whole("id")
		case "name":
			c.Name, err = p.word("name", "it is called by its id")
		case "frequency":
			c.Frequency, err = p.word("frequency", "taken as none")
		default:
			err = p.Skip()
		}
		return err
	})
	if err == nil && !named {
		p.fault("no id")
	}
	if err != nil || p.wrong != "" {
		return c.ID, named, err
	}
	return c.ID, named, p.sink.Category(c, at)
}

func (p *parser) object(at Place) (id int64, named bool, err error) {
	var o Object
	var image, category bool
	box := "no bbox" // what is wrong with it
	whole := true    // the segmentation
	p.segmentation = p.segmentation[:0]
	err = p.Reader.Object(func(key []byte) (err error) {
		switch string(key) {
		case "id":
			o.ID, o.HasID, err = p.index("id", "taken as none")
		case "image_id":
			o.Image, image, err = p.whole("image_id")
		case "category_id":
			o.Category, category, err = p.whole("category_id")
		case "bbox":
			o.Box, box, err = p.box()
		case "segmentation":
			if box == "" {
				return p.Skip()
			}
			p.segmentation, whole, err = p.Record(p.segmentation[:0], maxSegmentation)
		case "area":
			o.Area, o.HasArea, err = p.number("area", "that of the box counts")
		case "iscrowd":
			o.Crowd, err = p.flag("iscrowd")
		case "ignore":
			o.Ignore, err = p.flag("ignore")
		default:
			err = p.Skip()
		}
		return err
	})
	if err == nil {
		switch {
		case !image:
			p.fault("no image_id")
		case !category:
			p.fault("no category_id")
		case box != "":
			extent, wrong := extentOf(p.segmentation)
			if !whole {
				wrong = fmt.Sprintf("a segmentation of more than %d bytes", maxSegmentation)
			}
			switch {
			case wrong == "":
				o.Box = extent
				p.note("%s: the extent of its segmentation is taken", box)
			case len(p.segmentation) > 0 || !whole:
				p.fault("%s, and %s", box, wrong)
			default:
				p.fault("%s", box)
			}
		}
	}
	if err != nil || p.wrong != "" {
		return o.ID, o.HasID, err
	}
	return o.ID, o.HasID, p.sink.Object(o, at)
}
