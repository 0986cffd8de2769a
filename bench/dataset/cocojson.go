package dataset

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	ID       *int64  `json:"id"`
	FileName string  `json:"file_name"`
	Width    float64 `json:"width"`
	Height   float64 `json:"height"`
	line     int
}

type cocoCategory struct {
	ID   *int64 `json:"id"`
	Name string `json:"name"`
	line int
}

// cocoObject is an element of "annotations" without its segmentation.
type cocoObject struct {
	id, image, category int64
	box                 [4]float64 // x, y, width, height
	crowd               bool
	line                int
}

// flag is COCO's 0 or 1, or the boolean that some exporters write.
type flag bool

func (f *flag) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "0", "false", "null":
		*f = false
	case "1", "true":
		*f = true
	default:
		return elementError(fmt.Sprintf("iscrowd is %.20s: want 0 or 1", b))
	}
	return nil
}

// elementError is about one element of a list; the rest of the file is sound.
type elementError string

func (e elementError) Error() string { return string(e) }

// parseCOCO reads an annotation file element by element, so that a file of
// hundreds of megabytes is never held in memory.
func parseCOCO(r io.Reader) (*cocoFile, error) {
	p := &cocoParser{source: bufio.NewReader(r), out: &cocoFile{}}
	if start, _ := p.source.Peek(3); string(start) == "\ufeff" {
		p.source.Discard(3)
	}
	p.lines = &lineCounter{r: p.source}
	p.d = json.NewDecoder(p.lines)
	if err := p.file(); err != nil {
		if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the file ends before its JSON does: is it truncated?")
		}
		return nil, &lineError{p.line(), err}
	}
	return p.out, nil
}

type cocoParser struct {
	source *bufio.Reader
	lines  *lineCounter // reads source
	d      *json.Decoder
	out    *cocoFile
}

func (p *cocoParser) file() error {
	if err := p.expect('{', "a COCO file is an object"); err != nil {
		return err
	}
	for p.d.More() {
		key, err := p.d.Token()
		if err != nil {
			return err
		}
		switch key {
		case "images":
			err = p.list("images", p.image)
		case "categories":
			err = p.list("categories", p.category)
		case "annotations":
			err = p.list("annotations", p.object)
		default:
			err = p.d.Decode(&json.RawMessage{})
		}
		if err != nil {
			return err
		}
	}
	_, err := p.d.Token() // the closing brace
	return err
}

func (p *cocoParser) expect(d json.Delim, otherwise string) error {
	t, err := p.d.Token()
	if err != nil {
		return err
	}
	if t != d {
		return fmt.Errorf("%s, this is not", otherwise)
	}
	return nil
}

// list calls element for each element of an array. An element of the wrong
// type is a fault of its own; a syntax error ends the file.
func (p *cocoParser) list(name string, element func(line int) error) error {
	if err := p.expect('[', fmt.Sprintf("%q is an array in COCO", name)); err != nil {
		return err
	}
	for p.d.More() {
		line := p.line()
		if err := element(line); isFault(err) {
			p.out.faults = append(p.out.faults, fault{line, fmt.Sprintf("element of %q: %v", name, err)})
		} else if err != nil {
			return err
		}
		p.lines.settle(p.d.InputOffset())
	}
	_, err := p.d.Token() // the closing bracket
	return err
}

// isFault reports whether the decoder can go on after an element's error.
func isFault(err error) bool {
	var kind *json.UnmarshalTypeError
	var own elementError
	return errors.As(err, &kind) || errors.As(err, &own)
}

func (p *cocoParser) image(line int) error {
	im := cocoImage{line: line}
	if err := p.d.Decode(&im); err != nil {
		return err
	}
	if im.ID == nil || im.FileName == "" {
		return elementError("without id or file_name")
	}
	p.out.images = append(p.out.images, im)
	return nil
}

func (p *cocoParser) category(line int) error {
	c := cocoCategory{line: line}
	if err := p.d.Decode(&c); err != nil {
		return err
	}
	if c.ID == nil || c.Name == "" {
		return elementError("without id or name")
	}
	p.out.categories = append(p.out.categories, c)
	return nil
}

func (p *cocoParser) object(line int) error {
	var a struct {
		ID       int64     `json:"id"`
		Image    *int64    `json:"image_id"`
		Category *int64    `json:"category_id"`
		BBox     []float64 `json:"bbox"`
		Crowd    flag      `json:"iscrowd"`
	}
	if err := p.d.Decode(&a); err != nil {
		return err
	}
	if a.Image == nil || a.Category == nil || len(a.BBox) != 4 {
		return elementError("without image_id, category_id or a bbox of 4 numbers")
	}
	p.out.objects = append(p.out.objects, cocoObject{
		id: a.ID, image: *a.Image, category: *a.Category,
		box: [4]float64(a.BBox), crowd: bool(a.Crowd), line: line,
	})
	return nil
}

// line returns the line of the next element, or of the one that failed: the
// blanks and commas before it may lie in the decoder's buffer or beyond.
func (p *cocoParser) line() int {
	var ahead [256]byte
	n, _ := p.d.Buffered().Read(ahead[:])
	blanks := leadingBlanks(ahead[:n])
	line := p.lines.line(p.d.InputOffset() + int64(blanks))
	if blanks == n {
		beyond, _ := p.source.Peek(len(ahead))
		line += bytes.Count(beyond[:leadingBlanks(beyond)], []byte{'\n'})
	}
	return line
}

func leadingBlanks(b []byte) int { return len(b) - len(bytes.TrimLeft(b, " \t\r\n,:")) }
