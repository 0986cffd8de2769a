package annotations

import (
	"fmt"
	"math"

	"detsample/internal/prose"
)

// The least side of an image, in pixels, in which no object is annotated that lies
// within its first pixel, and how far shares may be beyond 0 and 1 by rounding.
const (
	leastShared = 16
	sharesSlack = 0.01
)

// shareCount looks whether boxes are shares of their images: all of them lie between
// 0 and 1, and not all are whole numbers. Its zero value is ready.
type shareCount struct{ pixels, fractions bool }

// add looks at a box of an image.
func (c *shareCount) add(box [4]float64, im *Image) {
	c.pixels = c.pixels || min(im.Width, im.Height) < leastShared
	for _, v := range box {
		c.pixels = c.pixels || !(v >= -sharesSlack && v <= 1+sharesSlack)
		c.fractions = c.fractions || v != math.Trunc(v)
	}
}

// shares reports whether they are.
func (c *shareCount) shares() bool { return c.fractions && !c.pixels }

// exemplary reports whether a box can be shown as one of many.
func exemplary(box [4]float64) bool { return box[2] > 0 && box[3] > 0 }

// shares finds a file whose boxes are shares of their images in place of pixels.
// That is an error, as every box would be taken for a part of its image's first
// pixel; under [Policy.AsIs] it is a problem.
func (c *cocoReader) shares() error {
	var example *placedObject
	var count shareCount
	for i := range c.objects {
		o := &c.objects[i]
		at, known := c.index[o.image]
		if !known {
			continue
		}
		if count.add(o.Box, &c.set.Images[at]); count.pixels {
			return nil
		}
		if example == nil && exemplary(o.Box) {
			example = o
		}
	}
	if example == nil || !count.shares() {
		return nil
	}
	p := Problem{File: c.name, Line: example.at.Line, Offset: example.at.Offset, Object: example.called(),
		Message: shareOf(example.Box, len(c.objects), &c.set.Images[c.index[example.image]])}
	if c.options.Policy.AsIs {
		return c.found.add(p)
	}
	return p
}

// shareOf says that a box is a share of its image, like all of the file's n.
func shareOf(box [4]float64, n int, im *Image) string {
	all := "the only one of the file, lies"
	if n > 1 {
		all = fmt.Sprintf("like each of the file's %s, lies", prose.Count(n, "box", "boxes"))
	}
	return fmt.Sprintf("box %v, %s between 0 and 1, in an image of %dx%d: a share of the image, where COCO has pixels: multiply x and width by the image's width, y and height by its height",
		box, all, im.Width, im.Height)
}
