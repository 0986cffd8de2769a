package page

import (
	"detsample/bench/study/boosting"
	"detsample/bench/study/chart"
	"detsample/bench/study/evidence"
)

// drawMasses draws the share of easy negatives in cross entropy's loss along
// trainings by several strategies.
func drawMasses(s *evidence.Experiment) ([]byte, error) {
	trained, moments := s.Trainings()
	h := chart.Chart{Title: "% of cross entropy's loss that easy negatives have", Top: 100}
	for _, by := range trained {
		l := chart.Curve{Name: by, Label: "where " + by + " trains", Images: moments}
		for _, images := range moments {
			e, err := s.Estimate(by, boosting.CrossEntropy, images, func(w *boosting.Weighting) float64 { return 100 * w.Loss.Easy })
			if err != nil {
				return nil, err
			}
			l.Means = append(l.Means, e)
		}
		h.Curves = append(h.Curves, l)
	}
	return chart.Draw([]chart.Chart{h}, 1, aloneHigh)
}
