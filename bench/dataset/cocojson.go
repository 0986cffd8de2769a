package dataset

import (
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
	ID       *int64 `json:"id"`
	FileName string `json:"file_name"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
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
		return fmt.Errorf("iscrowd is %.20s: want 0 or 1", b)
	}
	return nil
}

// parseCOCO reads an annotation file element by element, so that a file of
// hundreds of megabytes is never held in memory.
func parseCOCO(r io.Reader) (*cocoFile, error) {
	p := &cocoParser{lines: &lineCounter{r: r}, out: &cocoFile{}}
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
	d     *json.Decoder
	lines *lineCounter
	out   *cocoFile
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
		err := element(line)
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		if err != nil {
			p.out.faults = append(p.out.faults, fault{line, fmt.Sprintf("element of %q: %v", name, err)})
		}
		p.lines.settle(p.d.InputOffset())
	}
	_, err := p.d.Token() // the closing bracket
	return err
}

func (p *cocoParser) image(line int) error {
	im := cocoImage{line: line}
	if err := p.d.Decode(&im); err != nil {
		return err
	}
	if im.ID == nil || im.FileName == "" {
		return errors.New("without id or file_name")
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
		return errors.New("without id or name")
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
		return errors.New("without image_id, category_id or a bbox of 4 numbers")
	}
	p.out.objects = append(p.out.objects, cocoObject{
		id: a.ID, image: *a.Image, category: *a.Category,
		box: [4]float64(a.BBox), crowd: bool(a.Crowd), line: line,
	})
	return nil
}

// line returns the line of the next element, or of the one that failed.
func (p *cocoParser) line() int {
	at := p.d.InputOffset()
	ahead, _ := io.ReadAll(io.LimitReader(p.d.Buffered(), 4096))
	blank := len(ahead) - len(bytes.TrimLeft(ahead, " \t\r\n,:"))
	return p.lines.line(at + int64(blank))
}

// lineCounter finds the line of an offset in what it reads. It remembers only
// the line ends since the last settled offset.
type lineCounter struct {
	r       io.Reader
	read    int64
	settled int     // line ends before the remembered ones
	ends    []int64 // offsets
}

func (c *lineCounter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	for i := 0; i < n; i++ {
		j := bytes.IndexByte(b[i:n], '\n')
		if j < 0 {
			break
		}
		i += j
		c.ends = append(c.ends, c.read+int64(i))
	}
	c.read += int64(n)
	return n, err
}

// line returns the 1-based line of an offset not before the settled one.
func (c *lineCounter) line(offset int64) int {
	return 1 + c.settled + c.before(offset)
}

func (c *lineCounter) before(offset int64) int {
	n := 0
	for n < len(c.ends) && c.ends[n] < offset {
		n++
	}
	return n
}

// settle forgets the line ends before offset.
func (c *lineCounter) settle(offset int64) {
	n := c.before(offset)
	c.settled += n
	c.ends = c.ends[n:]
}
