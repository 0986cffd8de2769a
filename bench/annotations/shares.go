package annotations

import (
	"fmt"
	"math"

	"detsample/internal/prose"
)

const (
	// leastShared is the least side of an image, in pixels, in which no object is
	// annotated that lies within its first pixel.
	leastShared = 16
	// sharesSlack is how far shares may be beyond 0 and 1 by rounding.
	sharesSlack = 0.01
	// mostShares is which share of the boxes must be shares of their images for
	// these to be the units of all.
	mostShares = 0.9
)

// shareCount counts boxes, and those that are shares of their images: they lie
// between 0 and 1, and not all of them are whole numbers. Its zero value is ready.
type shareCount struct {
	boxes, shares int
	fractions     bool
}

// add counts a box of an image, and reports whether it can be shown as a share.
func (c *shareCount) add(box [4]float64, im *Image) bool {
	c.boxes++
	fractions := false
	for _, v := range box {
		if !(v >= -sharesSlack && v <= 1+sharesSlack) {
			return false
		}
		fractions = fractions || v != math.Trunc(v)
	}
	return c.share(fractions, im) && exemplary(box)
}

// share counts one of the boxes as a share unless its image is too small to tell, and
// reports whether it did.
func (c *shareCount) share(fractions bool, im *Image) bool {
	if min(im.Width, im.Height) < leastShared {
		return false
	}
	c.shares++
	c.fractions = c.fractions || fractions
	return true
}

// some reports whether so many boxes are shares that they are no specks.
func (c *shareCount) some() bool {
	const least, part = 5, 0.05
	return c.fractions && c.shares >= least && float64(c.shares) >= part*float64(c.boxes)
}

// most reports whether so many are that the others are no reason to read on.
func (c *shareCount) most() bool {
	return c.fractions && c.shares > 0 && float64(c.shares) >= mostShares*float64(c.boxes)
}

// exemplary reports whether a box can be shown as one of many.
func exemplary(box [4]float64) bool { return box[2] > 0 && box[3] > 0 }

// shares finds boxes that are shares of their images in place of pixels. If nearly
// all of a file are, that is an error, as each would be taken for a part of its
// image's first pixel; under [Policy.AsIs], and if fewer are, it is a problem.
func (c *cocoReader) shares() error {
	var example *placedObject
	var count shareCount
	for i := range c.objects {
		o := &c.objects[i]
		at, known := c.index[o.image]
		if known && count.add(o.Box, &c.set.Images[at]) && example == nil {
			example = o
		}
	}
	if example == nil || !count.some() && !count.most() {
		return nil
	}
	return c.options.Policy.shared(&count, c.found, Problem{File: c.name, Line: example.at.Line, Offset: example.at.Offset, Object: example.called(),
		Message: count.said(&cocoShares, example.Box, &c.set.Images[c.index[example.image]])})
}

// shared returns p as the error that most boxes are shares, or notes it.
func (p *Policy) shared(count *shareCount, found *findings, problem Problem) error {
	if count.most() && !p.AsIs {
		return problem
	}
	return found.add(problem)
}

// shareWords are those in which a format speaks of boxes.
type shareWords struct{ numbers, whose, format, remedy string }

var (
	cocoShares = shareWords{"box", "file", "COCO", "multiply x and width by the image's width, y and height by its height"}
	vocShares  = shareWords{"corners", "set", "Pascal VOC", "multiply xmin and xmax by the image's width, ymin and ymax by its height"}
)

// said says that a box is a share of its image, like others.
func (c *shareCount) said(words *shareWords, box [4]float64, im *Image) string {
	n, verb := prose.Count(c.boxes, "box", "boxes"), "lies"
	if words == &vocShares {
		verb = "lie"
	}
	all := fmt.Sprintf("like each of the %s's %s, %s", words.whose, n, verb)
	switch {
	case c.shares < c.boxes:
		all = fmt.Sprintf("like %d of the %s's %s, %s", c.shares, words.whose, n, verb)
	case c.boxes == 1:
		all = fmt.Sprintf("the only one of the %s, %s", words.whose, verb)
	}
	return fmt.Sprintf("%s %v, %s between 0 and 1, in an image of %dx%d: a share of the image, where %s has pixels: %s",
		words.numbers, box, all, im.Width, im.Height, words.format, words.remedy)
}
