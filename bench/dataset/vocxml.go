package dataset

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// vocFile is one annotation file of Pascal VOC.
type vocFile struct {
	filename      string
	width, height int // 0 where the file has none
	marks         []mark
}

// vocObject is <object>; its <part> children are not objects of their own.
type vocObject struct {
	Name      string `xml:"name"`
	Difficult string `xml:"difficult"`
	Box       *struct {
		XMin string `xml:"xmin"`
		YMin string `xml:"ymin"`
		XMax string `xml:"xmax"`
		YMax string `xml:"ymax"`
	} `xml:"bndbox"`
}

type vocSize struct {
	Width  string `xml:"width"`
	Height string `xml:"height"`
}

// parseVOC reads one annotation file. A coordinate that is no number becomes
// NaN, to be reported with its object.
func parseVOC(r io.Reader) (vocFile, error) {
	var f vocFile
	d := xml.NewDecoder(r)
	fail := func(err error) (vocFile, error) {
		line, _ := d.InputPos()
		if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
			line, err = syntax.Line, fmt.Errorf("XML syntax error: %s", syntax.Msg)
		}
		return f, &lineError{line, err}
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
func (f *vocFile) element(d *xml.Decoder, start xml.StartElement) error {
	switch start.Name.Local {
	case "filename":
		if err := d.DecodeElement(&f.filename, &start); err != nil {
			return err
		}
		f.filename = strings.TrimSpace(f.filename)
	case "size":
		var size vocSize
		if err := d.DecodeElement(&size, &start); err != nil {
			return err
		}
		f.width, f.height = wholePixels(number(size.Width)), wholePixels(number(size.Height))
	case "object":
		line, _ := d.InputPos()
		var o vocObject
		if err := d.DecodeElement(&o, &start); err != nil {
			return err
		}
		f.marks = append(f.marks, o.mark(int64(len(f.marks)+1), line))
	default:
		return d.Skip()
	}
	return nil
}

func (o *vocObject) mark(id int64, line int) mark {
	m := mark{
		id:     id,
		class:  strings.TrimSpace(o.Name),
		line:   line,
		ignore: strings.TrimSpace(o.Difficult) == "1",
	}
	if o.Box == nil {
		nan := math.NaN()
		m.box = [4]float64{nan, nan, nan, nan}
		return m
	}
	for i, s := range [4]string{o.Box.XMin, o.Box.YMin, o.Box.XMax, o.Box.YMax} {
		m.box[i] = number(s)
	}
	// Corners written as one point or inverted are a slip and stay degenerate;
	// taken as inclusive pixels they would pass for a box of one pixel.
	if m.box[2] > m.box[0] && m.box[3] > m.box[1] {
		m.box[0]--
		m.box[1]--
	}
	return m
}

// wholePixels returns a side's length, 0 where it is no number of pixels.
func wholePixels(v float64) int {
	if v >= 1 && v <= math.MaxInt32 && v == math.Trunc(v) {
		return int(v)
	}
	return 0
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
