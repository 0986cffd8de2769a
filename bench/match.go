package bench

import (
	"context"
	"fmt"

	"detsample/bench/dataset"
	"detsample/bench/plan"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

// match multiplies the weights of every strategy's losses so that each loss
// moves the trunk as much as that of the strategy's reference: round by round,
// all strategies train for a while, and those whose gradients differ from the
// reference's are corrected.
func (m *comparison) match(ctx context.Context, data *dataset.Set) error {
	few := *data
	few.Test = few.Test[:min(matchImages, len(few.Test))]
	strategies, written := m.cfg.Strategies, cloned(m.cfg.Strategies)
	images := plan.Calibration(m.cfg.Training)
	last := make([]trainer.Run, len(strategies))
	open := make([]int, len(strategies)) // strategies whose losses may yet differ, at first all
	for i := range open {
		open[i] = i
	}
	for round := 1; round <= plan.MatchRounds && len(open) > 0; round++ {
		trials := make([]trial, len(open))
		for k, i := range open {
			trials[k] = trial{phase: fmt.Sprintf("matching scale, round %d", round), strategy: &strategies[i], images: images}
		}
		runs, err := m.try(ctx, trials, &few)
		if err != nil {
			return err
		}
		for k, i := range open {
			last[i] = runs[k]
		}
		var left []int
		for _, i := range open {
			if r := plan.Reference(strategies, i); r != i {
				factors, matched := plan.Factors(last[i].Stages, last[r].Stages)
				if !matched && !last[i].Stopped() && !last[r].Stopped() {
					strategies[i] = plan.Scaled(strategies[i], factors)
					left = append(left, i)
				}
			}
		}
		open = left
	}
	for i := range strategies {
		if r := plan.Reference(strategies, i); r != i {
			strategies[i].ScaleReason = plan.ScaleReason(&written[i], &strategies[i], &strategies[r], images, summary.SetName(m.o.Data), last[i].Stopped() || last[r].Stopped())
		}
	}
	return nil
}

// matchImages is the number of images that matching evaluates on: what it
// needs is measured in training.
const matchImages = 8
