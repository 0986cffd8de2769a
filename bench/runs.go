package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"detsample/bench/plan"
	"detsample/bench/stats"
	"detsample/bench/store"
	"detsample/bench/summary"
	"detsample/bench/trainer"
	"detsample/internal/promptly"
)

// one is a run of the comparison, or one by which its settings are chosen.
type one struct {
	job     trainer.Job
	key     store.Key
	mark    string
	phase   string // for which the settings are, "" for the comparison itself
	trainer trainer.Trainer
}

// grace is how long runs have to come to the end of their step once the
// comparison is to stop.
const grace = 700 * time.Millisecond

// run does all runs of the plan, but for those that are there already, and
// leaves the lines of all that have ended in the folder, however it ends.
func (m *comparison) run(ctx context.Context) error {
	text, err := m.cfg.YAML()
	if err != nil {
		return err
	}
	if err := m.folder.Replace(store.Config, text); err != nil {
		return err
	}
	for {
		seeds, in, err := m.next()
		if err != nil || len(seeds) == 0 {
			return err
		}
		planned, err := m.planned(seeds, in)
		if err != nil {
			return err
		}
		if err := m.round(ctx, planned); err != nil || m.adding() == nil {
			return err
		}
	}
}

// seeds returns all seeds that the comparison may use.
func (m *comparison) seeds() []uint64 {
	list := make([]uint64, max(1, m.o.Seeds))
	for i := range list {
		list[i] = max(1, m.o.FirstSeed) + uint64(i)
	}
	return list
}

// adding returns the rounds by which seeds are added, nil if all are trained.
func (m *comparison) adding() *stats.Rounds {
	if m.o.Until == 0 && !m.o.Race {
		return nil
	}
	return &stats.Rounds{Seeds: m.seeds(), Half: m.o.Until, Race: m.o.Race}
}

// next returns the seeds that strategies should have in the next round of the
// comparison itself, with those that they had in the last; none if it is
// complete.
func (m *comparison) next() (seeds []uint64, in []string, err error) {
	var names []string
	for i := range m.cfg.Strategies {
		names = append(names, m.cfg.Strategies[i].Name)
	}
	rounds := m.adding()
	if rounds == nil {
		return m.seeds(), names, nil
	}
	m.mu.Lock()
	runs := make([]*trainer.Run, len(m.records))
	for i := range m.records {
		runs[i] = &m.records[i].Run
	}
	m.mu.Unlock()
	s, err := rounds.Stand(names, summary.AP(runs))
	return s.Next, s.In, err
}

// trainAll trains, Jobs at a time.
func (m *comparison) trainAll(ctx context.Context, missing []one) error {
	if len(missing) > 0 {
		m.noteCode()
	}
	if err := promptly.Do(ctx, func() error { return m.forecast(ctx, missing) }); err != nil {
		return err
	}
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(max(1, m.o.Jobs))
	done := make(chan error, 1)
	go func() {
		for _, run := range missing {
			group.Go(func() error {
				if err := within.Err(); err != nil {
					return err
				}
				return m.train(within, run)
			})
		}
		done <- group.Wait()
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	wait := grace
	if t, ok := m.trainer.(interface {
		Grace(ctx context.Context) time.Duration
	}); ok {
		wait = t.Grace(ctx)
	}
	select {
	case <-done:
	case <-time.After(wait): // a long step, or evaluation, goes on for nobody
	}
	m.mu.Lock()
	m.left = true
	m.mu.Unlock()
	return ctx.Err()
}

// begin starts the count of a number of runs.
func (m *comparison) begin(runs int) {
	m.mu.Lock()
	m.runs, m.finished = runs, 0
	m.mu.Unlock()
}

// planned returns runs of the comparison itself.
func (m *comparison) planned(seeds []uint64, in []string) (runs []one, err error) {
	for _, run := range plan.Runs(m.cfg, seeds, in) {
		o := one{
			job:     trainer.Job{Strategy: run.Strategy, Seed: run.Seed, Data: m.set, Images: m.cfg.Training.Images},
			key:     store.Key{Strategy: run.Strategy.Name, Seed: run.Seed},
			trainer: m.trainer,
		}
		if o.mark, err = mark(m.identity, run); err != nil {
			return nil, err
		}
		runs = append(runs, o)
	}
	return runs, nil
}

// takeOver returns the runs that are yet to be trained, and takes the others in,
// as a way has it.
func (m *comparison) takeOver(ctx context.Context, runs []one, w way) (missing []one, err error) {
	for _, o := range runs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var r trainer.Record
		_, here, err := w.load(o.key, o.mark, func(body []byte) error {
			r = trainer.Record{}
			if err := json.Unmarshal(body, &r); err != nil {
				return err
			}
			return r.Validate(o.job)
		})
		switch {
		case err != nil:
			return nil, err
		case !here:
			missing = append(missing, o)
		case w.again && r.Run.Broken:
			m.note(store.Note{Text: fmt.Sprintf("the run of %v failed before and is done again: %s", o.key, r.Run.Failed)})
			if err := m.folder.DropStack(o.key); err != nil {
				return nil, err
			}
			missing = append(missing, o)
		default:
			r.Fingerprint = o.mark
			w.taken(r, o)
		}
	}
	return missing, nil
}

// taken takes in a run that is in the folder.
func (m *comparison) taken(r trainer.Record, o one) {
	m.end(r, Event{Phase: o.phase, Strategy: o.key.Strategy, Seed: o.key.Seed, Trial: o.key.Phase, Images: o.job.Images, Total: o.job.Images, Resumed: true})
}

// train does one run and keeps it.
func (m *comparison) train(ctx context.Context, o one) error {
	event := Event{Phase: o.phase, Strategy: o.key.Strategy, Seed: o.key.Seed, Trial: o.key.Phase, Total: o.job.Images}
	m.tell(event)
	r, err := m.trainFrom(ctx, o, func(images int) {
		event.Images = images
		m.tell(event)
	})
	if err != nil {
		return err
	}
	r.Fingerprint = o.mark
	if err := r.Validate(o.job); err != nil {
		return fmt.Errorf("the run of %v is not what it should be: %w", o.key, err)
	}
	if err := m.keep(&r, o); err != nil {
		return err
	}
	event.Images = event.Total
	m.end(r, event)
	return nil
}

// keep writes a run that has ended into the folder.
func (m *comparison) keep(r *trainer.Record, o one) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("the run of %v: %w", o.key, err)
	}
	if err := m.folder.Put(o.key, o.mark, body); err != nil {
		return fmt.Errorf("the run of %v is lost: %w; those kept before it are whole: once this is mended, go on %s", o.key, err, m.resuming())
	}
	if o.key.Phase != "" { // no result of the comparison
		return nil
	}
	line, err := json.Marshal(&r.Run)
	if err != nil {
		return err
	}
	return m.folder.Append(store.Results, append(line, '\n'))
}

// resuming says how a comparison is gone on with.
func (m *comparison) resuming() string {
	if m.shard {
		return "with the same command"
	}
	return "with --resume"
}

// drawnSeeds is the number of seeds of each strategy that the report draws
// pictures and distributions of; those of further seeds stay in the folder
// alone, so that a run costs its figures.
const drawnSeeds = 12

// end takes a run in that has ended.
func (m *comparison) end(r trainer.Record, event Event) {
	m.mu.Lock()
	m.take(r, event.Phase)
	m.finished++
	m.mu.Unlock()
	event.Done = &r.Run
	m.tell(event)
}

// take takes a run in.
func (m *comparison) take(r trainer.Record, phase string) {
	if r.Run.Seed-max(1, m.o.FirstSeed) >= drawnSeeds {
		r.Trace = trainer.Trace{}
	}
	if phase == "" {
		m.records = append(m.records, r)
	} else {
		m.trials[r.Fingerprint] = r.Run
	}
}

// exportRuns writes the lines of all runs so far that are in the folder, in
// their order.
func (m *comparison) exportRuns() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	byStrategy(m.cfg, m.records)
	var lines bytes.Buffer
	for i := range m.records {
		if !m.folder.Has(m.records[i].Fingerprint) {
			continue
		}
		line, err := json.Marshal(&m.records[i].Run)
		if err != nil {
			return err
		}
		lines.Write(append(line, '\n'))
	}
	return m.folder.Replace(store.Results, lines.Bytes())
}
