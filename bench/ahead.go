package bench

import (
	"fmt"
	"slices"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/plan"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

// ahead returns what lies ahead when runs are missing: the trainings that choose
// settings, at most, and the runs of the comparison itself, those of its first round
// alone if it adds seeds. If said, an earlier call has returned them.
func (m *comparison) ahead(missing []one) (settings, own []one, said bool, err error) {
	said = m.foretold
	choosing := missing[0].phase != ""
	m.foretold = choosing // but for the first runs of the comparison itself, those of every round are new
	switch {
	case said:
		return nil, nil, true, nil
	case !choosing:
		return nil, missing, false, nil
	case m.shard: // which ends with its round
		return missing, nil, false, nil
	}
	seeds, in, err := m.next()
	if err != nil {
		return nil, nil, false, err
	}
	in = slices.DeleteFunc(in, func(name string) bool { return !m.o.asksFor(name) })
	own, err = m.planned(seeds, in)
	return m.choosing(), own, false, err
}

// choosing returns the trainings that are yet to choose settings, at most, as far as
// what they will find does not matter. Loss weights that tuning tries are not among
// them: matched ones seldom differ.
func (m *comparison) choosing() (list []one) {
	add := func(phase string, s *strategy.Strategy, data *dataset.Set, images int) {
		list = append(list, one{job: trainer.Job{Strategy: s, Seed: plan.SettingSeed, Data: data, Images: images}, phase: phase, trainer: m.evaluatingOnce()})
	}
	few := *m.judging
	few.Test = few.Test[:min(matchImages, len(few.Test))]
	for i := range m.cfg.Strategies {
		s := &m.cfg.Strategies[i]
		if m.cfg.Scale == config.Matched {
			rounds := plan.MatchRounds
			if plan.Reference(m.cfg.Strategies, i) == i {
				rounds = 1
			}
			for round := range rounds {
				add(fmt.Sprint("match ", round), s, &few, plan.Calibration(m.cfg.Training))
			}
		}
		if m.o.Tune {
			for _, rung := range plan.Rungs(m.cfg.Training) {
				for range rung.Rates {
					add(fmt.Sprint("tune ", rung.Images), s, m.judging, rung.Images)
				}
			}
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.trials { // taken over
		if i := slices.IndexFunc(list, func(o one) bool { return o.job.Strategy.Name == r.Strategy && o.job.Images == r.Images }); i >= 0 {
			list = slices.Delete(list, i, i+1)
		}
	}
	return list
}
