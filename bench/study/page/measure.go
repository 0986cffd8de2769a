package page

import (
	"cmp"
	"math"
	"slices"

	"detsample/bench/stats"
	"detsample/bench/study/boosting"
	"detsample/bench/trainer"
)

// measure is what strategies, or weightings, are compared by.
type measure struct {
	name string // by which messages know it

	// of returns it of every run at a budget; in an experiment that keeps states, of
	// every weighting on those of one strategy's trainings.
	of func(s *archived, trained string, images int) []stats.Run

	least float64 // the smallest difference worth speaking of; 0: one of any size is
	most  float64 // the largest that there can be, of either sign; 0: there is none

	whole bool // over the whole training, and at no moment of it
	ends  bool // where training ends alone

	correlation bool // which ends at ±1 itself
}

// Measures of runs, in points of AP.
var (
	ap       = &measure{name: "AP", of: (*archived).apOfRuns, least: 1}
	apSmall  = &measure{name: "AP of small objects", of: ofEachRun(apSmallAt)}
	ap50     = &measure{name: "AP50", of: ofEachRun(atEndOf(func(r *trainer.Run) float64 { return points(r.AP50) }))}
	apMedium = &measure{name: "AP of medium objects", of: ofEachRun(atEndOf(func(r *trainer.Run) float64 { return points(r.APM) }))}
	apLarge  = &measure{name: "AP of large objects", of: ofEachRun(atEndOf(func(r *trainer.Run) float64 { return points(r.APL) }))}
)

// halfAsked is the half-width of an interval, in points of AP, that the study is after.
const halfAsked = 0.75

// negativeLoss is negatives' share of a run's loss, over the whole training, in percent.
var negativeLoss = &measure{name: "negatives' share of the loss", least: 1, whole: true,
	of: ofEachRun(atEndOf(negativesShare))}

// Measures of weightings: shares in percent, a rank correlation as it is, and divergences
// in nats.
var (
	easyLessPositive = &measure{name: "loss of easy negatives less that of positives", least: 1, most: 100,
		of: ofEachWeighting(func(w *boosting.Weighting) float64 { return 100 * (w.Loss.Easy - w.Loss.Positives) })}
	outliers = &measure{name: "weight on outliers",
		of: ofEachWeighting(func(w *boosting.Weighting) float64 { return 100 * w.Outlier })}
	rankWithAdaBoost = &measure{name: "rank correlation with " + boosting.AdaBoost, correlation: true,
		of: ofEachWeighting(func(w *boosting.Weighting) float64 { return w.Like(boosting.AdaBoost).Rank })}
	divergenceFromAdaBoost   = &measure{name: "divergence from " + boosting.AdaBoost, of: divergenceFrom(boosting.AdaBoost)}
	divergenceFromLogitBoost = &measure{name: "divergence from " + boosting.LogitBoost, of: divergenceFrom(boosting.LogitBoost)}
)

func divergenceFrom(to string) func(*archived, string, int) []stats.Run {
	return ofEachWeighting(func(w *boosting.Weighting) float64 { return w.Like(to).KL })
}

// within cuts an interval where the figures that it is of end: that of a few seeds, by
// Student's t, goes on beyond.
func (m *measure) within(r stats.Range) stats.Range {
	if m.most == 0 {
		return r
	}
	return stats.Range{Low: max(r.Low, -m.most), High: min(r.High, m.most)}
}

// ofEachRun makes of a figure of a run at a budget that of all runs of an experiment.
func ofEachRun(value func(r *trainer.Run, images int) float64) func(*archived, string, int) []stats.Run {
	return func(s *archived, _ string, images int) []stats.Run { return s.ofEach(images, value) }
}

// ofEach returns a figure of every run at a budget.
func (s *archived) ofEach(images int, value func(r *trainer.Run, images int) float64) []stats.Run {
	var list []stats.Run
	for i := range s.Runs {
		r := &s.Runs[i]
		run := stats.Run{Strategy: r.Strategy, Seed: r.Seed, Value: value(r, images)}
		if r.Stopped() {
			run.Failed = cmp.Or(r.Failed, "stopped") // the page's text of it may be empty
		}
		list = append(list, run)
	}
	return list
}

// apOfRuns returns AP, at the end with its resamples over test images.
func (s *archived) apOfRuns(_ string, images int) []stats.Run {
	list := s.ofEach(images, apAt)
	if images == s.final() {
		for i := range list {
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
func ofEachWeighting(value func(*boosting.Weighting) float64) func(*archived, string, int) []stats.Run {
	return func(s *archived, trained string, images int) []stats.Run { return s.weighed(trained, images, value) }
}
