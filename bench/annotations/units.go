package annotations

import (
	"cmp"
	"fmt"
)

// Units looks for detections that are not x, y, width and height in pixels of their
// images. The error is that nearly all are shares of them, between 0 and 1, or that a
// width or height is negative, but for rounding; name stands for the detections in it.
// The suspicion is that they are corners, centres or of other units, or that so many
// reach out of their images where that is a share of least or more, "" without any.
// Those of images that the set does not list are passed over.
func (s *Set) Units(found []Detection, name string, least float64) (suspicion string, err error) {
	images := make(map[int64]*Image, len(s.Images))
	for i := range s.Images {
		images[s.Images[i].ID] = &s.Images[i]
	}
	example, negative := -1, -1
	var shared shareCount
	var count layoutCount
	for i := range found {
		im, box := images[found[i].Image], found[i].Box
		if im == nil {
			continue
		}
		count.add(topLeft, box, im.Width, im.Height)
		if negative < 0 && min(box[2], box[3]) < -slack {
			negative = i
		}
		if shared.add(box, im) && example < 0 {
			example = i
		}
	}
	if example >= 0 && shared.most() {
		return "", fmt.Errorf("%s: detection %d: %s", name, example+1, shared.said(&cocoShares, found[example].Box, images[found[example].Image]))
	}
	if negative >= 0 {
		return "", fmt.Errorf("%s: detection %d: box %v has a negative size: COCO has x, y, width, height", name, negative+1, found[negative].Box)
	}
	return cmp.Or(count.suspicion(topLeft, "COCO"), count.astray(least)), nil
}
