package annotations

import (
	"fmt"
	"math"
)

// Units looks for detections that are not in pixels of their images. The error is
// that all are shares of them, between 0 and 1; the suspicion that they are corners,
// "" without any. name stands for the detections in messages, and those of images
// that the set does not list are passed over.
func (s *Set) Units(found []Detection, name string) (suspicion string, err error) {
	images := make(map[int64]*Image, len(s.Images))
	for i := range s.Images {
		images[s.Images[i].ID] = &s.Images[i]
	}
	shared, whole, example := true, true, -1
	var count cornerCount
	for i := range found {
		im, box := images[found[i].Image], found[i].Box
		if im == nil {
			continue
		}
		count.add(box, im.Width, im.Height)
		shared = shared && min(im.Width, im.Height) >= leastShared
		for _, v := range box {
			shared = shared && v >= -sharesSlack && v <= 1+sharesSlack
			whole = whole && v == math.Trunc(v)
		}
		if example < 0 && box[2] > 0 && box[3] > 0 {
			example = i
		}
	}
	if shared && !whole && example >= 0 {
		return "", fmt.Errorf("%s: detection %d: %s", name, example+1, shareOf(found[example].Box, len(found), images[found[example].Image]))
	}
	if why := count.suspicion(); why != "" {
		suspicion = name + ": " + why
	}
	return suspicion, nil
}
