package anchors

import (
	"math"
	"math/bits"

	"detsample/internal/reuse"
)

// suppressionIndex finds the kept detections that may overlap a candidate beyond a
// threshold t: those of the same class, of a similar width and height, and with
// a centre nearby. Each is in a bucket by its class, its size class, which is a
// range of widths and one of heights, and a cell of a grid over the centres,
// whose cells are in proportion to that size.
//
// Along an axis, the IoU of two boxes' extents is at least that of the boxes.
// If the ends of the extents are d and e apart and the shorter measures v, it
// is at most v/(v+d+e), which exceeds t only if d+e < v (1-t)/t. The lengths
// differ by at most d+e, and the centres by half of that. So the longer
// measures less than v/t, and the centres are within v (1-t)/(2t).
//
// Kept detections of a class overlap by at most t, so a bounded number fit into
// a bucket, whatever their number, sizes and places: a search takes bounded
// time.
type suppressionIndex struct {
	iou  float32
	mode mode

	sure    float32        // a little less than iou: IoU has the last word
	similar float64        // t
	reach   float64        // (1-t)/(2t)
	octaves int            // the range of a size class, such that a search visits two or three
	size    [256]sizeClass // by exponent/octaves

	entries []entry
	bucket  []int32 // the entry added last, counted from 1
	shift   int     // of a hash to its bucket
	tiny    []entry // kept ones of an area below tinyArea
}

// entry is a kept detection.
type entry struct {
	box   Box
	area  float32
	class int32
	next  int32 // in the same bucket, counted from 1
}

// mode is what the threshold allows.
type mode uint8

const (
	nearby   mode = iota // only boxes near one another overlap beyond it
	never                // no overlap is beyond it
	anywhere             // boxes apart are beyond it too
)

// safety bounds the relative error of a computed IoU: sixteen roundings.
const safety = 1. / (1 << 18)

// tinyArea is an area, and smallIoU an IoU, below which products may be so small
// that they lose more bits than to rounding. An IoU of one box above that area
// does not.
const (
	tinyArea = 1. / (1 << 50) / (1 << 50)
	smallIoU = 1. / (1 << 20)
)

// reset empties the index for a suppression of n detections beyond iou that
// keeps at most so many, or all if that is negative.
func (x *suppressionIndex) reset(n int, iou float32, keep int) {
	x.iou, x.entries, x.tiny = iou, x.entries[:0], x.tiny[:0]
	switch {
	case !(iou < 1):
		x.mode = never
	case iou < 0:
		x.mode = anywhere
	default:
		x.mode = nearby
		x.measure(float64(iou))
		if keep >= 0 {
			n = min(n, keep)
		}
		width := bits.Len(uint(2 * n))
		x.shift = 64 - width
		x.bucket = reuse.Grow(x.bucket, 1<<width)
		clear(x.bucket)
	}
}

// measure prepares the size classes for a threshold.
func (x *suppressionIndex) measure(iou float64) {
	x.similar, x.sure = iou*(1-safety), float32(iou*(1-2*safety))
	if iou < smallIoU {
		x.similar, x.sure = max(iou/2, 1e-46), 0 // what is above 0 as a float32 is above 1e-45
	}
	x.reach = (1 - x.similar) / (2 * x.similar)
	x.octaves = min(max(2, int(math.Round(-math.Log2(x.similar)))), 256)
	for c := range 255/x.octaves + 1 {
		longest := math.Ldexp(1, x.octaves*(c+1)-127)
		x.size[c] = sizeClass{longest, x.reach * longest, 1 / (x.reach * longest)}
	}
}
