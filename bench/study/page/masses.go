package page

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"detsample/bench/stats"
	"detsample/bench/study/boosting"
	"detsample/bench/study/evidence"
	"detsample/internal/prose"
)

// trainedSeeds counts the seeds of each strategy whose trainings kept states.
func trainedSeeds(s *evidence.Experiment, strategies []string) []int {
	counts := make([]int, len(strategies))
	for i := range s.StateRuns {
		counts[slices.Index(strategies, s.StateRuns[i].Strategy)]++
	}
	return counts
}

// writeMasses writes how every strategy's loss divides along training, and
// draws it.
func writeMasses(b *strings.Builder, s *evidence.Experiment, files map[string][]byte) error {
	b.WriteString("\n### Where the loss is, along training\n\n")
	if !s.HasRuns() {
		fmt.Fprintf(b, "Not run yet: there are no stored states of `%s`.\n", s.Name)
		return nil
	}
	trained, moments := s.Trainings()
	fmt.Fprintf(b, "RetinaNet's figure 4 asks where a loss puts its mass on one trained network. Here it is asked of every loss at several moments, on the states of networks trained by %s: the loss of positives / easy negatives / hard negatives, in percent, means over %s. A negative is easy if the probability of being right is above 1/2. A score for a class is a candidate of its own.\n\n", prose.List(trained, "and"), countedSeeds(trainedSeeds(s, trained)))
	fmt.Fprintf(b, "![Share of easy negatives in the loss along training](%s)\n\n", massPicture)
	header, rule := "| trained by | loss of |", "|---|---|"
	for _, images := range moments {
		header, rule = header+fmt.Sprintf(" %d images |", images), rule+"---|"
	}
	fmt.Fprintf(b, "%s\n%s\n", header, rule)
	for _, by := range trained {
		for _, w := range s.StateRuns[0].Moments[0].Weightings {
			if w.Name == boosting.AdaBoost || w.Name == boosting.LogitBoost {
				continue
			}
			fmt.Fprintf(b, "| %s | %s |", by, w.Name)
			for _, images := range moments {
				var part [3]float64
				for k, figure := range []func(*boosting.Weighting) float64{
					func(w *boosting.Weighting) float64 { return 100 * w.Loss.Positives },
					func(w *boosting.Weighting) float64 { return 100 * w.Loss.Easy },
					func(w *boosting.Weighting) float64 { return 100 * w.Loss.Hard },
				} {
					e, err := s.Estimate(by, w.Name, images, figure)
					if err != nil {
						return err
					}
					part[k] = e.Mean
				}
				fmt.Fprintf(b, " %.0f / %.0f / %.0f |", part[0], part[1], part[2])
			}
			b.WriteString("\n")
		}
	}
	picture, err := drawMasses(s)
	files[massPicture] = picture
	return err
}

const massPicture = "masses.svg"

//go:embed boosting.md
var boostingText string

// writeBoosting writes how alike all weightings are to those of boosting, and draws
// it along training.
func writeBoosting(b *strings.Builder, s *evidence.Experiment, files map[string][]byte) error {
	b.WriteString(boostingText)
	if !s.HasRuns() {
		fmt.Fprintf(b, "\nNot run yet: there are no stored states of `%s`.\n", s.Name)
		return nil
	}
	trained, moments := s.Trainings()
	final := moments[len(moments)-1]
	fmt.Fprintf(b, "\nThe pictures have %s in their colours, and all others, boosting's own among them, in grey.\n", prose.List(beside, "and"))
	for _, l := range likenesses {
		var err error
		if files[l.file], err = drawLikeness(s, l); err != nil {
			return err
		}
		fmt.Fprintf(b, "\n![%s](%s)\n", l.says, l.file)
	}
	rank := func(e stats.Estimate) string { return correlation(e) }
	for _, by := range trained {
		fmt.Fprintf(b, "\n#### On states that %s has trained, after %d images\n\n", by, final)
		b.WriteString("| weighting | rank correlation with AdaBoost | top 1% in common | divergence from AdaBoost, nats | rank correlation with LogitBoost | top 1% in common | divergence from LogitBoost | of its weight on the hardest 1%, % | on outliers, % |\n|---|---|---|---|---|---|---|---|---|\n")
		for _, w := range s.StateRuns[0].Moments[0].Weightings {
			fmt.Fprintf(b, "| %s |", w.Name)
			for _, cell := range []struct {
				value func(*boosting.Weighting) float64
				text  func(stats.Estimate) string
			}{
				{func(w *boosting.Weighting) float64 { return w.Like(boosting.AdaBoost).Rank }, rank},
				{func(w *boosting.Weighting) float64 { return 100 * w.Like(boosting.AdaBoost).Top }, rounded(0)},
				{func(w *boosting.Weighting) float64 { return w.Like(boosting.AdaBoost).KL }, rounded(2)},
				{func(w *boosting.Weighting) float64 { return w.Like(boosting.LogitBoost).Rank }, rank},
				{func(w *boosting.Weighting) float64 { return 100 * w.Like(boosting.LogitBoost).Top }, rounded(0)},
				{func(w *boosting.Weighting) float64 { return w.Like(boosting.LogitBoost).KL }, rounded(2)},
				{func(w *boosting.Weighting) float64 { return 100 * w.Hardest }, rounded(1)},
				{func(w *boosting.Weighting) float64 { return 100 * w.Outlier }, rounded(2)},
			} {
				e, err := s.Estimate(by, w.Name, final, cell.value)
				if err != nil {
					return err
				}
				fmt.Fprintf(b, " %s |", cell.text(e))
			}
			b.WriteString("\n")
		}
	}
	return nil
}

func rounded(decimals int) func(stats.Estimate) string {
	return func(e stats.Estimate) string { return interval(e, decimals) }
}
