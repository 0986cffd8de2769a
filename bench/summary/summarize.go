package summary

import (
	"cmp"
	"math"
	"slices"

	"detsample/bench/config"
	"detsample/bench/trainer"
)

// summarizeStrategies compares the runs of a configuration's strategies, in
// its order. Strategies without runs are left out.
func summarizeStrategies(c *config.Config, runs []*trainer.Run) []Strategy {
	var out []Strategy
	var base []*trainer.Run
	for i := range c.Strategies {
		s := &c.Strategies[i]
		mine := runsOf(runs, s.Name)
		if len(mine) == 0 {
			continue
		}
		summary := summarizeRuns(mine)
		summary.LRReason, summary.ScaleReason = s.LRReason, s.ScaleReason
		if len(out) == 0 {
			base = trained(mine)
		} else {
			summary.Difference = paired(trained(mine), base)
		}
		out = append(out, summary)
	}
	return out
}

// runsOf returns the runs of one strategy by seed.
func runsOf(runs []*trainer.Run, strategy string) []*trainer.Run {
	var mine []*trainer.Run
	for _, r := range runs {
		if r.Strategy == strategy {
			mine = append(mine, r)
		}
	}
	slices.SortStableFunc(mine, func(a, b *trainer.Run) int { return cmp.Compare(a.Seed, b.Seed) })
	return mine
}

// trained returns the runs that were evaluated after some training.
func trained(runs []*trainer.Run) []*trainer.Run {
	var out []*trainer.Run
	for _, r := range runs {
		if len(r.Curve) > 1 {
			out = append(out, r)
		}
	}
	return out
}

// summarizeRuns averages the runs of one strategy.
func summarizeRuns(runs []*trainer.Run) Strategy {
	first, figured := runs[0], trained(runs)
	s := Strategy{
		Strategy: first.Strategy, Detector: first.Detector, LR: first.LR, Runs: len(runs),
		AP:        averageAP(figured),
		AP50:      average(figured, func(r *trainer.Run) float64 { return r.AP50 }),
		AP75:      average(figured, func(r *trainer.Run) float64 { return r.AP75 }),
		APS:       average(figured, func(r *trainer.Run) float64 { return r.APS }),
		APM:       average(figured, func(r *trainer.Run) float64 { return r.APM }),
		APL:       average(figured, func(r *trainer.Run) float64 { return r.APL }),
		AR100:     average(figured, func(r *trainer.Run) float64 { return r.AR100 }),
		Untrained: average(runs, func(r *trainer.Run) float64 { return r.UntrainedAP }),
		Classes:   meanClasses(figured),
		Curve:     meanCurve(runs),
		Stages:    meanStages(runs),
		StepMS:    average(runs, func(r *trainer.Run) float64 { return r.Time.StepMS }).Mean,
	}
	for _, r := range runs {
		if r.Failed != "" {
			s.Failed = append(s.Failed, r.Failed)
		}
	}
	return s
}

func meanClasses(runs []*trainer.Run) []trainer.ClassFigures {
	if len(runs) == 0 {
		return nil
	}
	means := make([]trainer.ClassFigures, len(runs[0].Classes))
	for k, c := range runs[0].Classes {
		means[k] = trainer.ClassFigures{
			Class: c.Class, Objects: c.Objects,
			AP:   average(runs, func(r *trainer.Run) float64 { return r.Classes[k].AP }).Mean,
			AP50: average(runs, func(r *trainer.Run) float64 { return r.Classes[k].AP50 }).Mean,
		}
	}
	return means
}

// meanCurve averages the moments that every run reached.
func meanCurve(runs []*trainer.Run) []CurvePoint {
	var curve []CurvePoint
	for k := range runs[0].Curve {
		p := CurvePoint{Images: runs[0].Curve[k].Images, Low: math.Inf(1), High: math.Inf(-1)}
		for _, r := range runs {
			if k >= len(r.Curve) {
				return curve
			}
			p.Low, p.High = min(p.Low, r.Curve[k].AP), max(p.High, r.Curve[k].AP)
		}
		p.AP = average(runs, func(r *trainer.Run) float64 { return r.Curve[k].AP }).Mean
		curve = append(curve, p)
	}
	return curve
}

// meanStages averages the stages over the runs that took a step; what they
// lacked is summed.
func meanStages(runs []*trainer.Run) []trainer.StageFigures {
	var means []trainer.StageFigures
	n := 0.0
	for _, r := range runs {
		if len(r.Stages) == 0 {
			continue
		}
		n++
		if means == nil {
			means = make([]trainer.StageFigures, len(r.Stages))
		}
		for k, s := range r.Stages {
			m := &means[k]
			m.Stage = s.Stage
			m.Positives += s.Positives
			m.Negatives += s.Negatives
			m.UsedPositives += s.UsedPositives
			m.UsedNegatives += s.UsedNegatives
			m.NegativeLoss += s.NegativeLoss
			m.NegativeGrad += s.NegativeGrad
			m.Trunk.Cls += s.Trunk.Cls
			m.Trunk.Box += s.Trunk.Box
			m.Trunk.Both += s.Trunk.Both
			m.Scarcity.Add(s.Scarcity)
		}
	}
	for k := range means {
		m := &means[k]
		for _, figure := range []*float64{&m.Positives, &m.Negatives, &m.UsedPositives, &m.UsedNegatives, &m.NegativeLoss, &m.NegativeGrad, &m.Trunk.Cls, &m.Trunk.Box, &m.Trunk.Both} {
			*figure /= n
		}
	}
	return means
}
