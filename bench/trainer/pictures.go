package trainer

import "detsample/bench/dataset"

// leastDrawn is how many detections of an image a [Picture] has room for, more
// where there are more objects.
const leastDrawn = 40

// Drawn returns the number of detections of an image that a [Picture] has at most,
// the best: as many as there are objects to find, and 40 at least. Losses put their
// scores on scales of their own, so that no score is the least for all.
func Drawn(im *dataset.Image) int { return max(leastDrawn, im.ToFind()) }

// pictured is the number of test images whose detections are kept for drawing.
const pictured = 6

// Pictured returns the test images that a run has a [Picture] of: the first ones
// that show objects to find, whoever trains, so that they can be drawn side by side.
func Pictured(test []dataset.Image) []int {
	var list []int
	for i := range test {
		if len(list) < pictured && test[i].ToFind() > 0 {
			list = append(list, i)
		}
	}
	return list
}
