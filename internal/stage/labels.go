package stage

import (
	"fmt"

	"detsample/anchors"
)

// CheckLabels panics, on behalf of the named function, unless an image's
// labels are those of so many candidates and ground truths. by says whose they
// are: a batch's own, or an assigner's, which is looked at once.
func CheckLabels(function, by string, i int, id uint64, a *anchors.Assignment, candidates, truths int) {
	if len(a.GT) != candidates || len(a.IoU) != candidates || len(a.Quality) != 0 && len(a.Quality) != candidates {
		panic(fmt.Sprintf("%s: image %d (ID %d): %s has %d labels, %d IoUs and %d qualities for %d candidates", function, i, id, by, len(a.GT), len(a.IoU), len(a.Quality), candidates))
	}
	for k, iou := range a.IoU {
		if iou != iou {
			panic(fmt.Sprintf("%s: image %d (ID %d): %s gives candidate %d an IoU of NaN", function, i, id, by, k))
		}
	}
	for k, g := range a.GT {
		if int(g) >= truths || g < anchors.Ignored {
			panic(fmt.Sprintf("%s: image %d (ID %d): %s labels candidate %d as %d, with %d ground truths: a label is the index of one, %d for negative or %d for ignored",
				function, i, id, by, k, g, truths, anchors.Negative, anchors.Ignored))
		}
	}
}
