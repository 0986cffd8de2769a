package annotations

import (
	"fmt"

	"detsample/internal/prose"
)

// cornerCount counts boxes by whether they lie within their images as COCO reads them,
// x, y, width, height, and as two corners, x1, y1, x2, y2. Its zero value is ready.
type cornerCount struct {
	boxes  int
	beyond int // to the right or below, as corners do where they are taken for sizes
	within int
	out    int // beyond any side
}

// The least number of boxes, and the shares of them, that speak for corners.
const (
	leastCorners = 5
	cornersOut   = 0.25
	cornersIn    = 0.95
)

// add counts a box of an image; of one of unknown size it counts nothing.
func (c *cornerCount) add(box [4]float64, width, height int) {
	if width < 1 || height < 1 {
		return
	}
	right, low := float64(width)+slack, float64(height)+slack
	c.boxes++
	if box[0] < -slack || box[1] < -slack || box[0]+box[2] > right || box[1]+box[3] > low {
		c.out++
	}
	if box[0]+box[2] > right || box[1]+box[3] > low {
		c.beyond++
	}
	if box[0] >= -slack && box[1] >= -slack && box[2] > box[0] && box[3] > box[1] && box[2] <= right && box[3] <= low {
		c.within++
	}
}

// suspicion says why the boxes are taken for corners, "" if they are not: many
// reach out of their images, and as corners all or nearly all lie within.
func (c *cornerCount) suspicion() string {
	n := float64(c.boxes)
	if c.boxes < leastCorners || float64(c.beyond) < cornersOut*n || float64(c.within) < cornersIn*n {
		return ""
	}
	return fmt.Sprintf("of %s %d reach out of their images as x, y, width, height, and %d lie within as x1, y1, x2, y2: the last two numbers look like a corner, where COCO has width and height: subtract x1 and y1 from them",
		prose.Count(c.boxes, "box", "boxes"), c.beyond, c.within)
}

// leastOut is the share of boxes out of their images that is told of detections.
// Many detectors do not clip theirs: this alone makes nothing wrong.
const leastOut = 0.01

// astray counts the boxes that reach out of their images, "" if hardly any does.
func (c *cornerCount) astray() string {
	if c.out == 0 || float64(c.out) < leastOut*float64(c.boxes) {
		return ""
	}
	reach := "reach out of their images"
	if c.out == 1 {
		reach = "reaches out of its image"
	}
	return fmt.Sprintf("of %s %d %s: COCO has x, y, width, height in pixels of the image", prose.Count(c.boxes, "box", "boxes"), c.out, reach)
}

// suspectCorners notes annotations that look like corners.
func (c *cocoReader) suspectCorners() {
	var count cornerCount
	for i := range c.objects {
		o := &c.objects[i]
		if at, known := c.index[o.image]; known {
			count.add(o.Box, c.set.Images[at].Width, c.set.Images[at].Height)
		}
	}
	if why := count.suspicion(); why != "" {
		c.found.notice(c.name, "%s", why)
	}
}
