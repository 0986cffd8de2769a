package summary

import (
	"math"

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

// halfway returns the images of an evaluation at about half of those seen, 0 if
// there was none: what lies between 40% and 60%.
func halfway(runs []*trainer.Run) int {
	for _, r := range runs {
		if r.Stopped() || len(r.Curve) < 3 {
			continue
		}
		whole := float64(r.Curve[len(r.Curve)-1].Images)
		at, least := 0, 0.1
		for _, p := range r.Curve {
			if far := math.Abs(float64(p.Images)/whole - 0.5); far <= least {
				at, least = p.Images, far
			}
		}
		return at
	}
	return 0
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
