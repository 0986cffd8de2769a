package bench

import (
	"context"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/plan"
	"detsample/bench/small"
	"detsample/bench/small/scene"
	"detsample/bench/store"
	"detsample/bench/strategy"
	"detsample/bench/trainer"
)

// settle chooses the settings that are left to measurement, by trainings of
// their own, and writes them into the configuration: it then says what was
// trained, and gives the same results again without choosing anew.
func (m *comparison) settle(ctx context.Context) error {
	if m.cfg.Scale != config.Matched && !m.o.Tune {
		return nil
	}
	validation, err := m.validation()
	if err != nil {
		return err
	}
	m.judging = validation
	m.cfg.Strategies = cloned(m.cfg.Strategies) // the caller's stay as they are
	if m.cfg.Scale == config.Matched {
		if err := m.match(ctx, validation); err != nil {
			return err
		}
		m.cfg.Scale = config.AsWritten
	}
	if m.o.Tune {
		return m.tune(ctx, validation)
	}
	return nil
}

// validation returns the data by which settings are chosen: training images as
// in the comparison, or a part of them, and as test images some that the
// comparison does not test on.
func (m *comparison) validation() (*dataset.Set, error) {
	if m.o.Data != "" {
		return m.set.Validation()
	}
	set := *m.set
	var err error
	set.Test, err = scene.Validation(m.cfg.Scenes, m.cfg.SceneSeed)
	return &set, err
}

func cloned(strategies []strategy.Strategy) []strategy.Strategy {
	clones := make([]strategy.Strategy, len(strategies))
	for i := range strategies {
		clones[i] = strategies[i].Clone()
	}
	return clones
}

// trial is a run by which a setting is chosen.
type trial struct {
	phase    string // what it is for, with others
	detail   string // and by what it differs from others of its strategy
	strategy *strategy.Strategy
	images   int
}

// purpose is what the trial alone is for.
func (t trial) purpose() string {
	if t.detail == "" {
		return t.phase
	}
	return t.phase + ": " + t.detail
}

// try does trials, or takes them over from the folder, and returns their runs
// in order.
func (m *comparison) try(ctx context.Context, trials []trial, data *dataset.Set) ([]trainer.Run, error) {
	jobs := make([]one, len(trials))
	for i, t := range trials {
		run := plan.Run{Strategy: t.strategy, Seed: plan.SettingSeed}
		jobs[i] = one{
			job:     trainer.Job{Strategy: t.strategy, Seed: run.Seed, Data: data, Images: t.images},
			key:     store.Key{Strategy: t.strategy.Name, Seed: run.Seed, Phase: t.purpose()},
			phase:   t.phase,
			trainer: m.evaluatingOnce(),
		}
		var err error
		if jobs[i].mark, err = trialMark(m.identity, run, t); err != nil {
			return nil, err
		}
	}
	if err := m.round(ctx, jobs); err != nil {
		return nil, err
	}
	runs := make([]trainer.Run, len(jobs))
	for i := range jobs {
		runs[i] = m.trials[jobs[i].mark]
	}
	return runs, nil
}

// evaluatingOnce returns the trainer, at its end alone evaluating where that is
// known to be possible: a trial's way there is of no interest.
func (m *comparison) evaluatingOnce() trainer.Trainer {
	if t, ok := m.trainer.(small.Trainer); ok {
		t.Training.Checkpoints, t.Training.EvaluateAt = 1, nil
		return t
	}
	return m.trainer
}
