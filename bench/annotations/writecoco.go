package annotations

import (
	"bufio"
	"encoding/json"
	"io"
	"strconv"
)

// WriteCOCO writes the set as a COCO file, and as an LVIS file where it has
// frequencies or lists of categories. Ids and boxes are written as they are;
// objects have no segmentation.
func (s *Set) WriteCOCO(w io.Writer) error {
	c := cocoWriter{w: bufio.NewWriter(w), set: s, lvis: s.Format == LVIS}
	c.text(`{"images": [`)
	for i := range s.Images {
		c.image(&s.Images[i], i == 0)
	}
	c.text("\n], \"categories\": [")
	for i := range s.Categories {
		c.category(&s.Categories[i], i == 0)
	}
	c.text("\n], \"annotations\": [")
	first := true
	for i := range s.Images {
		for j := range s.Images[i].Objects {
			c.object(&s.Images[i], &s.Images[i].Objects[j], first)
			first = false
		}
	}
	c.text("\n]}\n")
	return c.w.Flush()
}

// cocoWriter leaves errors to the buffer, which keeps the first.
type cocoWriter struct {
	w       *bufio.Writer
	set     *Set
	lvis    bool
	scratch []byte
}

func (c *cocoWriter) text(s string) { c.w.WriteString(s) }

// element starts an element of a list, one a line, so that errors about it
// can name its line.
func (c *cocoWriter) element(first bool) {
	if !first {
		c.text(",")
	}
	c.text("\n{")
}

func (c *cocoWriter) integer(name string, v int64) {
	c.text(name)
	c.scratch = strconv.AppendInt(c.scratch[:0], v, 10)
	c.w.Write(c.scratch)
}

func (c *cocoWriter) number(name string, v float64) {
	c.text(name)
	c.scratch = strconv.AppendFloat(c.scratch[:0], v, 'g', -1, 64)
	c.w.Write(c.scratch)
}

func (c *cocoWriter) box(b [4]float64) {
	c.number(`, "bbox": [`, b[0])
	for _, v := range b[1:] {
		c.number(", ", v)
	}
	c.text("]")
}

func (c *cocoWriter) quoted(name, s string) {
	c.text(name)
	b, _ := json.Marshal(s) // a string has no error
	c.w.Write(b)
}

func (c *cocoWriter) image(im *Image, first bool) {
	c.element(first)
	c.integer(`"id": `, im.ID)
	c.quoted(`, "file_name": `, im.File)
	c.integer(`, "width": `, int64(im.Width))
	c.integer(`, "height": `, int64(im.Height))
	if c.lvis {
		c.categories(`, "neg_category_ids": [`, im.Negative)
		c.categories(`, "not_exhaustive_category_ids": [`, im.NotExhaustive)
	}
	c.text("}")
}

func (c *cocoWriter) categories(name string, list []int32) {
	c.text(name)
	for i, k := range list {
		separator := ", "
		if i == 0 {
			separator = ""
		}
		c.integer(separator, c.set.Categories[k].ID)
	}
	c.text("]")
}

func (c *cocoWriter) category(cat *Category, first bool) {
	c.element(first)
	c.integer(`"id": `, cat.ID)
	c.quoted(`, "name": `, cat.Name)
	if cat.Frequency != "" {
		c.quoted(`, "frequency": `, cat.Frequency)
	}
	c.text("}")
}

func (c *cocoWriter) object(im *Image, o *Object, first bool) {
	c.element(first)
	c.integer(`"id": `, o.ID)
	c.integer(`, "image_id": `, im.ID)
	c.integer(`, "category_id": `, c.set.Categories[o.Category].ID)
	c.box(o.Box)
	c.number(`, "area": `, o.Area)
	crowd := int64(0)
	if o.Crowd {
		crowd = 1
	}
	c.integer(`, "iscrowd": `, crowd)
	if o.Ignore {
		c.text(`, "ignore": 1`)
	}
	c.text("}")
}
