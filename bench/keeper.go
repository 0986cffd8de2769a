package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"detsample/bench/dataset"
	"detsample/bench/store"
	"detsample/bench/trainer"
	"detsample/internal/panics"
)

// stateEvery is how much training is lost at most when a process is killed,
// apart from the step under way. Where keeping a state takes long, it is done
// less often, for a twentieth of the time.
var stateEvery = 5 * time.Second

// keeper keeps how far one run has come in the folder.
type keeper struct {
	m     *comparison
	o     one
	last  time.Time // when a state was kept
	asked time.Time // when Due last said yes
	every time.Duration
	told  bool
}

var _ trainer.Keeper = (*keeper)(nil)

// keeper returns a run's, nil where there is no folder.
func (m *comparison) keeper(o one) trainer.Keeper {
	if m.folder == nil {
		return nil
	}
	return &keeper{m: m, o: o, last: time.Now(), every: stateEvery}
}

// Due implements [trainer.Keeper].
func (k *keeper) Due() bool {
	k.asked = time.Now()
	return k.asked.Sub(k.last) >= k.every
}

// Keep implements [trainer.Keeper]. That a state cannot be kept is said once:
// the run itself is none the worse.
func (k *keeper) Keep(state []byte) {
	err := k.m.folder.SaveState(k.o.key, k.o.mark, state)
	if err != nil && !k.told {
		k.told = true
		k.m.note(store.Note{Trouble: true, Text: fmt.Sprintf(
			"how far the run of %v has come is not kept: %v; it goes on, but begins anew if it is interrupted", k.o.key, err)})
	}
	k.last = time.Now()
	k.every = max(stateEvery, 20*k.last.Sub(k.asked))
}

// trainFrom trains a run from the state that is kept of it, or from the start
// if there is none that it can go on from.
func (m *comparison) trainFrom(ctx context.Context, o one, progress func(images int)) (trainer.Record, error) {
	state, _, err := m.folder.LoadState(o.key, o.mark)
	if err != nil {
		return trainer.Record{}, err
	}
	o.job.State, o.job.Keeper = state, m.keeper(o)
	r, err := o.train(ctx, progress)
	var unfit *trainer.StateError
	if state != nil && errors.As(err, &unfit) {
		if err := m.folder.DistrustState(o.key, err); err != nil {
			return trainer.Record{}, err
		}
		o.job.State = nil
		r, err = o.train(ctx, progress)
	}
	if p, ok := errors.AsType[*panics.Panic](err); ok { // whether or not ctx has ended: it would panic again
		m.panicked(o.key, err, p)
		return trainer.Broken(o.job, err), nil
	}
	if _, data := errors.AsType[*dataset.ImageError](err); data { // of all runs
		return r, err
	}
	if err != nil && ctx.Err() == nil { // of this run alone: the others go on
		return trainer.Broken(o.job, err), nil
	}
	return r, err
}
