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

// shares finds a file whose boxes are shares of their images in place of pixels:
// all of them lie between 0 and 1, and not all are whole numbers. That is an error,
// as every box would be taken for a part of its image's first pixel; under
// [Policy.AsIs] it is a problem.
func (c *cocoReader) shares() error {
	var example *placedObject
	whole := true
	for i := range c.objects {
		o := &c.objects[i]
		at, known := c.index[o.image]
		if !known {
			continue
		}
		if im := &c.set.Images[at]; min(im.Width, im.Height) < leastShared {
			return nil
		}
		for _, v := range o.Box {
			if !(v >= -sharesSlack && v <= 1+sharesSlack) {
				return nil
			}
			whole = whole && v == math.Trunc(v)
		}
		if example == nil && o.Box[2] > 0 && o.Box[3] > 0 {
			example = o
		}
	}
	if example == nil || whole {
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
