// Package bench is the front door of a comparison: [Compare] plans, trains,
// keeps and summarises it, each in a package of its own.
package bench

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"detsample/bench/config"
	"detsample/bench/dataset"
	"detsample/bench/plan"
	"detsample/bench/report"
	"detsample/bench/small"
	"detsample/bench/store"
	"detsample/bench/summary"
	"detsample/bench/trainer"
	"detsample/internal/registry"

	"golang.org/x/sync/errgroup"
)

// Options say how a comparison is run; none but Data, Seeds, Budget
// and Trainer changes its results.
type Options struct {
	Data   string  // a folder of images; empty for generated scenes
	Seeds  int     // runs of each strategy, with seeds 1, 2, ...; 0 means 1
	Jobs   int     // runs at a time, one core each; 0 means 1
	Budget float64 // multiplies Training.Images; 0 means 1
	Out    string  // folder for the results, written as runs end; empty for none
	Resume bool    // take over from Out the runs that are already there
	Report bool    // write report.html into Out

	// Trainer trains; nil stands for the small detectors that come with
	// detsample, as the configuration has them.
	Trainer trainer.Trainer

	// Progress, if not nil, is told of what happens, one call at a time.
	Progress func(Event)
}

// Event is a moment of a comparison.
type Event struct {
	Strategy string
	Seed     uint64
	Images   int          // seen by this run so far
	Total    int          // that it will see
	Done     *trainer.Run // the run, if it has just ended
	Resumed  bool         // it was taken over from an earlier comparison
	Runs     int          // of the whole comparison
	Finished int          // of those, ended
}

// Compare trains every strategy on the same data, with the same initial
// weights and the same order of images for equal seeds, and evaluates each on
// the held-out images. The study follows from the configuration, the data and
// the number of seeds, to the last bit, whatever Jobs is.
//
// If ctx ends, Compare stops within a step and returns its error; what has
// ended is in Out, for Resume. If the report alone cannot be written, the study
// is returned beside the error.
func Compare(ctx context.Context, c *config.Config, o Options) (*summary.Study, error) {
	cfg, set, err := prepare(ctx, scaled(c, o.Budget), o.Data)
	if err != nil {
		return nil, err
	}
	if err := registry.Check(&cfg); err != nil {
		return nil, err
	}
	m := &comparison{cfg: &cfg, set: set, o: o, trainer: o.Trainer}
	if m.trainer == nil {
		m.trainer = small.Trainer{Network: cfg.Detector, Training: cfg.Training, Areas: cfg.Areas}
	}
	if m.folder, err = store.Open(o.Out); err != nil {
		return nil, err
	}
	if m.fingerprint, err = fingerprint(&cfg, set); err != nil {
		return nil, err
	}
	if err := m.run(ctx); err != nil {
		return nil, err
	}
	return m.study()
}

// scaled returns the configuration with its budget multiplied.
func scaled(c *config.Config, budget float64) config.Config {
	s := *c
	if budget > 0 {
		s.Training.Images = max(1, int(float64(s.Training.Images)*budget+0.5))
	}
	return s
}

// comparison is a comparison under way.
type comparison struct {
	cfg         *config.Config
	set         *dataset.Set
	o           Options
	trainer     trainer.Trainer
	folder      *store.Folder
	fingerprint string

	mu       sync.Mutex
	records  []trainer.Record
	finished int
}

// run does all runs of the plan, Jobs at a time.
func (m *comparison) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, m.o.Jobs))
	for _, run := range plan.Runs(m.cfg, m.seeds()) {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return m.one(ctx, run)
		})
	}
	return group.Wait()
}

func (m *comparison) seeds() int { return max(1, m.o.Seeds) }

// one trains one strategy with one seed, or takes the run over.
func (m *comparison) one(ctx context.Context, run plan.Run) error {
	mark, err := mark(m.fingerprint, run)
	if err != nil {
		return err
	}
	r, resumed := trainer.Record{}, false
	if m.o.Resume {
		r, resumed = m.folder.Load(run.Strategy.Name, run.Seed, mark)
	}
	job := trainer.Job{Strategy: run.Strategy, Seed: run.Seed, Data: m.set, Images: m.cfg.Training.Images}
	event := Event{Strategy: run.Strategy.Name, Seed: run.Seed, Total: job.Images}
	if !resumed {
		m.tell(event)
		r, err = m.trainer.Train(ctx, job, func(images int) {
			event.Images = images
			m.tell(event)
		})
		if err != nil {
			return err
		}
		r.Fingerprint = mark
	}
	event.Images, event.Done, event.Resumed = event.Total, &r.Run, resumed
	return m.end(r, event)
}

// end records a finished run and writes the results so far.
func (m *comparison) end(r trainer.Record, event Event) error {
	m.mu.Lock()
	m.records = append(m.records, r)
	byStrategy(m.cfg, m.records)
	m.finished++
	err := m.folder.Save(r, m.records)
	m.mu.Unlock()
	m.tell(event)
	return err
}

// tell passes an event on.
func (m *comparison) tell(e Event) {
	if m.o.Progress == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e.Runs, e.Finished = m.seeds()*len(m.cfg.Strategies), m.finished
	m.o.Progress(e)
}

// study summarises the finished comparison and writes the summary, the
// configuration that was effective and, if told, the report.
func (m *comparison) study() (*summary.Study, error) {
	var seeds []uint64
	for seed := range m.seeds() {
		seeds = append(seeds, uint64(seed+1))
	}
	s, err := summary.Summarize(m.cfg, m.set, m.o.Data, seeds, m.records)
	if err != nil {
		return nil, err
	}
	if err := m.folder.WriteJSON("summary.json", &s.Summary); err != nil {
		return nil, err
	}
	if err := m.folder.Write("config.yaml", []byte(s.Summary.Config)); err != nil {
		return nil, err
	}
	if !m.o.Report || m.o.Out == "" {
		return s, nil
	}
	var page bytes.Buffer
	if err := report.Write(&page, s); err != nil {
		return s, fmt.Errorf("report.html: %w", err)
	}
	return s, m.folder.Write("report.html", page.Bytes())
}

// byStrategy sorts records by the configuration's order, then by seed.
func byStrategy(c *config.Config, records []trainer.Record) {
	place := map[string]int{}
	for i, s := range c.Strategies {
		place[s.Name] = i
	}
	slices.SortFunc(records, func(a, b trainer.Record) int {
		return cmp.Or(cmp.Compare(place[a.Run.Strategy], place[b.Run.Strategy]), cmp.Compare(a.Run.Seed, b.Run.Seed))
	})
}
