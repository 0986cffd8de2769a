package summary

import (
	"cmp"
	"slices"

	"detsample/bench/config"
	"detsample/bench/stats"
	"detsample/bench/trainer"
)

// summarizeStrategies compares the runs of a configuration's strategies, in
// its order, and returns the evidence for a decision beside them, and
// where its rounds ended. Strategies without runs are left out.
func summarizeStrategies(c *config.Config, runs []*trainer.Run, rounds *stats.Rounds) ([]Strategy, stats.Evidence, stats.Standing, error) {
	var out []Strategy
	var names []string
	for i := range c.Strategies {
		s := &c.Strategies[i]
		mine := runsOf(runs, s.Name)
		if len(mine) == 0 {
			continue
		}
		summary := summarizeRuns(mine)
		summary.LRReason, summary.ScaleReason = s.LRReason, s.ScaleReason
		out, names = append(out, summary), append(names, s.Name)
	}
	e, standing, err := evidence(names, runs, rounds)
	if err != nil {
		return nil, e, standing, err
	}
	for i := range out {
		out[i].AP = e.Final.Means[i]
		if i > 0 {
			if d := e.Final.Between(i, 0); d.Seeds > 0 {
				out[i].Difference = possible(&d.Estimate)
			}
		}
	}
	for _, f := range []struct {
		figure func(*trainer.Run) float64
		to     func(*Strategy) *stats.Estimate
	}{
		{func(r *trainer.Run) float64 { return r.AP50 }, func(s *Strategy) *stats.Estimate { return &s.AP50 }},
		{func(r *trainer.Run) float64 { return r.AP75 }, func(s *Strategy) *stats.Estimate { return &s.AP75 }},
		{func(r *trainer.Run) float64 { return r.APS }, func(s *Strategy) *stats.Estimate { return &s.APS }},
		{func(r *trainer.Run) float64 { return r.APM }, func(s *Strategy) *stats.Estimate { return &s.APM }},
		{func(r *trainer.Run) float64 { return r.APL }, func(s *Strategy) *stats.Estimate { return &s.APL }},
		{func(r *trainer.Run) float64 { return r.AR100 }, func(s *Strategy) *stats.Estimate { return &s.AR100 }},
		{func(r *trainer.Run) float64 { return r.UntrainedAP }, func(s *Strategy) *stats.Estimate { return &s.Untrained }},
	} {
		means, err := estimates(names, runs, f.figure)
		if err != nil {
			return nil, e, standing, err
		}
		for i := range out {
			*f.to(&out[i]) = means[i]
		}
	}
	return out, e, standing, nil
}

// conclude adds the verdict and what it rests on.
func (s *Summary) conclude(of setting, e stats.Evidence, runs []*trainer.Run) {
	s.Verdict = judge(of, e, s, runs)
	s.Pairs = []stats.Difference{}
	if s.Verdict.Learned() {
		for _, d := range e.Final.Differences {
			if d.Seeds > 0 {
				possible(&d.Estimate)
				s.Pairs = append(s.Pairs, d)
			}
		}
	}
	for i := range s.Strategies {
		t := &s.Strategies[i]
		t.MayBeBest = slices.Contains(s.Verdict.MayBe, t.Strategy)
		if !s.Verdict.Learned() {
			t.Difference = nil
		}
	}
}

// possible keeps the interval of a difference of AP within what that can be.
func possible(e *stats.Estimate) *stats.Estimate {
	e.Low, e.High = max(e.Low, -1), min(e.High, 1)
	return e
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

// trained returns the runs that have final figures: they came to their end, and
// were evaluated after some training.
func trained(runs []*trainer.Run) []*trainer.Run {
	return slices.DeleteFunc(slices.Clone(runs), func(r *trainer.Run) bool { return r.Stopped() || len(r.Curve) < 2 })
}

// telling returns the runs that say how a strategy trains: those that came to
// their end or, where none did, those that diverged.
func telling(runs []*trainer.Run) []*trainer.Run {
	if whole := slices.DeleteFunc(slices.Clone(runs), (*trainer.Run).Stopped); len(whole) > 0 {
		return whole
	}
	return slices.DeleteFunc(slices.Clone(runs), func(r *trainer.Run) bool { return r.Broken })
}

// summarizeRuns averages the runs of one strategy.
func summarizeRuns(runs []*trainer.Run) Strategy {
	first, told := runs[0], telling(runs)
	s := Strategy{
		Strategy: first.Strategy, Detector: first.Detector, LR: first.LR, Runs: len(runs),
		Classes: meanClasses(trained(runs)),
		Curve:   meanCurve(told),
		Stages:  meanStages(told),
		StepMS:  mean(told, func(r *trainer.Run) float64 { return r.Time.StepMS }),
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
			AP:   mean(runs, func(r *trainer.Run) float64 { return r.Classes[k].AP }),
			AP50: mean(runs, func(r *trainer.Run) float64 { return r.Classes[k].AP50 }),
		}
	}
	return means
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
		for _, r := range runs { // of which no mean can be taken
			if k >= len(r.Stages) {
				continue
			}
			if r.Stages[k].NegativeLoss == trainer.Unknown {
				m.NegativeLoss = trainer.Unknown
			}
			if r.Stages[k].NegativeGrad == trainer.Unknown {
				m.NegativeGrad = trainer.Unknown
			}
		}
	}
	return means
}
