package small

import (
	"cmp"
	"slices"

	"detsample/anchors"
	"detsample/bench/trainer"
)

// pictures returns the last detections on the first test images that show
// objects.
func (e *evaluator) pictures() []trainer.Picture {
	var out []trainer.Picture
	for _, i := range trainer.Pictured(e.set.Test) {
		p := trainer.Picture{Image: i}
		best := slices.DeleteFunc(slices.Clone(e.found[i]), func(d anchors.Detection) bool { return !placed(d.Box) })
		slices.SortStableFunc(best, func(a, b anchors.Detection) int { return cmp.Compare(b.Score, a.Score) })
		for _, d := range best[:min(len(best), trainer.Drawn(&e.set.Test[i]))] {
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
