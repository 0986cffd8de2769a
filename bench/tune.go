package bench

import (
	"context"
	"fmt"
	"math"

	"detsample/bench/dataset"
	"detsample/bench/plan"
	"detsample/bench/strategy"
	"detsample/bench/summary"
	"detsample/bench/trainer"
)

// tune chooses every strategy's learning rate, and the size of its losses where
// that differs from its reference's, by a search of the same size for all on
// validation images.
func (m *comparison) tune(ctx context.Context, data *dataset.Set) error {
	m.tuning = &plan.Tuning{Validation: len(data.Test), Rungs: plan.Rungs(m.cfg.Training)}
	searches := make([]search, len(m.cfg.Strategies))
	for i := range m.cfg.Strategies {
		searches[i] = search{written: m.cfg.Strategies[i].Clone(), runs: map[plan.Trial]trainer.Run{}}
		searches[i].tuned.Strategy = m.cfg.Strategies[i].Name
	}
	if err := m.tuneRates(ctx, data, searches); err != nil {
		return err
	}
	if err := m.tuneScales(ctx, data, searches); err != nil {
		return err
	}
	for i := range searches {
		m.cfg.Strategies[i] = searches[i].chosen
		m.tuning.Strategies = append(m.tuning.Strategies, searches[i].tuned)
	}
	return nil
}

// search is a search for the settings of one strategy.
type search struct {
	written, chosen strategy.Strategy
	tuned           plan.Tuned
	runs            map[plan.Trial]trainer.Run // by their settings alone
}

// tryAll does trials of several searches at once: the k-th is of searches[of[k]],
// with settings[k], which strategies[k] has.
func (m *comparison) tryAll(ctx context.Context, phase string, data *dataset.Set, searches []search, of []int, settings []plan.Trial, strategies []strategy.Strategy) error {
	trials := make([]trial, len(settings))
	for k, t := range settings {
		trials[k] = trial{phase, fmt.Sprintf("rate %g, scale %g, %d images", t.LR, t.Scale, t.Images), &strategies[k], t.Images}
	}
	runs, err := m.try(ctx, trials, data)
	if err != nil {
		return err
	}
	for k, t := range settings {
		s := &searches[of[k]]
		s.runs[t] = runs[k]
		t.Untrained = runs[k].UntrainedAP
		if t.AP = runs[k].AP; runs[k].Stopped() {
			t.Failed = runs[k].Failed
		}
		s.tuned.Trials = append(s.tuned.Trials, t)
	}
	return nil
}

// tuneRates does the searches for learning rates, rung by rung.
func (m *comparison) tuneRates(ctx context.Context, data *dataset.Set, searches []search) error {
	rungs := m.tuning.Rungs
	for rung := range rungs {
		var of []int
		var settings []plan.Trial
		var strategies []strategy.Strategy
		for i := range searches {
			rates, images := plan.NextRates(searches[i].written.LR, rungs, searches[i].tuned.Trials)
			for _, rate := range rates {
				s := searches[i].written
				s.LR = rate
				of, settings, strategies = append(of, i), append(settings, plan.Trial{LR: rate, Images: images}), append(strategies, s)
			}
		}
		phase := fmt.Sprintf("tuning rates, round %d of %d", rung+1, len(rungs))
		if err := m.tryAll(ctx, phase, data, searches, of, settings, strategies); err != nil {
			return err
		}
	}
	for i := range searches {
		searches[i].choose(rungs, m.tuning.Validation, summary.SetName(m.o.Data))
	}
	return nil
}

// choose takes the best rate of a search that has ended, on validation images of a set.
func (s *search) choose(rungs []plan.Rung, validation int, of string) {
	s.chosen = s.written.Clone()
	rate, ok := plan.ChooseRate(s.written.LR, rungs, s.tuned.Trials)
	s.tuned.LR, s.chosen.LR = rate, rate
	if !ok {
		s.chosen.LRReason = "not tuned: none of the trainings learned anything, at any of the rates"
		return
	}
	grid := plan.Rates(s.written.LR)
	s.tuned.Edge = rate == grid[0] || rate == grid[len(grid)-1]
	s.chosen.LRReason = s.tuned.LRReason(rungs, validation, of)
}

// tuneScales tries weights that match a strategy's losses to its reference's,
// where they differ.
func (m *comparison) tuneScales(ctx context.Context, data *dataset.Set, searches []search) error {
	rungs := m.tuning.Rungs
	last := rungs[len(rungs)-1].Images
	images := rungs[max(0, len(rungs)-2)].Images
	factors := make([][]plan.Factor, len(searches))
	var of []int
	var settings []plan.Trial
	var strategies []strategy.Strategy
	for i := range searches {
		s := &searches[i]
		r := &searches[plan.Reference(m.cfg.Strategies, i)]
		own, reference := s.runs[plan.Trial{LR: s.tuned.LR, Images: last}], r.runs[plan.Trial{LR: r.tuned.LR, Images: last}]
		factors[i], _ = plan.Factors(own.Stages, reference.Stages)
		if !plan.Differ(factors[i]) {
			continue
		}
		for _, scale := range plan.Scales {
			t := plan.Trial{LR: s.tuned.LR, Scale: scale, Images: images}
			if _, done := s.runs[t]; !done {
				of, settings, strategies = append(of, i), append(settings, t), append(strategies, plan.Scaled(s.chosen, powers(factors[i], scale)))
			}
		}
	}
	if len(of) == 0 {
		return nil
	}
	if err := m.tryAll(ctx, "tuning loss weights", data, searches, of, settings, strategies); err != nil {
		return err
	}
	for i := range searches {
		if s := &searches[i]; plan.Differ(factors[i]) {
			s.tuned.Scale = plan.ChooseScale(s.tuned.Trials, s.tuned.LR, images)
			s.chosen = plan.Scaled(s.chosen, powers(factors[i], s.tuned.Scale))
			s.chosen.ScaleReason = s.tuned.ScaleReason(images, summary.SetName(m.o.Data))
		}
	}
	return nil
}

// powers raises factors to a power.
func powers(factors []plan.Factor, by float64) []plan.Factor {
	list := make([]plan.Factor, len(factors))
	for i, f := range factors {
		list[i] = plan.Factor{Stage: f.Stage, Cls: math.Pow(f.Cls, by), Box: math.Pow(f.Box, by)}
	}
	return list
}
