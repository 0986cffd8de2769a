// Package crops is how small objects stay as large as they are where whole
// images are too dear: training looks at crops of the original pixels, and
// testing at overlapping tiles of every image, whose detections are merged.
//
// It is geometry alone. Boxes are in pixels of the image, in which pixel (0, 0)
// covers [0, 1) x [0, 1).
package crops

import (
	"image"
	"math"
	"math/rand/v2"

	"detsample/anchors"
)

// Config says how images are cut.
type Config struct {
	// Side is that of crops and tiles in pixels; 0 leaves images whole.
	Side int
	// Overlap is the least by which neighbouring tiles overlap, below Side: an
	// object of at most that extent is whole in one of them.
	Overlap int
	// Objects is the share of crops that are placed around an object; the
	// others are placed where none is, as far as that is found.
	Objects float64
	// Keep is the least share of an object's area that a crop must show for it to
	// be learnt; of one that shows less, what shows is ignored.
	Keep float64
}

// Place draws a crop of an image. With probability Objects it is around one of
// the boxes, each as likely as another: anywhere that the whole box is inside,
// or, for a larger box, with its middle within the crop. The others are the
// first of eight places, drawn evenly, that no box reaches into, or else the
// last. A crop is within the image, and as large as it where the image is
// smaller.
func (c Config) Place(rng *rand.Rand, width, height int, boxes []anchors.Box) image.Rectangle {
	w, h := min(c.Side, width), min(c.Side, height)
	if len(boxes) > 0 && rng.Float64() < c.Objects {
		b := boxes[rng.IntN(len(boxes))]
		x := within(rng, float64(b[0]), float64(b[2]), w, width)
		y := within(rng, float64(b[1]), float64(b[3]), h, height)
		return image.Rect(x, y, x+w, y+h)
	}
	var r image.Rectangle
	for range places {
		x, y := rng.IntN(width-w+1), rng.IntN(height-h+1)
		if r = image.Rect(x, y, x+w, y+h); !reached(r, boxes) {
			break
		}
	}
	return r
}

// places is how many are tried for a crop of background.
const places = 8

// within draws where a crop of a length begins along an axis of an extent, so
// that it holds from..to, or its middle if that is longer.
func within(rng *rand.Rand, from, to float64, length, extent int) int {
	if to-from > float64(length) {
		from = (from + to) / 2
		to = from
	}
	first := max(int(math.Ceil(to))-length, 0)
	last := min(int(math.Floor(from)), extent-length)
	return first + rng.IntN(max(last-first, 0)+1)
}

// reached reports whether a box reaches into a rectangle.
func reached(r image.Rectangle, boxes []anchors.Box) bool {
	for _, b := range boxes {
		if cut := clip(b, r); cut.Valid() {
			return true
		}
	}
	return false
}

// Cut returns what a crop shows of a box, in pixels of the crop, and whether
// that is enough of it to be learnt. The box is not valid where nothing shows.
func (c Config) Cut(b anchors.Box, r image.Rectangle) (cut anchors.Box, learnt bool) {
	cut = clip(b, r)
	if !cut.Valid() {
		return anchors.Box{}, false
	}
	learnt = float64(cut.Area()) >= c.Keep*float64(b.Area())
	return shift(cut, -r.Min.X, -r.Min.Y), learnt
}

// clip returns the part of a box within a rectangle, in the same coordinates.
func clip(b anchors.Box, r image.Rectangle) anchors.Box {
	return anchors.Box{
		max(b[0], float32(r.Min.X)), max(b[1], float32(r.Min.Y)),
		min(b[2], float32(r.Max.X)), min(b[3], float32(r.Max.Y)),
	}
}

func shift(b anchors.Box, x, y int) anchors.Box {
	return anchors.Box{b[0] + float32(x), b[1] + float32(y), b[2] + float32(x), b[3] + float32(y)}
}
