package small

import (
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
		for _, d := range e.found[i] {
			if d.Score >= leastDrawn && placed(d.Box) {
				p.Detections = append(p.Detections, trainer.DrawnDetection{Box: d.Box, Class: d.Class, Score: d.Score})
			}
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

// leastDrawn is the lowest score of a detection that is kept for drawing.
const leastDrawn = 0.1
