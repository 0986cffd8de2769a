package annotations

import (
	"fmt"

	"detsample/internal/prose"
)

// layout is what the four numbers of a box are.
type layout int

const (
	topLeft  layout = iota // x, y of the top left corner, width, height
	centred                // x, y of the centre, width, height
	cornered               // x, y of two corners
	layouts
)

func (l layout) String() string {
	return [...]string{"x, y, width, height", "centre x, y, width, height", "x1, y1, x2, y2"}[l]
}

// edges returns the two corners of a box that is written so.
func (l layout) edges(b [4]float64) (x1, y1, x2, y2 float64) {
	switch l {
	case topLeft:
		return b[0], b[1], b[0] + b[2], b[1] + b[3]
	case centred:
		return b[0] - b[2]/2, b[1] - b[3]/2, b[0] + b[2]/2, b[1] + b[3]/2
	}
	return b[0], b[1], b[2], b[3]
}

// layoutCount counts boxes by whether they lie within their images, in each of the
// layouts and in other units than pixels. Its zero value is ready.
type layoutCount struct {
	boxes  int
	out    int // beyond any side of their images, in their own layout
	within [layouts]int
	units  [len(units)]unitCount
}

// The least number of boxes, and the shares of them, that speak for another layout
// or other units: so many reach out of their images in their own, and so many lie
// within in the others. Corners in place of a width and height reach out further
// than a corner in place of the centre does.
const (
	leastLaidOut = 5
	cornersOut   = 0.25
	othersOut    = 0.1
	othersIn     = 0.95
)

// add counts a box of an image that is written in a layout, with x and y in pixels;
// of one of unknown size it counts nothing.
func (c *layoutCount) add(own layout, box [4]float64, width, height int) {
	if width < 1 || height < 1 {
		return
	}
	c.boxes++
	right, low := float64(width)+slack, float64(height)+slack
	for l := range layouts {
		x1, y1, x2, y2 := l.edges(box)
		out := min(x1, y1) < -slack || x2 > right || y2 > low
		switch {
		case out && l == own:
			c.out++
		case !out && x2 > x1 && y2 > y1:
			c.within[l]++
		}
	}
	for i := range units {
		c.units[i].add(&units[i], own, box, width, height)
	}
}

// join adds the counts of other boxes.
func (c *layoutCount) join(other *layoutCount) {
	c.boxes += other.boxes
	c.out += other.out
	for l := range layouts {
		c.within[l] += other.within[l]
	}
	for i := range c.units {
		c.units[i].join(&other.units[i])
	}
}

// suspicion says why the boxes are taken for another layout than that of their
// format, "" if they are not: many reach out of their images in it, and all or
// nearly all lie within in the other.
func (c *layoutCount) suspicion(own layout, format string) string {
	n := float64(c.boxes)
	if c.boxes < leastLaidOut {
		return ""
	}
	out := c.boxes - c.within[own]
	look := func(as layout, least float64) bool {
		return as != own && float64(out) >= least*n && float64(c.within[as]) >= othersIn*n
	}
	switch said := laidOut[own]; {
	case look(cornered, cornersOut):
		return c.said(own, cornered, said.cornered, format)
	case look(centred, othersOut):
		return c.said(own, centred, said.other, format)
	case look(topLeft, othersOut):
		return c.said(own, topLeft, said.other, format)
	}
	return c.suspectUnits(out, format)
}

// astray counts the boxes that reach out of their images, "" if less than a share does.
func (c *layoutCount) astray(least float64) string {
	if c.out == 0 || float64(c.out) < least*float64(c.boxes) {
		return ""
	}
	reach := "reach out of their images"
	if c.out == 1 {
		reach = "reaches out of its image"
	}
	return fmt.Sprintf("of %s %d %s: COCO has x, y, width, height in pixels of the image", prose.Count(c.boxes, "box", "boxes"), c.out, reach)
}

func (c *layoutCount) said(own, as layout, look, format string) string {
	return fmt.Sprintf("of %s %d reach out of their images as %v, and %d lie within as %v: "+look,
		prose.Count(c.boxes, "box", "boxes"), c.boxes-c.within[own], own, c.within[as], as, format)
}

// laidOut says of each layout what boxes in the others look like.
var laidOut = [layouts]struct{ cornered, other string }{
	topLeft: {
		"the last two numbers look like a corner, where %s has width and height: subtract x1 and y1 from them",
		"the first two numbers look like the centre, where %s has the top left corner: subtract half of width and height from them",
	},
	centred: {
		"the numbers look like two corners, where %s has the centre and width and height: write ((x1+x2)/2, (y1+y2)/2, x2-x1, y2-y1)",
		"the first two numbers look like the top left corner, where %s has the centre: add half of width and height to them",
	},
}

// suspectLayout notes annotations that look like another layout than COCO's, or like
// other units than pixels.
func (c *cocoReader) suspectLayout() {
	var count layoutCount
	for i := range c.objects {
		o := &c.objects[i]
		if at, known := c.index[o.image]; known {
			count.add(topLeft, o.Box, c.set.Images[at].Width, c.set.Images[at].Height)
		}
	}
	if why := count.suspicion(topLeft, "COCO"); why != "" {
		c.found.notice(c.name, "%s", why)
	}
}
