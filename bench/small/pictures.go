package small

import (
	"cmp"
	"slices"

	"detsample/anchors"
	"detsample/bench/trainer"
)

// pictured is the number of test images whose detections are kept for drawing.
const pictured = 6

// pictures returns the last detections on the first test images that show
// objects.
func (e *evaluator) pictures() []trainer.Picture {
	var out []trainer.Picture
	for i := range e.set.Test {
		if len(out) == pictured {
			break
		}
		if len(e.set.Test[i].Objects) == 0 {
			continue
		}
		p := trainer.Picture{Image: i}
		best := slices.DeleteFunc(slices.Clone(e.found[i]), func(d anchors.Detection) bool { return !placed(d.Box) })
		slices.SortStableFunc(best, func(a, b anchors.Detection) int { return cmp.Compare(b.Score, a.Score) })
		for _, d := range best[:min(len(best), mostDrawn)] {
			p.Detections = append(p.Detections, trainer.DrawnDetection{Box: d.Box, Class: d.Class, Score: d.Score})
		}
		out = append(out, p)
	}
	return out
}

// placed reports whether a box is somewhere: an output may overflow where no
// weight does.
func placed(b anchors.Box) bool {
	return !slices.ContainsFunc(b[:], func(v float32) bool { return !finite(float64(v)) })
}

// mostDrawn is the number of detections of an image that are kept for drawing,
// the best: losses put their scores on scales of their own, so that no score is
// the least for all.
const mostDrawn = 40
