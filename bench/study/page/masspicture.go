package page

import "detsample/bench/study/boosting"

// drawMasses draws the share of easy negatives in cross entropy's loss along
// trainings by several strategies.
func (s *archived) drawMasses() ([]byte, error) {
	trained, moments := s.trainings()
	h := chart{title: "% of cross entropy's loss that easy negatives have", top: 100}
	for _, by := range trained {
		l := curve{label: "where " + by + " trains", look: lookOf(by), images: moments}
		for _, images := range moments {
			e, err := s.estimate(by, boosting.CrossEntropy, images, func(w *boosting.Weighting) float64 { return 100 * w.Loss.Easy })
			if err != nil {
				return nil, err
			}
			l.means = append(l.means, e)
		}
		h.curves = append(h.curves, l)
	}
	return drawCharts([]chart{h}, 1, aloneHigh)
}
