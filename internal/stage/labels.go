package stage

import (
	"fmt"

	"detsample/anchors"
)

// CheckLabels panics, on behalf of the named function, unless an image's
// labels are those of so many candidates and ground truths. by says whose they
// are: a batch's own, or an assigner's, which is looked at once.
func CheckLabels(function, by string, i int, id uint64, a *anchors.Assignment, candidates, truths int) {
	if problem := LabelProblem(a, candidates, truths); problem != "" {
		panic(fmt.Sprintf("%s: image %d (ID %d): %s %s", function, i, id, by, problem))
	}
}

// LabelProblem says why labels are not those of so many candidates and ground truths,
// "" if they are.
func LabelProblem(a *anchors.Assignment, candidates, truths int) string {
	if len(a.GT) != candidates || len(a.IoU) != candidates || len(a.Quality) != 0 && len(a.Quality) != candidates {
		return fmt.Sprintf("has %d labels, %d IoUs and %d qualities for %d candidates", len(a.GT), len(a.IoU), len(a.Quality), candidates)
	}
	for k, iou := range a.IoU {
		if iou != iou {
			return fmt.Sprintf("gives candidate %d an IoU of NaN", k)
		}
	}
	for k, g := range a.GT {
		if int(g) >= truths || g < anchors.Ignored {
			return fmt.Sprintf("labels candidate %d as %d, with %d ground truths: a label is the index of one, %d for negative or %d for ignored",
				k, g, truths, anchors.Negative, anchors.Ignored)
		}
	}
	return ""
}
