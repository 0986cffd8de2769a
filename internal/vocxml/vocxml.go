// Package vocxml parses the annotation files of Pascal VOC.
package vocxml

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// File is one annotation file.
type File struct {
	Filename      string
	Width, Height float64 // NaN or 0 where the file has none
	Objects       []Object
}

// Object is <object>; its <part> children are not objects of their own.
type Object struct {
	Name      string
	Difficult bool
	Line      int
	// Box is the corners, turned from 1-based inclusive pixels into continuous
	// coordinates: (xmin-1, ymin-1, xmax, ymax). A coordinate that is missing
	// or no number is NaN.
	Box [4]float64
}

// Error is an error at a line of the file.
type Error struct {
	Line int
	Err  error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

type object struct {
	Name      string `xml:"name"`
	Difficult string `xml:"difficult"`
	Box       *struct {
		XMin string `xml:"xmin"`
		YMin string `xml:"ymin"`
		XMax string `xml:"xmax"`
		YMax string `xml:"ymax"`
	} `xml:"bndbox"`
}

type size struct {
	Width  string `xml:"width"`
	Height string `xml:"height"`
}

// Parse reads one annotation file.
func Parse(r io.Reader) (File, error) {
	var f File
	d := xml.NewDecoder(r)
	fail := func(err error) (File, error) {
		line, _ := d.InputPos()
		if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
			line, err = syntax.Line, fmt.Errorf("XML syntax error: %s", syntax.Msg)
		}
		return f, &Error{line, err}
	}
	inside := false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return fail(errors.New("no <annotation> element: not a Pascal VOC file"))
		}
		if err != nil {
			return fail(err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			return f, nil
		case xml.StartElement:
			if !inside {
				if t.Name.Local != "annotation" {
					return fail(fmt.Errorf("<%s> where Pascal VOC has <annotation>", t.Name.Local))
				}
				inside = true
				continue
			}
			if err := f.element(d, t); err != nil {
				return fail(err)
			}
		}
	}
}

// element reads one child of <annotation>.
func (f *File) element(d *xml.Decoder, start xml.StartElement) error {
	switch start.Name.Local {
	case "filename":
		if err := d.DecodeElement(&f.Filename, &start); err != nil {
			return err
		}
		f.Filename = strings.TrimSpace(f.Filename)
	case "size":
		var s size
		if err := d.DecodeElement(&s, &start); err != nil {
			return err
		}
		f.Width, f.Height = number(s.Width), number(s.Height)
	case "object":
		line, _ := d.InputPos()
		var o object
		if err := d.DecodeElement(&o, &start); err != nil {
			return err
		}
		f.Objects = append(f.Objects, Object{
			Name: strings.TrimSpace(o.Name), Difficult: strings.TrimSpace(o.Difficult) == "1",
			Line: line, Box: o.corners(),
		})
	default:
		return d.Skip()
	}
	return nil
}

func (o *object) corners() (box [4]float64) {
	if o.Box == nil {
		nan := math.NaN()
		return [4]float64{nan, nan, nan, nan}
	}
	for i, s := range [4]string{o.Box.XMin, o.Box.YMin, o.Box.XMax, o.Box.YMax} {
		box[i] = number(s)
	}
	// Corners written as one point or inverted are a slip and stay degenerate;
	// taken as inclusive pixels they would pass for a box of one pixel.
	if box[2] > box[0] && box[3] > box[1] {
		box[0]--
		box[1]--
	}
	return box
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
