package annotations

import (
	"errors"
	"fmt"
	"io"

	"detsample/internal/jsonstream"
)

// place is where a list's element starts.
type place struct {
	line   int
	offset int64
}

// cocoSink takes the elements of a COCO file as they come. An error of its
// own ends the reading.
type cocoSink struct {
	image    func(cocoImage, place) error
	category func(cocoCategory, place) error
	object   func(cocoObject, place) error
	// fault is an element that is unusable, left out.
	fault func(list, message string, at place) error
}

type cocoImage struct {
	id                      int64
	file, url               string
	width, height           float64
	negative, notExhaustive []int64
}

type cocoCategory struct {
	id              int64
	name, frequency string
}

type cocoObject struct {
	id, image, category int64
	box                 [4]float64
	area                float64
	hasArea             bool
	crowd, ignore       bool
}

// parseCOCO reads a file element by element.
func parseCOCO(r io.Reader, sink cocoSink) error {
	p := cocoParser{jsonstream.New(r), sink}
	err := p.file()
	if jsonstream.IsType(err) {
		err = &jsonstream.SyntaxError{Line: p.Line(), Offset: p.Offset(), Message: "a COCO file is an object with the arrays images, annotations and categories: " + err.Error()}
	}
	return err
}

type cocoParser struct {
	*jsonstream.Reader
	sink cocoSink
}

func (p *cocoParser) file() error {
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
		return errors.New("neither \"images\" nor \"annotations\": not a COCO or LVIS file; name the instances_*.json of the set")
	}
	return p.End()
}

func (p *cocoParser) list(name string, element func(*fields, place) error) error {
	f := fields{Reader: p.Reader}
	err := p.Array(func() error {
		f.wrong = ""
		if _, err := p.Kind(); err != nil {
			return err
		}
		at := place{p.Line(), p.Offset()}
		err := element(&f, at)
		if jsonstream.IsType(err) {
			f.fault("%v", err)
			err = nil
		}
		if err == nil && f.wrong != "" {
			err = p.sink.fault(name, f.wrong, at)
		}
		return err
	})
	if jsonstream.IsType(err) {
		return &jsonstream.SyntaxError{Line: p.Line(), Offset: p.Offset(), Message: fmt.Sprintf("%q: %v", name, err)}
	}
	return err
}

func (p *cocoParser) image(f *fields, at place) error {
	var im cocoImage
	var id bool
	err := f.each(func(key []byte) error {
		var err error
		switch string(key) {
		case "id":
			im.id, err = f.Int64()
			id = err == nil
		case "file_name":
			im.file, err = f.String()
		case "coco_url":
			im.url, err = f.String()
			if jsonstream.IsType(err) {
				err = nil
			}
		case "width":
			im.width, err = f.Float64()
		case "height":
			im.height, err = f.Float64()
		case "neg_category_ids":
			im.negative, err = f.ids()
		case "not_exhaustive_category_ids":
			im.notExhaustive, err = f.ids()
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
	return p.sink.image(im, at)
}

func (p *cocoParser) category(f *fields, at place) error {
	var c cocoCategory
	var id bool
	err := f.each(func(key []byte) error {
		var err error
		switch string(key) {
		case "id":
			c.id, err = f.Int64()
			id = err == nil
		case "name":
			c.name, err = f.String()
		case "frequency":
			c.frequency, err = f.String()
		default:
			err = f.Skip()
		}
		return err
	})
	if err != nil || f.wrong != "" {
		return err
	}
	if !id || c.name == "" {
		f.fault("without id or name")
		return nil
	}
	return p.sink.category(c, at)
}

func (p *cocoParser) object(f *fields, at place) error {
	var o cocoObject
	var image, category, box bool
	err := f.each(func(key []byte) error {
		var err error
		switch string(key) {
		case "id":
			o.id, err = f.Int64()
		case "image_id":
			o.image, err = f.Int64()
			image = err == nil
		case "category_id":
			o.category, err = f.Int64()
			category = err == nil
		case "bbox":
			o.box, err = f.box()
			box = err == nil
		case "area":
			o.area, err = f.Float64()
			o.hasArea = err == nil
		case "iscrowd":
			o.crowd, err = f.Flag()
		case "ignore":
			o.ignore, err = f.Flag()
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
	return p.sink.object(o, at)
}
