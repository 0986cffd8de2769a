package bench

import (
	"context"
	"errors"
	"path/filepath"

	"detsample/bench/config"
	"detsample/bench/external"
	"detsample/bench/small/scene"
	"detsample/bench/store"
	"detsample/bench/trainer"
)

// configured returns the trainer that the configuration stands for.
func (m *comparison) configured() trainer.Trainer {
	if m.cfg.Trainer == nil {
		return smallTrainer(m.cfg)
	}
	return external.New(*m.cfg.Trainer, external.Options{
		Areas: m.cfg.Areas, Dir: filepath.Join(m.o.Out, store.Trainer),
		Note: func(text string) { m.note(store.Note{Text: text, Trouble: true}) },
	})
}

// endLeft ends what a process that was killed has left running of its programs,
// of whatever runs: this process alone writes to the folder.
func (m *comparison) endLeft(ctx context.Context, dir string) error {
	return external.EndLeft(ctx, dir, func(text string) { m.note(store.Note{Text: text, Trouble: true}) })
}

// programmable makes a comparison one that a program of the user's own can
// train for, if there is one, or says why it is none.
func programmable(c *config.Config, o Options) error {
	switch {
	case c.Trainer == nil || o.Trainer != nil:
		return nil
	case c.Scale == config.Matched:
		return errors.New("scale: matched measures gradients at the trunk, which a program of one's own does not tell: write scale: as_written")
	case o.Tune && !c.Trainer.Command.Names("lr"):
		return errors.New("tuning tries learning rates, which the trainer's command does not take: put {lr} into it")
	}
	c.Folder.Anchors = false // the program's anchors are its own
	if c.Scenes.Train == scene.Fresh {
		c.Scenes.Train = scene.Count(c.Training.Images) // each once
	}
	return nil
}
