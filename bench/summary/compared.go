package summary

import (
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// figures returns one figure of runs for statistics. A run that stopped early,
// or that was never evaluated after a step, has none.
func figures(runs []*trainer.Run, figure func(*trainer.Run) float64, resamples bool) []stats.Run {
	list := make([]stats.Run, len(runs))
	for i, r := range runs {
		list[i] = stats.Run{Strategy: r.Strategy, Seed: r.Seed, Value: undefined(figure(r))}
		switch {
		case r.Stopped():
			list[i].Failed = r.Failed
		case len(r.Curve) < 2:
			list[i].Value = math.NaN()
		}
		if resamples {
			list[i].Images = r.TestImages
			for _, v := range r.Resamples {
				list[i].Resamples = append(list[i].Resamples, undefined(v))
			}
		}
	}
	return list
}

// undefined turns COCO's -1 into NaN.
func undefined(v float64) float64 {
	if v < 0 {
		return math.NaN()
	}
	return v
}

// estimates returns the mean of a figure of each strategy, with an interval
// over seeds alone.
func estimates(strategies []string, runs []*trainer.Run, figure func(*trainer.Run) float64) ([]stats.Estimate, error) {
	c, err := stats.Compare(strategies, figures(runs, figure, false))
	if err != nil {
		return nil, err
	}
	return c.Means, nil
}

func finalAP(r *trainer.Run) float64 { return r.AP }

// halfway returns the images of an evaluation at about half of those seen, between 40%
// and 60%, that every run has which came to its end; 0 if there was none. A strategy
// that was not evaluated there would not be among those that led.
func halfway(runs []*trainer.Run) int {
	whole := slices.DeleteFunc(slices.Clone(runs), (*trainer.Run).Stopped)
	at, least := 0, 0.1
	for _, images := range moments(whole) {
		furthest := 0.0
		for _, r := range whole {
			if _, ok := pointAt(r, images); !ok {
				furthest = math.Inf(1)
				break
			}
			last := r.Curve[len(r.Curve)-1].Images
			furthest = max(furthest, math.Abs(float64(images)/float64(last)-0.5))
		}
		if furthest <= least {
			at, least = images, furthest
		}
	}
	return at
}

// at returns AP after so many images, of the runs that were evaluated there.
func at(images int) func(*trainer.Run) float64 {
	return func(r *trainer.Run) float64 {
		if p, ok := pointAt(r, images); ok {
			return p.AP
		}
		return -1
	}
}

// AP returns the AP of runs at the end of training, over the resampled test
// images too: what [stats.Rounds] takes.
func AP(runs []*trainer.Run) []stats.Run { return figures(runs, finalAP, true) }

// evidence gathers what a decision is made of; of rounds, by the runs of their
// last look.
func evidence(strategies []string, runs []*trainer.Run, rounds *stats.Rounds) (e stats.Evidence, standing stats.Standing, err error) {
	e.Floor = Floor(runs)
	final := AP(runs)
	if rounds != nil {
		if standing, err = rounds.Stand(strategies, final); err != nil {
			return e, standing, err
		}
		e.Final, e.Confidence = standing.Comparison, standing.Confidence
		for _, o := range standing.Out {
			e.Out = append(e.Out, o.Strategy)
		}
	}
	if e.Final == nil {
		if e.Final, err = stats.Compare(strategies, final); err != nil {
			return e, standing, err
		}
	}
	images := halfway(runs)
	if images == 0 {
		return e, standing, nil
	}
	half := figures(runs, at(images), false)
	if e.Earlier, err = stats.Compare(strategies, half); err != nil {
		return e, standing, err
	}
	e.Projected, err = stats.Compare(strategies, stats.Project(final, half))
	return e, standing, err
}

// HardlyTrained is the AP that a network may reach by chance, or by the first
// steps of a training: what is not above it tells nothing about strategies.
const HardlyTrained = 0.02

// Floor returns the AP that is taken for nothing learned: HardlyTrained above
// the best untrained network.
func Floor(runs []*trainer.Run) float64 {
	best := 0.0
	for _, r := range runs {
		best = max(best, r.UntrainedAP)
	}
	return best + HardlyTrained
}
