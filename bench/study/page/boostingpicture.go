package page

import (
	"fmt"
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study/boosting"
	"detsample/bench/study/chart"
	"detsample/bench/study/evidence"
)

// likenessPicture is a picture of claim 7: a figure of how like boosting's the weights of
// a step are, along training.
type likenessPicture struct {
	file        string
	figure      func(boosting.Likeness) float64
	most        float64 // that it can be, of either sign
	title, says string
	top         float64 // of the scale, with room for names; 0 for the highest of the curves
}

var likenesses = []likenessPicture{
	{"boosting-rank.svg", func(l boosting.Likeness) float64 { return l.Rank }, 1, "rank, with %s", "Rank correlation of the weights of a step with boosting's, along training", 1.2},
	{"boosting-divergence.svg", func(l boosting.Likeness) float64 { return l.KL }, math.Inf(1), "nats, from %s", "Divergence of the weights of a step from boosting's, along training", 0},
}

// beside are the weightings that are named in these pictures; the others are grey.
var beside = append([]string{"ghm"}, rivals...)

// drawLikeness draws a likeness to AdaBoost and LogitBoost, side by side, on the
// states that each strategy trained.
func drawLikeness(s *evidence.Experiment, l likenessPicture) ([]byte, error) {
	trained, moments := s.Trainings()
	var charts []chart.Chart
	top := l.top
	for _, by := range trained {
		for _, to := range []string{boosting.AdaBoost, boosting.LogitBoost} {
			h := chart.Chart{Title: fmt.Sprintf(l.title, to) + ": " + by + " trains"}
			for _, w := range s.StateRuns[0].Moments[0].Weightings {
				if w.Name == to {
					continue
				}
				c := chart.Curve{Name: w.Name, Label: w.Name, Images: moments}
				for _, images := range moments {
					e, err := l.of(s, by, w.Name, to, images)
					if err != nil {
						return nil, err
					}
					c.Means = append(c.Means, e)
					if l.top == 0 {
						top = max(top, e.Mean)
					}
				}
				if slices.Contains(beside, w.Name) {
					h.Curves = append(h.Curves, c)
				} else {
					h.Behind = append(h.Behind, c)
				}
			}
			charts = append(charts, h)
		}
	}
	for i := range charts {
		charts[i].Top = top
	}
	return chart.Draw(charts, 2, amongsHigh)
}

// of estimates how like a weighting is to one of boosting's, on states that one
// strategy trained.
func (l *likenessPicture) of(s *evidence.Experiment, trained, weighting, to string, images int) (stats.Estimate, error) {
	e, err := s.Estimate(trained, weighting, images, func(w *boosting.Weighting) float64 { return l.figure(w.Like(to)) })
	within := cut(stats.Range{Low: e.Low, High: e.High}, l.most)
	e.Low, e.High = within.Low, within.High
	return e, err
}
