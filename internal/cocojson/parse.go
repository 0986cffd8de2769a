// Package cocojson parses COCO and LVIS annotation files as a stream, passing
// over segmentations.
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
}

// Sink takes the elements of a file as they come. An error of its own ends the
// reading.
type Sink struct {
	Image    func(Image, Place) error
	Category func(Category, Place) error
	Object   func(Object, Place) error
	// Fault takes what is wrong with an element that is unusable.
	Fault func(list, message string, at Place) error
}

// Image is an element of "images". LVIS 1.0 has a URL instead of a file.
type Image struct {
	ID                      int64
	File, URL               string
	Width, Height           float64
	Negative, NotExhaustive []int64 // of LVIS; nil where there is no list
}

// Category is an element of "categories".
type Category struct {
	ID              int64
	Name, Frequency string
}

// Object is an element of "annotations" without its segmentation.
type Object struct {
	ID, Image, Category int64
	Box                 [4]float64 // as written
	Area                float64
	HasArea             bool
	Crowd, Ignore       bool
}

// Parse reads a file element by element. Its own errors are of type
// [jsonstream.SyntaxError].
func Parse(r io.Reader, sink Sink) error {
	p := parser{jsonstream.New(r), sink}
	err := p.file()
	if jsonstream.IsType(err) {
		err = &jsonstream.SyntaxError{Line: p.Line(), Offset: p.Offset(), Message: "a COCO file is an object with the arrays images, annotations and categories: " + err.Error()}
	}
	return err
}

type parser struct {
	*jsonstream.Reader
	sink Sink
}

func (p *parser) file() error {
	found := false
	err := p.Object(func(key []byte) error {
		var err error
		switch name := string(key); name {
		case "images":
			found = true
			err = p.list(name, p.image)
		case "categories":
			err = p.list(name, p.category)
		case "annotations":
			found = true
			err = p.list(name, p.object)
		default:
			err = p.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if !found {
		return &jsonstream.SyntaxError{Line: 1, Message: "neither \"images\" nor \"annotations\": not a COCO or LVIS file; name the instances_*.json of the set"}
	}
	return p.End()
}

func (p *parser) list(name string, element func(*fields, Place) error) error {
	f := fields{Reader: p.Reader}
	err := p.Array(func() error {
		f.wrong = ""
		if _, err := p.Kind(); err != nil {
			return err
		}
		at := Place{p.Line(), p.Offset()}
		err := element(&f, at)
		if jsonstream.IsType(err) {
			f.fault("%v", err)
			err = nil
		}
		if err == nil && f.wrong != "" {
			err = p.sink.Fault(name, f.wrong, at)
		}
		return err
	})
	if jsonstream.IsType(err) {
		return &jsonstream.SyntaxError{Line: p.Line(), Offset: p.Offset(), Message: fmt.Sprintf("%q: %v", name, err)}
	}
	return err
}

func (p *parser) image(f *fields, at Place) error {
	var im Image
	var id bool
	err := f.each(func(key []byte) error {
		var err error
		switch string(key) {
		case "id":
			im.ID, err = f.Int64()
			id = err == nil
		case "file_name":
			im.File, err = f.String()
		case "coco_url":
			im.URL, err = f.String()
			if jsonstream.IsType(err) {
				err = nil
			}
		case "width":
			im.Width, err = f.Float64()
		case "height":
			im.Height, err = f.Float64()
		case "neg_category_ids":
			im.Negative, err = f.ids()
		case "not_exhaustive_category_ids":
			im.NotExhaustive, err = f.ids()
		default:
			err = f.Skip()
		}
		return err
	})
	if err != nil || f.wrong != "" {
		return err
	}
	if !id {
		f.fault("without an id")
		return nil
	}
	return p.sink.Image(im, at)
}

func (p *parser) category(f *fields, at Place) error {
	var c Category
	var id bool
	err := f.each(func(key []byte) error {
		var err error
		switch string(key) {
		case "id":
			c.ID, err = f.Int64()
			id = err == nil
		case "name":
			c.Name, err = f.String()
		case "frequency":
			c.Frequency, err = f.String()
		default:
			err = f.Skip()
		}
		return err
	})
	if err != nil || f.wrong != "" {
		return err
	}
	if !id || c.Name == "" {
		f.fault("without id or name")
		return nil
	}
	return p.sink.Category(c, at)
}

func (p *parser) object(f *fields, at Place) error {
	var o Object
	var image, category, box bool
	err := f.each(func(key []byte) error {
		var err error
		switch string(key) {
		case "id":
			o.ID, err = f.Int64()
		case "image_id":
			o.Image, err = f.Int64()
			image = err == nil
		case "category_id":
			o.Category, err = f.Int64()
			category = err == nil
		case "bbox":
			o.Box, err = f.box()
			box = err == nil
		case "area":
			o.Area, err = f.Float64()
			o.HasArea = err == nil
		case "iscrowd":
			o.Crowd, err = f.Flag()
		case "ignore":
			o.Ignore, err = f.Flag()
		default:
			err = f.Skip()
		}
		return err
	})
	if err != nil || f.wrong != "" {
		return err
	}
	if !image || !category || !box {
		f.fault("without image_id, category_id or a bbox of 4 numbers")
		return nil
	}
	return p.sink.Object(o, at)
}
