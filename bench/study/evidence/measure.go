package evidence

import (
	"cmp"
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study/boosting"
	"detsample/bench/trainer"
)

// Measure is what strategies, or weightings, are compared by.
type Measure struct {
	Name string // by which messages know it

	// Of returns it of every run at a budget; in an experiment that keeps states, of
	// every weighting on those of one strategy's trainings. It is NaN of a run that was not
	// looked at then.
	Of func(s *Experiment, trained string, images int) []stats.Run

	Least float64 // the smallest difference worth speaking of; 0: one of any size is
	Most  float64 // the largest that there can be, of either sign; 0: there is none

	Whole bool // over the whole training, and at no moment of it
	Ends  bool // where training ends alone

	Correlation bool // which ends at ±1 itself
}

// Measures of runs, in points of AP.
var (
	AP       = &Measure{Name: "AP", Of: (*Experiment).apOfRuns, Least: 1}
	APSmall  = &Measure{Name: "AP of small objects", Of: ofEachRun(apSmallAt)}
	AP50     = &Measure{Name: "AP50", Of: ofEachRun(atEndOf(func(r *trainer.Run) float64 { return points(r.AP50) }))}
	APMedium = &Measure{Name: "AP of medium objects", Of: ofEachRun(atEndOf(func(r *trainer.Run) float64 { return points(r.APM) }))}
	APLarge  = &Measure{Name: "AP of large objects", Of: ofEachRun(atEndOf(func(r *trainer.Run) float64 { return points(r.APL) }))}
)

// HalfAsked is the half-width of an interval, in points of AP, that the study is after.
const HalfAsked = 0.75

// NegativeLoss is negatives' share of a run's loss, over the whole training, in percent.
var NegativeLoss = &Measure{Name: "negatives' share of the loss", Least: 1, Whole: true,
	Of: ofEachRun(atEndOf(negativesShare))}

// Measures of weightings: shares in percent, a rank correlation as it is, and divergences
// in nats.
var (
	EasyLessPositive = &Measure{Name: "loss of easy negatives less that of positives", Least: 1, Most: 100,
		Of: ofEachWeighting(func(w *boosting.Weighting) float64 { return 100 * (w.Loss.Easy - w.Loss.Positives) })}
	Outliers = &Measure{Name: "weight on outliers",
		Of: ofEachWeighting(func(w *boosting.Weighting) float64 { return 100 * w.Outlier })}
	RankWithAdaBoost = &Measure{Name: "rank correlation with " + boosting.AdaBoost, Correlation: true,
		Of: ofEachWeighting(func(w *boosting.Weighting) float64 { return w.Like(boosting.AdaBoost).Rank })}
	DivergenceFromAdaBoost   = &Measure{Name: "divergence from " + boosting.AdaBoost, Of: divergenceFrom(boosting.AdaBoost)}
	DivergenceFromLogitBoost = &Measure{Name: "divergence from " + boosting.LogitBoost, Of: divergenceFrom(boosting.LogitBoost)}
)

func divergenceFrom(to string) func(*Experiment, string, int) []stats.Run {
	return ofEachWeighting(func(w *boosting.Weighting) float64 { return w.Like(to).KL })
}

// Within cuts the interval of a difference where there are no larger ones: that of a few
// seeds, by Student's t, goes on beyond.
func (m *Measure) Within(r stats.Range) stats.Range {
	if m.Most == 0 {
		return r
	}
	return stats.Range{Low: max(r.Low, -m.Most), High: min(r.High, m.Most)}
}

// ofEachRun makes of a figure of a run at a budget that of all runs of an experiment.
func ofEachRun(value func(r *trainer.Run, images int) float64) func(*Experiment, string, int) []stats.Run {
	return func(s *Experiment, _ string, images int) []stats.Run { return s.ofEach(images, value) }
}

// ofEach returns a figure of every run at a budget.
func (s *Experiment) ofEach(images int, value func(r *trainer.Run, images int) float64) []stats.Run {
	var list []stats.Run
	for i := range s.Runs {
		r := &s.Runs[i]
		run := stats.Run{Strategy: r.Strategy, Seed: r.Seed, Value: value(r, images)}
		if r.Stopped() {
			run.Failed = cmp.Or(r.Failed, "stopped") // whether or not it says why
		}
		list = append(list, run)
	}
	return list
}

// apOfRuns returns AP, at the end with its resamples over test images.
func (s *Experiment) apOfRuns(_ string, images int) []stats.Run {
	list := s.ofEach(images, apAt)
	if images == s.Final() {
		for i := range list {
			list[i].Images = s.Runs[i].TestImages
			for _, v := range s.Runs[i].Resamples {
				list[i].Resamples = append(list[i].Resamples, points(v))
			}
		}
	}
	return list
}

// apAt returns a run's AP at one of its evaluations; NaN where it has none then.
func apAt(r *trainer.Run, images int) float64 {
	return along(r, images, func(p *trainer.Point) float64 { return p.AP })
}

// ap50At returns the same at an IoU of .5 alone.
func ap50At(r *trainer.Run, images int) float64 {
	return along(r, images, func(p *trainer.Point) float64 { return p.AP50 })
}

// apSmallAt returns the same of small objects.
func apSmallAt(r *trainer.Run, images int) float64 {
	return along(r, images, func(p *trainer.Point) float64 { return p.APS })
}

func along(r *trainer.Run, images int, value func(*trainer.Point) float64) float64 {
	i := slices.IndexFunc(r.Curve, func(p trainer.Point) bool { return p.Images == images })
	if i < 0 {
		return math.NaN()
	}
	return points(value(&r.Curve[i]))
}

// atEndOf makes of what a run has at its end alone what it has at any budget.
func atEndOf(value func(*trainer.Run) float64) func(*trainer.Run, int) float64 {
	return func(r *trainer.Run, images int) float64 {
		if r.Images != images {
			return math.NaN()
		}
		return value(r)
	}
}

// negativesShare returns negatives' share of the loss of the stage that sees anchors.
func negativesShare(r *trainer.Run) float64 {
	for _, stage := range r.Stages {
		if stage.Stage == "dense" || stage.Stage == "rpn" {
			return points(stage.NegativeLoss)
		}
	}
	return math.NaN()
}

// points turns a share into points, and COCO's -1 into NaN.
func points(v float64) float64 {
	if v < 0 {
		return math.NaN()
	}
	return 100 * v
}

// ofEachWeighting makes of a figure of a weighting that of all of an experiment.
func ofEachWeighting(value func(*boosting.Weighting) float64) func(*Experiment, string, int) []stats.Run {
	return func(s *Experiment, trained string, images int) []stats.Run { return s.weighed(trained, images, value) }
}
