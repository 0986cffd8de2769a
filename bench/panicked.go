package bench

import (
	"context"
	"fmt"

	"detsample/bench/store"
	"detsample/bench/trainer"
	"detsample/internal/panics"
)

// train has the run's trainer do it, whose panic is an error.
func (o one) train(ctx context.Context, progress func(images int)) (trainer.Record, error) {
	return panics.Get(func() (trainer.Record, error) { return o.trainer.Train(ctx, o.job, progress) })
}

// panicked keeps the stack of a run that panicked, which its record is without, and
// says where. Where it cannot be kept, it is in what is said.
func (m *comparison) panicked(k store.Key, err error, p *panics.Panic) {
	text := fmt.Sprintf("%v: %v\n\n%s\n", k, err, p.Stack())
	path, failed := m.folder.SaveStack(k, text)
	switch {
	case failed != nil:
		m.note(store.Note{Trouble: true, Text: fmt.Sprintf("%v: the stack of %s", failed, text)})
	case path == "":
		m.note(store.Note{Trouble: true, Text: "the stack of " + text})
	default:
		m.note(store.Note{Text: fmt.Sprintf("the run of %v panicked: its stack is in %s", k, path)})
	}
}
