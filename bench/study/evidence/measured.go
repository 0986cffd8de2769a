package evidence

import (
	"fmt"
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// GainedSince returns the mean AP that each strategy's runs gained from some images to
// their end, in points.
func (s *Experiment) GainedSince(names []string, images int) ([]stats.Estimate, error) {
	return s.estimates(names, func(r *trainer.Run) float64 { return points(r.AP) - apAt(r, images) })
}

// FoundSince returns the same of AP50, which rises as more objects are found, or with
// fewer mistakes, and hardly as boxes become more exact.
func (s *Experiment) FoundSince(names []string, images int) ([]stats.Estimate, error) {
	return s.estimates(names, func(r *trainer.Run) float64 { return points(r.AP50) - ap50At(r, images) })
}

// Recall returns the mean recall of so many proposals of each strategy's runs, in points.
func (s *Experiment) Recall(names []string, limit int) ([]stats.Estimate, error) {
	return s.estimates(names, func(r *trainer.Run) float64 { return recallAt(r, limit) })
}

// CalibrationErrors returns the mean calibration error of each strategy's runs, in points.
func (s *Experiment) CalibrationErrors(names []string) ([]stats.Estimate, error) {
	return s.estimates(names, calibrationError)
}

func calibrationError(r *trainer.Run) float64 {
	if r.Calibration.Detections == 0 {
		return math.NaN()
	}
	return points(r.Calibration.Error)
}

// ProposalLimits returns the numbers of proposals at which recall was measured.
func (s *Experiment) ProposalLimits() (list []int) {
	for i := range s.Runs {
		for _, p := range s.Runs[i].Proposals {
			if !slices.Contains(list, p.Limit) {
				list = append(list, p.Limit)
			}
		}
	}
	slices.Sort(list)
	return list
}

func recallAt(r *trainer.Run, limit int) float64 {
	for _, p := range r.Proposals {
		if p.Limit == limit {
			return points(p.AR)
		}
	}
	return math.NaN()
}

// estimates returns the mean of a figure of each strategy's runs.
func (s *Experiment) estimates(names []string, figure func(*trainer.Run) float64) ([]stats.Estimate, error) {
	var runs []stats.Run
	for i := range s.Runs {
		r := &s.Runs[i]
		if slices.Contains(names, r.Strategy) && !r.Stopped() {
			runs = append(runs, stats.Run{Strategy: r.Strategy, Seed: r.Seed, Value: figure(r)})
		}
	}
	c, err := stats.Compare(names, runs)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	return c.Means, nil
}

// Imbalance returns the negatives for a positive that the stage which detects has before
// sampling, alike for all of some strategies that got to the end; 0 where none did, or has
// positives.
func (s *Experiment) Imbalance(strategies []string) float64 { return s.Seen(strategies, s.Stages()-1) }
