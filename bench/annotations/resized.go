package annotations

import (
	"fmt"
	"math"

	"detsample/internal/prose"
)

// size is the width and height of an image in pixels; its zero value is of none.
type size struct{ width, height int }

func (im *Image) size() size { return size{im.Width, im.Height} }

// resizing is how an image came to another size than its annotation states.
type resizing int

const (
	notResized resizing = iota // cut, turned or rounded
	shrunk                     // by one factor in both directions
	enlarged                   // likewise
	distorted                  // by two factors
	resizings
)

// resizingOf returns how an image came from the size stated to its own.
func resizingOf(stated, own size) resizing {
	const cut = 2 // rows and columns
	far := func(a, b int) bool { return max(a-b, b-a) > cut }
	if !far(stated.width, own.width) && !far(stated.height, own.height) || stated == (size{own.height, own.width}) {
		return notResized
	}
	w, h := float64(stated.width), float64(stated.height)
	byWidth, byHeight := float64(own.width)/w, float64(own.height)/h
	// The side that was not asked for is rounded.
	if math.Abs(h*byWidth-float64(own.height)) >= 1 && math.Abs(w*byHeight-float64(own.width)) >= 1 {
		return distorted
	}
	if byWidth < 1 {
		return shrunk
	}
	return enlarged
}

// resizedBoxes counts the boxes of images that were resized, and those of them that
// lie within the size stated and within the image's own.
type resizedBoxes struct{ boxes, stated, own int }

// nearly reports whether so many of the boxes are all of them, but for a few that
// were drawn carelessly.
func (c *resizedBoxes) nearly(some int) bool { return float64(some) >= 0.95*float64(c.boxes) }

// resizedCount tells in which pixels the boxes of images are that have another size
// than is stated. Its zero value is ready.
type resizedCount [resizings]resizedBoxes

// add counts a box of an image; one of no size tells nothing.
func (c *resizedCount) add(box [4]float64, stated, own size) {
	if !exemplary(box) {
		return
	}
	n := &c[resizingOf(stated, own)]
	n.boxes++
	if within(box, stated) {
		n.stated++
	}
	if within(box, own) {
		n.own++
	}
}

// within reports whether a box lies in an image of a size.
func within(b [4]float64, in size) bool {
	return b[0] >= -slack && b[1] >= -slack && b[0]+b[2] <= float64(in.width)+slack && b[1]+b[3] <= float64(in.height)+slack
}

// scale returns what the boxes of an image are multiplied by to be in its pixels.
// They are in pixels of the size stated if they lie within that, unless they lie
// within the smaller size of a shrunk image as well: then they were scaled with it,
// and only the size was not.
func (c *resizedCount) scale(stated, own size) (factor [2]float64, scaled bool) {
	r := resizingOf(stated, own)
	n := &c[r]
	if n.boxes == 0 || r != shrunk && r != enlarged || !n.nearly(n.stated) || r == shrunk && n.nearly(n.own) {
		return [2]float64{1, 1}, false
	}
	return [2]float64{float64(own.width) / float64(stated.width), float64(own.height) / float64(stated.height)}, true
}

// said says what an image of another size means for its boxes.
func (c *resizedCount) said(im *Image, stated size) string {
	text := fmt.Sprintf("says %dx%d, but the image %s is %dx%d: ", stated.width, stated.height, im.Path, im.Width, im.Height)
	if by, scaled := c.scale(stated, im.size()); scaled {
		return text + fmt.Sprintf("boxes lie in the size stated and are multiplied by %.4g", by[0])
	}
	return text + "boxes are taken as pixels of the image"
}

// suspicion says that boxes that are not scaled look like pixels of the sizes
// stated; "" if they do not.
func (c *resizedCount) suspicion() string {
	const least = 5
	n := &c[distorted]
	if n.boxes < least || !n.nearly(n.stated) || n.nearly(n.own) {
		return ""
	}
	return fmt.Sprintf("of %s in images of another size than is stated, %d lie within the size stated and %d within the image: they look like pixels of the size stated, but width and height differ from it by two factors: scale the boxes as the images were resized, and state the new size",
		prose.Count(n.boxes, "box", "boxes"), n.stated, n.own)
}

// multiplied returns a box by factors of width and height.
func multiplied(b [4]float64, by [2]float64) [4]float64 {
	return exactBox([4]float64{b[0] * by[0], b[1] * by[1], b[2] * by[0], b[3] * by[1]})
}
