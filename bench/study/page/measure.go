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

	// words returns what a contrast of it is of; nil where tables alone have it. States
	// says on whose states, with a blank before.
	words func(c *contrast, states string) quantity
}

// Measures of runs, in points of AP.
var (
	ap       = &measure{name: "AP", words: apWords, of: (*archived).apOfRuns}
	apSmall  = perRun("AP of small objects", nil, apSmallAt)
	ap50     = perRun("AP50", nil, atEndOf(func(r *trainer.Run) float64 { return points(r.AP50) }))
	apMedium = perRun("AP of medium objects", nil, atEndOf(func(r *trainer.Run) float64 { return points(r.APM) }))
	apLarge  = perRun("AP of large objects", nil, atEndOf(func(r *trainer.Run) float64 { return points(r.APL) }))
)

// Measures of runs that are no AP.
var (
	negativeLoss = perRun("negatives' share of the loss", negativeLossWords, atEndOf(negativesShare)) // over the whole training, in percent
	paperOrder   = &measure{name: "rank correlation with the paper", words: orderWords,
		of: func(s *archived, _ string, images int) []stats.Run { return s.orders(images) }}
)

// Measures of weightings: shares in percent, a rank correlation and a divergence as
// they are.
var (
	easyLessPositive         = perWeighting("loss of easy negatives less that of positives", easyWords, func(w *boosting.Weighting) float64 { return 100 * (w.Loss.Easy - w.Loss.Positives) })
	outliers                 = perWeighting("weight on outliers", outlierWords, outlierShare)
	rankWithAdaBoost         = perWeighting("rank correlation with "+boosting.AdaBoost, wordsOf(boosting.AdaBoost, rankWords), rankWith(boosting.AdaBoost))
	divergenceFromAdaBoost   = perWeighting("divergence from "+boosting.AdaBoost, wordsOf(boosting.AdaBoost, divergenceWords), divergenceFrom(boosting.AdaBoost))
	divergenceFromLogitBoost = perWeighting("divergence from "+boosting.LogitBoost, wordsOf(boosting.LogitBoost, divergenceWords), divergenceFrom(boosting.LogitBoost))
)

// perRun makes a measure of each run by itself.
func perRun(name string, words func(*contrast, string) quantity, value func(r *trainer.Run, images int) float64) *measure {
	return &measure{name: name, words: words, of: func(s *archived, _ string, images int) []stats.Run {
		return s.ofEach(images, value)
	}}
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

// perWeighting makes a measure of each weighting by itself.
func perWeighting(name string, words func(*contrast, string) quantity, value func(*boosting.Weighting) float64) *measure {
	return &measure{name: name, words: words, of: func(s *archived, trained string, images int) []stats.Run {
		return s.weighed(trained, images, value)
	}}
}

// weighed returns a figure of every weighting at a moment of the trainings of one
// strategy.
func (s *archived) weighed(trained string, images int, figure func(*boosting.Weighting) float64) (list []stats.Run) {
	for i := range s.StateRuns {
		if s.StateRuns[i].Strategy != trained {
			continue
		}
		for _, m := range s.StateRuns[i].Moments {
			if m.Images != images {
				continue
			}
			for k := range m.Weightings {
				w := &m.Weightings[k]
				list = append(list, stats.Run{Strategy: w.Name, Seed: s.StateRuns[i].Seed, Value: figure(w)})
			}
		}
	}
	return list
}

// outlierShare returns the share of the weight on outliers, in percent.
func outlierShare(w *boosting.Weighting) float64 { return 100 * w.Outlier }

// hardestShare returns the share of the weight on the hardest 1%, in percent.
func hardestShare(w *boosting.Weighting) float64 { return 100 * w.Hardest }

// rankWith returns the rank correlation of a weighting with another one.
func rankWith(to string) func(*boosting.Weighting) float64 {
	return alike(to, func(a *boosting.Likeness) float64 { return a.Rank })
}

// topOf returns how much of the heaviest 1% a weighting shares with another one, in
// percent.
func topOf(to string) func(*boosting.Weighting) float64 {
	return alike(to, func(a *boosting.Likeness) float64 { return 100 * a.Top })
}

// divergenceFrom returns the divergence of a weighting from another one, in nats.
func divergenceFrom(to string) func(*boosting.Weighting) float64 {
	return alike(to, func(a *boosting.Likeness) float64 { return a.KL })
}

// alike returns a figure of how alike a weighting is to another one; NaN of itself.
func alike(to string, value func(*boosting.Likeness) float64) func(*boosting.Weighting) float64 {
	return func(w *boosting.Weighting) float64 {
		for i := range w.Alike {
			if w.Alike[i].To == to {
				return value(&w.Alike[i])
			}
		}
		return math.NaN()
	}
}
