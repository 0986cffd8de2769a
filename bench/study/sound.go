package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"detsample/bench/trainer"
)

// soundRun reports figures that no run of a study has, beyond those that no run has
// at all: its losses are never negative, and its samplers add nothing.
func soundRun(r *trainer.Run) error {
	within := func(name string, v, low, high float64) error {
		if v >= low && v <= high {
			return nil
		}
		return fmt.Errorf("%s is %v: expected %v to %v", name, v, low, high)
	}
	err := cmp.Or(within("lr", r.LR, 0, mostRate), within("step_ms", r.Time.StepMS, 0, 1000*mostSeconds), within("step_cpu_ms", r.Time.StepCPUMS, 0, 1000*mostSeconds),
		within("train_s", r.Time.TrainS, 0, mostSeconds), within("evaluate_s", r.Time.EvaluateS, 0, mostSeconds))
	if err != nil {
		return err
	}
	if err := cmp.Or(soundMeans(r), soundStages(r.Stages)); err != nil {
		return err
	}
	for i := range r.Stages {
		s := &r.Stages[i]
		share := func(name string, v float64) error {
			if v == trainer.Unknown {
				return nil
			}
			return within(name, v, 0, 1+rounding)
		}
		used := func(name string, used, seen float64) error {
			if used <= seen*(1+rounding) {
				return nil
			}
			return fmt.Errorf("used_%s are %v of %v %s", name, used, seen, name)
		}
		err := cmp.Or(share("negative_loss", s.NegativeLoss), share("negative_gradient", s.NegativeGrad),
			used("positives", s.UsedPositives, s.Positives), used("negatives", s.UsedNegatives, s.Negatives))
		if err != nil {
			return fmt.Errorf("stage %s: %w", s.Stage, err)
		}
	}
	return nil
}

// soundMeans reports an AP that is not the mean over the classes for which it is
// defined, of a run that has figures of classes.
func soundMeans(r *trainer.Run) error {
	if r.Broken {
		return nil
	}
	mean := func(name string, ap float64, of func(*trainer.ClassFigures) float64) error {
		sum, n := 0.0, 0
		for i := range r.Classes {
			if v := of(&r.Classes[i]); v >= 0 {
				sum, n = sum+v, n+1
			}
		}
		if n == 0 || math.Abs(sum/float64(n)-ap) <= summing {
			return nil
		}
		return fmt.Errorf("%s is %v, and the mean over its classes %v", name, ap, sum/float64(n))
	}
	return cmp.Or(mean("ap", r.AP, func(c *trainer.ClassFigures) float64 { return c.AP }),
		mean("ap50", r.AP50, func(c *trainer.ClassFigures) float64 { return c.AP50 }))
}

// soundStages reports stages that no detector of a study has.
func soundStages(stages []trainer.StageFigures) error {
	var names []string
	for i := range stages {
		names = append(names, stages[i].Stage)
	}
	for _, known := range [][]string{nil, {"dense"}, {"rpn", "roi"}} {
		if slices.Equal(names, known) {
			return nil
		}
	}
	return fmt.Errorf("its stages are %q: expected dense, or rpn and roi", names)
}

// Beyond these a figure is a mistake: the rate of a step, and the seconds of a run (three
// years).
const (
	mostRate    = 1000
	mostSeconds = 1e8
)

// summing is how far apart means are that were summed in another order.
const summing = 1e-9

// rounding is how far a mean may be beyond its bounds.
const rounding = 1e-6
