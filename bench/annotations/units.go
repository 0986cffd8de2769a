package annotations

import "fmt"

// Units looks for detections that are not in pixels of their images. The error is
// that nearly all are shares of them, between 0 and 1; the suspicion that they are
// corners, centres or of other units, "" without any. name stands for the detections in messages, and those of images
// that the set does not list are passed over.
func (s *Set) Units(found []Detection, name string) (suspicion string, err error) {
	images := make(map[int64]*Image, len(s.Images))
	for i := range s.Images {
		images[s.Images[i].ID] = &s.Images[i]
	}
	example := -1
	var shared shareCount
	var count layoutCount
	for i := range found {
		im, box := images[found[i].Image], found[i].Box
		if im == nil {
			continue
		}
		count.add(topLeft, box, im.Width, im.Height)
		if shared.add(box, im) && example < 0 {
			example = i
		}
	}
	if example >= 0 && shared.most() {
		return "", fmt.Errorf("%s: detection %d: %s", name, example+1, shared.said(&cocoShares, found[example].Box, images[found[example].Image]))
	}
	if why := count.suspicion(topLeft, "COCO"); why != "" {
		suspicion = name + ": " + why
	}
	return suspicion, nil
}
