package trainer

import "detsample/bench/dataset"

// MostDrawn is the number of detections of an image that a [Picture] has at most,
// the best: losses put their scores on scales of their own, so that no score is
// the least for all.
const MostDrawn = 40

// pictured is the number of test images whose detections are kept for drawing.
const pictured = 6

// Pictured returns the test images that a run has a [Picture] of: the first ones
// that show objects, whoever trains, so that they can be drawn side by side.
func Pictured(test []dataset.Image) []int {
	var list []int
	for i := range test {
		if len(list) < pictured && len(test[i].Objects) > 0 {
			list = append(list, i)
		}
	}
	return list
}
