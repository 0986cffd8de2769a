// Package vocxml parses the annotation files of Pascal VOC as a stream.
package vocxml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// File is one annotation file without its objects.
type File struct {
	Filename      string
	Width, Height float64 // NaN or 0 where the file has none
	// Rest says what follows the annotation and is not read; "" for nothing.
	Rest string
}

// Object is <object>; its <part> children are not objects of their own.
type Object struct {
	Name      string
	Named     bool // has <name>, if an empty one
	Difficult bool
	Line      int
	// Box is the corners, turned from 1-based inclusive pixels into continuous
	// coordinates: (xmin-1, ymin-1, xmax, ymax).
	Box [4]float64
	// Shares says that the corners lie between 0 and 1 and are not all whole, as
	// shares of the image's size do, or do so but for rounding. They are then in Box
	// as they are written.
	Shares bool
	// Wrong says why there is no Box, such as "no <bndbox>, but <polygon>".
	Wrong string
	// Notes says what was written otherwise than Pascal VOC has it, and how it
	// was taken.
	Notes []string
}

// Error is an error at a line of the file.
type Error struct {
	Line int
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

const (
	// maxDepth bounds how deep elements nest, which the decoder remembers.
	maxDepth = 64
	// maxText is the longest text of an element that is kept, in bytes.
	maxText = 4096
)

// Parse reads one annotation file and hands out its objects as they come, so
// that it needs no more memory than one of them takes. An error of object ends
// the reading and is returned as it is.
//
// Of a text 4096 bytes are kept, and elements that nest more than 64 deep are an
// error. It takes time in proportion to what it reads.
func Parse(r io.Reader, object func(Object) error) (File, error) {
	source, err := utf8(r)
	if err != nil {
		return File{}, &Error{1, err}
	}
	p := parser{d: xml.NewDecoder(source.Reader), object: object}
	p.d.CharsetReader = source.charset
	err = p.document()
	if err == nil || p.stopped {
		return p.file, err
	}
	line, _ := p.d.InputPos()
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		line, err = syntax.Line, fmt.Errorf("XML syntax error: %s", syntax.Msg)
		if syntax.Msg == "unexpected EOF" {
			err = errors.New("the file ends before its <annotation> does: it was cut off")
		}
	}
	if unknown, ok := errors.AsType[encodingError](err); ok {
		err = unknown
	}
	return p.file, &Error{line, err}
}

type parser struct {
	d       *xml.Decoder
	object  func(Object) error
	stopped bool // by object
	file    File

	path    []string // the open elements
	text    []byte   // of the innermost
	current element
}

// element is the <object> that is being read.
type element struct {
	line            int
	name, difficult string
	box             [4]string
	given           [4]bool // the corners that are there
	boxes           int     // how many <bndbox>
	named           bool    // has <name>
	other           string  // another kind of shape
	parts           bool
}

func (p *parser) document() error {
	for {
		token, err := p.d.Token()
		if err == io.EOF {
			if p.d.InputOffset() == 0 {
				return errors.New("no <annotation> element: the file is empty")
			}
			return errors.New("no <annotation> element: not a Pascal VOC file, or the start of one that was cut off")
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = p.start(t.Name.Local)
		case xml.EndElement:
			err = p.end()
			p.path = p.path[:len(p.path)-1]
			if err == nil && len(p.path) == 0 {
				p.file.Rest = p.rest()
				return nil
			}
		case xml.CharData:
			if len(p.text)+len(t) <= maxText {
				p.text = append(p.text, t...)
			}
		}
		if err != nil {
			return err
		}
	}
}

// rest says what follows the annotation.
func (p *parser) rest() string {
	for {
		token, err := p.d.Token()
		if err == io.EOF {
			return ""
		}
		if err != nil {
			return "what follows </annotation>"
		}
		switch t := token.(type) {
		case xml.StartElement:
			return fmt.Sprintf("a <%.40s> after </annotation>", t.Name.Local)
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return "text after </annotation>"
			}
		}
	}
}

func (p *parser) start(name string) error {
	if len(p.path) == 0 && name != "annotation" {
		return fmt.Errorf("<%.40s> where Pascal VOC has <annotation>", name)
	}
	if len(p.path) == maxDepth {
		return fmt.Errorf("elements nest deeper than %d", maxDepth)
	}
	p.path = append(p.path, name)
	p.text = p.text[:0]
	switch {
	case p.inside("object"):
		line, _ := p.d.InputPos()
		p.current = element{line: line}
	case p.inside("object", "bndbox"):
		p.current.boxes++
	case p.inside("object", "part"):
		p.current.parts = true
	case len(p.path) == 3 && p.path[1] == "object" && shapes[name]:
		p.current.other = name
	}
	return nil
}

// shapes are what other tools write in place of <bndbox>.
var shapes = map[string]bool{
	"polygon": true, "robndbox": true, "rotated_box": true, "segmentation": true, "segm": true, "mask": true,
	"points": true, "point": true, "line": true, "polyline": true, "ellipse": true, "circle": true, "keypoints": true, "quadrilateral": true,
}

// inside reports whether the innermost element is at a path below <annotation>.
func (p *parser) inside(path ...string) bool {
	if len(p.path) != len(path)+1 {
		return false
	}
	for i, name := range path {
		if p.path[i+1] != name {
			return false
		}
	}
	return true
}

// end takes the text of the element that closes.
func (p *parser) end() error {
	text := func() string { return strings.TrimSpace(string(p.text)) }
	switch {
	case p.inside("filename"):
		p.file.Filename = text()
	case p.inside("size", "width"):
		p.file.Width = number(text())
	case p.inside("size", "height"):
		p.file.Height = number(text())
	case p.inside("object", "name"):
		p.current.name, p.current.named = text(), true
	case p.inside("object", "difficult"):
		p.current.difficult = text()
	case p.current.boxes == 1 && len(p.path) == 4 && p.inside("object", "bndbox", p.path[3]):
		for i, corner := range corners {
			if p.path[3] == corner {
				p.current.box[i], p.current.given[i] = text(), true
			}
		}
	case p.inside("object"):
		if err := p.object(p.current.finish()); err != nil {
			p.stopped = true
			return err
		}
	}
	return nil
}

var corners = [4]string{"xmin", "ymin", "xmax", "ymax"}

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
